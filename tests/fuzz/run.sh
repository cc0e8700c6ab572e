#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Fuzzes the parsers of untrusted bytes with libFuzzer, under AddressSanitizer and
# UndefinedBehaviorSanitizer: every target, or one, for so many seconds each.
#
#   tests/fuzz/run.sh                 # 60 s for each target
#   tests/fuzz/run.sh 3600 gguf       # an hour for one
#
# Needs clang and libclang-rt-14-dev (Debian). The build has an output folder of
# its own and takes a quarter of an hour the first time. Found inputs are kept in
# .cache/fuzz/TARGET (the corpus that grows) and .cache/fuzz/found/TARGET; an input
# there fails the run. Keep it in tests/fuzz/corpus/TARGET once it is fixed.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/common.sh
source tools/common.sh

seconds="${1:-60}"
[[ "$seconds" =~ ^[1-9][0-9]{0,6}$ ]] || fail "\"$seconds\" is not a number of seconds"
command -v clang >/dev/null || fail "no clang: apt-get install clang libclang-rt-14-dev"

cache="$PWD/.cache/fuzz"
mkdir -p "$cache"
output_base="${QUIPU_FUZZ_OUTPUT_BASE:-$cache/bazel}"
env -u JAVA_HOME CC=clang bazel --output_base="$output_base" build --config=fuzz \
  --symlink_prefix=/ //tests/fuzz:fuzz
binary="$(env -u JAVA_HOME CC=clang bazel --output_base="$output_base" info --config=fuzz \
  bazel-bin 2>/dev/null)/tests/fuzz/fuzz"
cp -f "$binary" "$cache/fuzz"

targets="${2:-$(QUIPU_FUZZ_TARGET= "$cache/fuzz" 2>&1 | tail -n +2 || true)}"
export ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1"
export UBSAN_OPTIONS="print_stacktrace=1"
failed=0
for target in $targets; do
  corpus="$cache/$target"
  found="$cache/found/$target"
  mkdir -p "$corpus" "$found" "$cache/seeds/$target"
  QUIPU_FUZZ_TARGET="$target" QUIPU_FUZZ_SEEDS="$cache/seeds/$target" "$cache/fuzz"
  kept="tests/fuzz/corpus/$target"
  [[ -d "$kept" ]] || kept=""
  say "$target: $seconds s"
  QUIPU_FUZZ_TARGET="$target" "$cache/fuzz" -max_total_time="$seconds" -max_len=8192 -timeout=20 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$found/" \
    "$corpus" "$cache/seeds/$target" $kept >"$cache/$target.log" 2>&1 || failed=1
  grep -E "cov: [0-9]+" "$cache/$target.log" | tail -1 || true
  if compgen -G "$found/*" >/dev/null; then
    say "$target: found $(find "$found" -type f | wc -l) inputs in $found; see $cache/$target.log"
    failed=1
  fi
done
exit "$failed"
