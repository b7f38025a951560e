#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages of the named groups that are missing.
# usage: scripts/install-packages.sh GROUP...     a group is a file packages/GROUP.txt
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -eq 0 ]; then
  echo "usage: $0 GROUP...   groups: $(basename -s .txt packages/*.txt | xargs)" >&2
  exit 1
fi

wanted=()
for group in "$@"; do
  [ -e "packages/$group.txt" ] || { echo "$0: no group $group" >&2; exit 1; }
  mapfile -t -O "${#wanted[@]}" wanted < \
    <(sed -E -e 's/[[:space:]]*(#.*)?$//' -e '/^$/d' "packages/$group.txt")
done

command -v dpkg-query >/dev/null || { echo "no dpkg here: install ${wanted[*]} by hand" >&2; exit 0; }

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install_args=(install -y --no-install-recommends "${missing[@]}")
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "Debian packages are missing. As root, run:" >&2
    echo "  apt-get update && apt-get ${install_args[*]}" >&2
    exit 2
  fi
  as_root=(sudo -n)
fi

echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "${install_args[@]}"
