#!/usr/bin/env bash
# For action.yml: builds Breakwater from the checkout that GitHub made of this repository, so that the revision which a
# workflow names is what runs, and puts it on the PATH of the steps to come.
set -euo pipefail

if ! command -v node > /dev/null; then
  echo '::error title=Breakwater::There is no Node.js on this runner. Put actions/setup-node before this step.'
  exit 4
fi

cd "$GITHUB_ACTION_PATH"
# An earlier step of the job may have built it.
if [ ! -f dist/breakwater.js ]; then
  echo '::group::Build Breakwater'
  npm ci --ignore-scripts --no-audit --no-fund
  npm run build
  echo '::endgroup::'
fi

bin="$RUNNER_TEMP/breakwater/bin"
mkdir -p "$bin"
ln -sfn "$PWD/dist/breakwater.js" "$bin/breakwater"
echo "$bin" >> "$GITHUB_PATH"
