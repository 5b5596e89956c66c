#!/usr/bin/env bash
# The packed tarball, installed elsewhere with scripts on and with nothing in PATH that could compile, must do the main
# job, and stay small.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export SOPHIA_NODE="$root/node_modules/.bin/node"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
MOST_PACKAGES=40 MOST_MB=60
mkdir "$dir/pack" "$dir/app" "$dir/tools"
npm pack --silent --ignore-scripts --pack-destination "$dir/pack" >/dev/null
for tool in node npm npx sh bash env cat cut du find grep rm uname wc; do
  ln -s "$(command -v "$tool")" "$dir/tools/$tool"
done
trap 'PATH=/usr/bin:/bin; rm -rf "$dir"' EXIT
PATH="$dir/tools"
for compiler in cc gcc g++ clang make python python3; do ! command -v "$compiler" || exit 1; done
cd "$dir/app"
echo '{"private":true}' >package.json
npm install --no-audit --no-fund --prefer-offline --silent "$dir"/pack/*.tgz
packages=$(find node_modules -name package.json -not -path '*/node_modules/*/node_modules/*' -maxdepth 3 | wc -l)
size=$(du -sm node_modules | cut -f1)
echo "packages: $packages, size: $size MB, tarball: $(du -sk "$dir/pack" | cut -f1) KB"
[ "$packages" -le "$MOST_PACKAGES" ] && [ "$size" -le "$MOST_MB" ]
export XDG_DATA_HOME="$dir/home"
version=$(npx --no-install sophia --version)
[ "$version" = "$("$SOPHIA_NODE" -p "require('$root/package.json').version")" ]
npx --no-install sophia churn analyze maple-court --json >"$dir/answer.json" 2>"$dir/banner"
grep -q '"synthetic":true' "$dir/answer.json"
grep -q 'Demo portfolio' "$dir/banner"
npx --no-install sophia completion bash | grep -q 'complete -F _sophia sophia'
npx --no-install sophia init ws --yes --no-input >/dev/null
npx --no-install sophia portfolio template ws/samples >/dev/null
npx --no-install sophia portfolio import samples --cwd ws --json | grep -q '"rejected":0'
npx --no-install sophia churn analyze elm-house --cwd ws --as-of 2026-11-10 | grep -q 'Elm House'
code=0; npx --no-install sophia churn analyze elm-hose --cwd ws 2>"$dir/said" || code=$?
test "$code" = 2
grep -q 'elm-house' "$dir/said"

# The oldest Node that is promised does it as well, and has nothing to say of that.
oldest=$("$SOPHIA_NODE" -p "/[\\d.]+/.exec(require('$root/package.json').engines.node)[0]")
npm install --no-audit --no-fund --prefer-offline --silent --prefix "$dir/oldest" "node@$oldest"
old() { SOPHIA_NODE="" "$dir/oldest/node_modules/node/bin/node" node_modules/.bin/sophia "$@" --cwd ws; }
old --version >/dev/null
for line in 'churn analyze elm-house --as-of 2026-11-11' 'store check' 'store backup' 'doctor' 'runs list' 'portfolio import samples'; do
  old $line >/dev/null 2>>"$dir/old" || { echo "$line"; cat "$dir/old"; exit 1; }
done
! grep -i 'warn\|experimental' "$dir/old" || exit 1
echo "smoke of $version, also on node $oldest: ok"
