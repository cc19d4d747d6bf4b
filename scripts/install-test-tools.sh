#!/usr/bin/env bash
# The programs that the tests call beside node: the vendor's shell scripts are run as they are, records are kept in PostgreSQL
# behind a pooler, locks are tried from containers, Markdown is rendered as GitHub does, XML is read by a strict reader,
# the HTML report is opened in a browser, completion is tried in the shells themselves, the hook in pre-commit, scripts
# are checked by ShellCheck, GitLab's jobs are copied by rsync, and what is asked of the system is traced. Installs what is
# missing where that is possible (Debian, as root), and says what to install elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."

# The releases of Node.js that the package is installed and run with: each is a package of the registry that npm uses.
for version in 20.20.2 22.23.3 24.21.0; do
  folder="node_modules/.cache/node-$version"
  [ -x "$folder/node_modules/node/bin/node" ] && continue
  npm install --silent --no-save --no-audit --no-fund --prefix "$folder" "node@$version"
  [ -x "$folder/node_modules/node/bin/node" ] || { echo "Node.js $version could not be installed." >&2; exit 1; }
done

missing=()
for tool in bash curl openssl cmark-gfm fish zsh pre-commit strace shellcheck jq rsync; do
  command -v "$tool" > /dev/null || missing+=("$tool")
done
command -v chromium > /dev/null || missing+=(chromium)
# Debian keeps it off the PATH of users.
command -v pgbouncer > /dev/null || [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
command -v unshare > /dev/null && command -v flock > /dev/null || missing+=(util-linux)
command -v xmllint > /dev/null || missing+=(libxml2-utils)
command -v script > /dev/null || missing+=(bsdutils)
[ "${#missing[@]}" -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" ca-certificates
else
  echo "The tests need ${missing[*]}: install them, and run this again." >&2
  exit 1
fi
