#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves that a fresh, minimal Debian 12 with git and make builds this project: makes one in a
# folder, clones the committed state of this repository into it, and runs the commands there, by
# default `make demo`, a second `make demo`, and `make test`. Prints times and the size of the
# downloads. Needs root.
# usage: scripts/check-fresh.sh DIR [COMMAND...]    DIR is created, and removed if all goes well
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$1
shift
commands=("$@")
[ $# -gt 0 ] || commands=("make demo" "make demo" "make test")
[ "$(id -u)" -eq 0 ] || { echo "check-fresh needs root (debootstrap, chroot)" >&2; exit 2; }

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# The host's own mirror, if it is a Debian 12; else the public one.
mirror=$({ grep -hE '^(deb |URIs:).*debian/? *' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
  grep -v security | grep -oE 'https?://[^ ]+' | head -n 1)
mirror=${mirror:-http://deb.debian.org/debian}

unmount() {
  for mount in proc sys dev; do
    umount -l "$root/$mount" 2>/dev/null || true
  done
}
trap unmount EXIT

unmount
rm -rf --one-file-system "$root"
mkdir -p "$root"
debootstrap --variant=minbase --keyring="$keyring" \
  --include=ca-certificates,git,make bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
  { tail -n 20 "$root.log" >&2; exit 1; }

# The host's way to its mirror: proxies, certificates, names. Foreign package sources stay out.
find /etc/apt/apt.conf.d -maxdepth 1 -type f ! -name '*docker*' -exec cp {} "$root/etc/apt/apt.conf.d/" \;
[ ! -e /etc/apt/apt.conf ] || cp /etc/apt/apt.conf "$root/etc/apt/"
cp -r /usr/local/share/ca-certificates "$root/usr/local/share/" 2>/dev/null || true
cp -L /etc/resolv.conf "$root/etc/" 2>/dev/null || true
cp /etc/hosts "$root/etc/"
# Downloads are kept in the archive folder so that they can be counted.
echo 'APT::Keep-Downloaded-Packages "true"; Binary::apt::APT::Keep-Downloaded-Packages "true";' \
  >"$root/etc/apt/apt.conf.d/99keep"
rm -f "$root"/var/cache/apt/archives/*.deb
for mount in proc sys dev; do
  mkdir -p "$root/$mount"
  mount --rbind "/$mount" "$root/$mount"
  mount --make-rslave "$root/$mount"
done

inside() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    chroot "$root" /bin/bash -c "cd /root && $1"
}

downloads() {
  du -cm "$root"/var/cache/apt/archives/*.deb 2>/dev/null | awk 'END { print $1 + 0 }'
}

# A bundle needs no mount and no network, and holds committed work only.
git -C "$repo" bundle create -q "$root/root/repo.bundle" HEAD
inside "git clone -q repo.bundle xpikeformer"

report=()
for command in "${commands[@]}"; do
  echo "==== $command"
  begin=$SECONDS
  inside "cd xpikeformer && $command" || { echo "check-fresh: $command FAILED" >&2; exit 1; }
  report+=("$(printf '%-10s %5d s, %4d MB of packages downloaded so far' \
    "$command" $((SECONDS - begin)) "$(downloads)")")
done

printf '%s\n' "${report[@]}"
unmount
rm -rf --one-file-system "$root"
echo "check-fresh: passed"
