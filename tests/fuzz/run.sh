#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Fuzzes the parsers of untrusted bytes with libFuzzer, under AddressSanitizer and
# UndefinedBehaviorSanitizer: every target, or those named, for so many seconds each.
#
#   tests/fuzz/run.sh                 # 60 s for each target
#   tests/fuzz/run.sh 3600 gguf html  # an hour for each of two
#   tests/fuzz/run.sh 3600 2/5        # ... for each in the second fifth of all
#   tests/fuzz/run.sh --keep          # keeps the inputs that reach new code
#   tests/fuzz/run.sh --figures       # what all runs so far add up to
#
# Inputs are in .cache/fuzz/TARGET (the corpus that grows) and
# .cache/fuzz/found/TARGET (failures; one there fails the run). --keep copies a small
# set from the first into tests/fuzz/corpus. Each run adds a line to
# .cache/fuzz/figures.tsv: target, processor seconds, executions, edges.
#
# Needs clang and libclang-rt-14-dev (Debian). The build has an output folder of its
# own; the first takes a quarter of an hour on an idle machine. With
# QUIPU_FUZZ_BINARY=FILE nothing is built.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/common.sh
source tools/common.sh

readonly CACHE="$PWD/.cache/fuzz"
readonly FIGURES="$CACHE/figures.tsv"
readonly BASE="${QUIPU_FUZZ_OUTPUT_BASE:-$CACHE/bazel}"
# A hang, also on a machine that is busy with other work.
readonly HANG_S=60
# No input needs more to reach any code.
readonly MOST_BYTES=8192

# Sets `binary`.
build() {
  local -a bazel=(env -u JAVA_HOME CC=clang bazel --output_base="$BASE")
  binary="${QUIPU_FUZZ_BINARY:-}"
  [[ -z "$binary" ]] || return 0
  command -v clang >/dev/null || fail "no clang: apt-get install clang libclang-rt-14-dev"
  mkdir -p "$CACHE"
  "${bazel[@]}" build --config=fuzz --symlink_prefix=/ //tests/fuzz:fuzz
  binary="$CACHE/fuzz"
  cp -f "$("${bazel[@]}" info --config=fuzz bazel-bin 2>/dev/null)/tests/fuzz/fuzz" "$binary"
}

all_targets() {
  QUIPU_FUZZ_TARGET="" "$binary" 2>&1 | tail -n +2 || true
}

# chosen_targets [TARGET...|PART/PARTS]: all of them, those named, or every PARTS-th of all.
chosen_targets() {
  if [[ $# -eq 1 && "$1" =~ ^([1-9])/([1-9])$ ]]; then
    all_targets | awk -v part="${BASH_REMATCH[1]}" -v parts="${BASH_REMATCH[2]}" 'NR % parts == part % parts'
  elif [[ $# -gt 0 ]]; then
    printf '%s\n' "$@"
  else
    all_targets
  fi
}

# with_target TARGET ARGUMENT...: the fuzzer for this target.
with_target() {
  local -a words=()
  [[ ! -f "tests/fuzz/dictionaries/$1" ]] || words=(-dict="tests/fuzz/dictionaries/$1")
  QUIPU_FUZZ_TARGET="$1" "$binary" -max_len="$MOST_BYTES" -timeout="$HANG_S" -report_slow_units="$HANG_S" -rss_limit_mb=2048 "${words[@]}" "${@:2}"
}

# Sets `inputs` to the folders of seeds and of the kept corpus.
find_inputs() {
  local seeds="$CACHE/seeds/$1" kept="tests/fuzz/corpus/$1"
  mkdir -p "$seeds"
  QUIPU_FUZZ_TARGET="$1" QUIPU_FUZZ_SEEDS="$seeds" "$binary"
  inputs=("$seeds")
  [[ ! -d "$kept" ]] || inputs+=("$kept")
}

fuzz() {
  local seconds=$1 target=$2 corpus="$CACHE/$2" found="$CACHE/found/$2" failed=0
  mkdir -p "$corpus" "$found"
  find_inputs "$target"
  say "$target: $seconds s"
  { time with_target "$target" -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$found/" \
    "$corpus" "${inputs[@]}" >"$CACHE/$target.log" 2>&1; } 2>"$CACHE/$target.time" || failed=1
  record "$target"
  if compgen -G "$found/*" >/dev/null; then
    say "$target: found $(find "$found" -type f | wc -l) inputs in $found; see $CACHE/$target.log"
    failed=1
  fi
  return "$failed"
}

# record TARGET: what its last run did, into the figures.
record() {
  local executions edges used
  executions="$(sed -n 's/^stat::number_of_executed_units: *//p' "$CACHE/$1.log")"
  edges="$(grep -oE "cov: [0-9]+" "$CACHE/$1.log" | tail -1 | cut -d' ' -f2 || true)"
  used="$(awk '{ print $1 + $2 }' "$CACHE/$1.time")"
  say "$1: $used s of processor time, ${executions:-0} executions, ${edges:-0} edges"
  printf '%s\t%s\t%s\t%s\n' "$1" "$used" "${executions:-0}" "${edges:-0}" >>"$FIGURES"
}

# The sums of all runs, as a table; of edges, the most.
figures() {
  [[ -f "$FIGURES" ]] || fail "nothing was fuzzed yet: no $FIGURES"
  awk -F'\t' '
    { seconds[$1] += $2; runs[$1] += $3; if ($4 > edges[$1]) edges[$1] = $4 }
    END { for (t in runs) printf "| `%s` | %.1f | %d | %d |\n", t, seconds[t], runs[t], edges[t] }
  ' "$FIGURES" | sort
}

# Edges alone, not how often: as few inputs as reach the same code.
keep() {
  local target=$1 all
  mkdir -p "$CACHE/$target" "tests/fuzz/corpus/$target"
  find_inputs "$target"
  all="$(mktemp -d)"
  find "${inputs[@]}" -type f -exec cp -t "$all" {} +
  find "$all" -type f -printf '%f\n' | sort >"$CACHE/$target.before"
  with_target "$target" -merge=1 -use_counters=0 "$all" "$CACHE/$target" >"$CACHE/$target.log" 2>&1
  while read -r name; do
    cp "$all/$name" "tests/fuzz/corpus/$target/"
  done < <(find "$all" -type f -printf '%f\n' | sort | comm -13 "$CACHE/$target.before" -)
  rm -rf "$all"
  rmdir --ignore-fail-on-non-empty "tests/fuzz/corpus/$target"
  say "$target: $(find "tests/fuzz/corpus/$target" -type f 2>/dev/null | wc -l) inputs are kept"
}

TIMEFORMAT='%U %S'
what="${1:-60}"
[[ "$what" =~ ^([1-9][0-9]{0,6}|--keep|--figures)$ ]] ||
  fail "\"$what\" is no number of seconds, --keep or --figures"
if [[ "$what" == --figures ]]; then
  figures
  exit
fi
export ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1"
export UBSAN_OPTIONS="print_stacktrace=1"
build
mapfile -t targets < <(chosen_targets "${@:2}")
[[ ${#targets[@]} -gt 0 ]] || fail "no targets"
failed=0
for target in "${targets[@]}"; do
  case "$what" in
  --keep) keep "$target" ;;
  *) fuzz "$what" "$target" || failed=1 ;;
  esac
done
exit "$failed"
