#!/usr/bin/env bash
# A newcomer with the README: its first command, word by word, in a fresh clone of what is committed, with an empty npm
# cache, the npm that Node 20 brings, and neither Python nor a compiler in PATH.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
git clone --quiet "$root" "$dir/clone"
npm install --silent --no-audit --no-fund --prefix "$dir/npm" npm@10.8.2
mkdir "$dir/bin" "$dir/home"
system=$(PATH=${PATH//"$root/node_modules/.bin:"/} command -v node)
ln -s "$system" "$dir/bin/node"
for tool in sh bash env git sed grep uname dirname basename readlink cat ls mkdir rm; do ln -s "$(command -v $tool)" "$dir/bin/$tool"; done
bare() { (cd "$dir/clone" && env -i HOME="$dir/home" PATH="$dir/npm/node_modules/.bin:$dir/bin" npm_config_registry="$(npm config get registry)" "$@"); }

command=$(grep -m 1 '^npm ci && npx sophia' "$root/README.md")
echo "\$ $command   (node $(bare node --version), npm $(bare npm --version))"
bare bash -c "$command" >"$dir/out" 2>"$dir/err" || { cat "$dir/err"; exit 1; }
grep -q 'Maple Court' "$dir/out"
grep -q 'Demo portfolio' "$dir/err"
[ -z "$(git -C "$dir/clone" status --porcelain)" ] || { git -C "$dir/clone" status --short; exit 1; }
before=$(stat -c %Y "$dir"/clone/dist/build-*/cli.js)
bare npx sophia --version
[ "$before" = "$(stat -c %Y "$dir"/clone/dist/build-*/cli.js)" ] || { echo "npx built again"; exit 1; }
echo "newcomer: ok"
