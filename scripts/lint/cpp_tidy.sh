#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy on our own C++ (rules: .clang-tidy). Needs a finished build, for the generated headers.
# Test programs are left out: Catch's header takes most of the time, and its macros most warnings.
# A file that passed is not looked at again until it, a header of ours or the rules change.
# A file takes seconds, all of them many minutes: with XPIKE_TIDY_SINCE=COMMIT only those that have
# changed since then are looked at. CI does so; `make lint` by hand looks at all of them.
# usage: scripts/lint/cpp_tidy.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts/check-version.sh clang-tidy
build=$1
cache=$build/tidy
mkdir -p "$cache"

sources=$(git ls-files -- '*.cpp' | grep -vE '(^|/)(test_|tb_)[^/]*$|/tests/|catch_main')
# A clone without that commit has no history to go by.
if [ -n "${XPIKE_TIDY_SINCE-}" ] && git rev-parse -q --verify "$XPIKE_TIDY_SINCE^{commit}" >/dev/null; then
  sources=$(comm -12 <(sort <<<"$sources") <(git diff --name-only "$XPIKE_TIDY_SINCE" -- '*.cpp' | sort))
fi

# Headers count for all files: finding out which file includes which costs more than it saves.
headers=$(git ls-files -z -- '*.hpp' .clang-tidy | xargs -0 cat | sha256sum)
jobs=()
while read -r file; do
  [ -n "$file" ] || continue
  grep -qF "\"$PWD/$file\"" "$build/compile_commands.json" || continue
  key=$( (echo "$headers"; cat "$file") | sha256sum | cut -c 1-40)
  [ -e "$cache/$key" ] || jobs+=("$key $file")
done <<<"$sources"

[ ${#jobs[@]} -gt 0 ] || exit 0
echo "clang-tidy: ${#jobs[@]} files"
export build cache
# shellcheck disable=SC2016 # the inner shell expands
printf '%s\n' "${jobs[@]}" | xargs -P "$(nproc)" -L 1 bash -c \
  'clang-tidy --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option "$1" 2>"$cache/$0.log" && mv "$cache/$0.log" "$cache/$0" ||
   { grep -v "warnings\? generated" "$cache/$0.log"; exit 1; }'
