"""Learns from the public sets by scikit-learn's tight solver, and compares each out-of-fold probability with ours."""

import json
import sys

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

folder, expected = sys.argv[1], json.load(open(sys.argv[2]))
failed = False
print(f"scikit-learn {sklearn.__version__}, numpy {np.__version__}")
for name in expected["sets"]:
    y, folds = (np.fromfile(f"{folder}/{name}.{what}", np.uint8) for what in ("y", "folds"))
    x, ours = (np.fromfile(f"{folder}/{name}.{what}", np.float64) for what in ("x", "p"))
    x = x.reshape(len(y), -1)
    theirs, aucs = np.zeros(len(y)), []
    for fold in range(5):
        train, held = folds != fold, folds == fold
        solver = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-12, max_iter=1000)
        theirs[held] = make_pipeline(StandardScaler(), solver).fit(x[train], y[train]).predict_proba(x[held])[:, 1]
        aucs.append((roc_auc_score(y[held], ours[held]), roc_auc_score(y[held], theirs[held])))
    off = np.abs(ours - theirs).max()
    near = off <= expected["tolerance"]["probability"]
    failed |= not near
    auc = np.mean(aucs, axis=0)
    print(f"{name}: {len(y)} probabilities, farthest apart {off:.2e} {'ok' if near else 'TOO FAR'}")
    for who, p, mean in (("ours", ours, auc[0]), ("theirs", theirs, auc[1])):
        print(f"  {who:7} AUC {mean:.6f}  Brier {brier_score_loss(y, p):.6f}  PR-AUC {average_precision_score(y, p):.6f}")
sys.exit(failed)
