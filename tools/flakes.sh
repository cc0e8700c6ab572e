#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Runs every test that draws random data with N seeds, two at a time, and reports
# what failed: target, seed, test case, and how to repeat it.
#
#   tools/flakes.sh 200                            # every random test
#   tools/flakes.sh 200 --busy                     # beside four spinning processes
#   tools/flakes.sh 200 //base/... //storage/...   # the random ones of these
#   tools/flakes.sh 20 --all                       # large tests and tests/crash too
#
#   --first SEED   the first seed; a random one otherwise, which is printed
#   --build-only   builds the tests and prints their names
#
# A test is random if it depends on tests/support/random. Tests of size large,
# tests/crash, and tests with the tag manual run with --all or when they are
# named. Exit status: 0 no failures; 1 failures; 2 wrong arguments.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/common.sh
source tools/common.sh

usage() {
  sed -n '4,18s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

seeds="" first="" busy=0 all=0 build_only=0 targets=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --busy) busy=1 ;;
    --all) all=1 ;;
    --build-only) build_only=1 ;;
    --first)
      first="${2:-}"
      shift || usage
      ;;
    //* | :*) targets+=("$1") ;;
    *)
      [[ -z $seeds && $1 =~ ^[1-9][0-9]{0,6}$ ]] || usage
      seeds=$1
      ;;
  esac
  shift || usage
done
[[ -n $seeds ]] || usage
# 15 digits: the last seed must fit into 64 bits.
[[ -n $first ]] || first="$(od -An -N6 -tu8 /dev/urandom | tr -d ' ')"
[[ $first =~ ^[0-9]{1,15}$ ]] || fail "--first: \"$first\" is not a number of at most 15 digits"

# The random tests among some targets. Patterns with "..." leave out what takes
# long; names do not.
random_tests() {
  local pattern query="" one
  for pattern in "$@"; do
    one="kind('cc_test rule', rdeps($pattern, //tests/support:random))"
    if [[ $all -eq 0 && $pattern == *...* ]]; then
      one="($one except attr(size, 'large|enormous', $one) except attr(tags, 'manual', $one)"
      one+=" except //tests/crash/...)"
    fi
    query+="${query:+ union }$one"
  done
  run_bazel query --noshow_progress --output=label "$query"
}

mapfile -t tests < <(random_tests "${targets[@]:-//...}")
[[ ${#tests[@]} -gt 0 ]] || fail "no random tests in ${targets[*]:-//...}"
run_bazel build --noshow_progress --build_runfile_links "${tests[@]}"
if [[ $build_only -eq 1 ]]; then
  printf '%s\n' "${tests[@]}"
  exit 0
fi

spinning=()
stop_spinning() {
  [[ ${#spinning[@]} -eq 0 ]] || kill "${spinning[@]}" 2>/dev/null || true
}
trap stop_spinning EXIT
# Each ends by itself, too, when this script is gone.
spin() {
  while kill -0 $$ 2>/dev/null; do
    for ((i = 0; i < 200000; ++i)); do :; done
  done
}
if [[ $busy -eq 1 ]]; then
  for _ in 1 2 3 4; do
    spin &
    spinning+=($!)
  done
fi

say "${#tests[@]} tests, $seeds seeds, --first $first$([[ $busy -eq 0 ]] || printf ', four processes spinning')"
python3 tests/flakes.py --seeds "$seeds" --first "$first" "${tests[@]}"
