#!/usr/bin/env bash
# Another program, trusted by everybody, learns from the same rows: no out-of-fold probability may differ by more than
# a millionth. scikit-learn comes from PyPI, and pip keeps it for the next time.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check scikit-learn==1.7.2
node_modules/.bin/node test/learn/handout.ts "$work"
"$work/venv/bin/python" .ci/theirs.py "$work" fixtures/churn/expected.json
