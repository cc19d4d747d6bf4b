#!/usr/bin/env bash
# The programs that the tests call beside node: the vendor's shell scripts are run as they are. Installs what is missing
# where that is possible (Debian, as root), and says what to install elsewhere.
set -euo pipefail

missing=()
for tool in bash curl openssl; do
  command -v "$tool" > /dev/null || missing+=("$tool")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" ca-certificates
else
  echo "The tests need ${missing[*]}: install them, and run this again." >&2
  exit 1
fi
