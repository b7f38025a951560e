#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The files of a level of vector instructions must not offer code that others could be linked with:
# on a processor without these instructions it would fail.
# usage: check_shared_code.sh NM OBJECT...      only objects named level_avx* are looked at
set -eu
nm=$1
shift
looked=0
for object; do
  case $object in *level_avx*) ;; *) continue ;; esac
  looked=$((looked + 1))
  if "$nm" -C "$object" | grep -E ' [WT] '; then
    echo "$object: shared code, see above" >&2
    exit 1
  fi
done
[ "$looked" -gt 0 ] || { echo "no object of a level among $# files" >&2; exit 1; }
