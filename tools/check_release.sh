#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Checks the program that --config=release builds, without failpoints, against the
# default one:
#   1. the default program has the names of the failpoints (base/failpoint.h), that
#      of the release has none of them;
#   2. both build the small demo's dataset, with the same bytes;
#   3. `quipu check` finds nothing in the store of either.
# Prints the sizes of both, stripped.
#
#   tools/check_release.sh
#
# The release build has an output folder of its own, .cache/release or
# QUIPU_RELEASE_OUTPUT_BASE. Exit status: 0 all of this is so; 1 it is not.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

readonly BASE="${QUIPU_RELEASE_OUTPUT_BASE:-$PWD/.cache/release}"
models="${QUIPU_MODEL_DIR:-.cache/models}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# The names in the array of base/failpoint.h.
failpoints() {
  sed -n '/kFailpoints\[\]/,/^};/s/^ *"\([a-z.]*_[a-z_]*\)",.*/\1/p' base/failpoint.h
}

# count_names PROGRAM: how many of the names are in it.
count_names() {
  local found=0 name
  while read -r name; do
    ! grep -qaF "$name" "$1" || found=$((found + 1))
  done < <(failpoints)
  printf '%s' "$found"
}

# make_dataset KIND: a store and an export with the program of this kind.
make_dataset() {
  sed -e "s|out/demo/|$work/$1/|" -e "s|\.cache/models|$models|" examples/small.textproto >"$work/$1.textproto"
  "$work/quipu-$1" --quiet build "$work/$1.textproto"
  "$work/quipu-$1" check "$work/$1/store"
}

# rows KIND: the files of the export, with their hashes.
rows() {
  (cd "$work/$1/export" && find . -name '*.jsonl*' -exec sha256sum {} + | sort -k 2)
}

tools/setup.sh small
tools/fetch_demo_docs.sh
run_bazel build //pipelines:quipu
install "$(run_bazel info bazel-bin 2>/dev/null)/pipelines/quipu" "$work/quipu-default"
release=(env -u JAVA_HOME bazel --output_base="$BASE")
"${release[@]}" build --config=release --symlink_prefix=/ //pipelines:quipu
install "$("${release[@]}" info --config=release bazel-bin 2>/dev/null)/pipelines/quipu" "$work/quipu-release"

names="$(failpoints | wc -l)"
[[ $names -gt 0 ]] || fail "base/failpoint.h has no names: this script does not find them"
for kind in default release; do
  strip "$work/quipu-$kind"
  say "$kind: $(stat -c %s "$work/quipu-$kind") bytes, $(count_names "$work/quipu-$kind") of $names failpoint names"
done
[[ $(count_names "$work/quipu-default") -gt 0 ]] || fail "the default program has no failpoints: this check cannot fail"
[[ $(count_names "$work/quipu-release") -eq 0 ]] || fail "the release has failpoints"
for kind in default release; do
  make_dataset "$kind"
done
[[ -n "$(rows release)" ]] || fail "the export is empty"
diff <(rows default) <(rows release) || fail "the two programs write different rows"
say "the same $(rows release | wc -l) files of rows; quipu check found nothing"
