# shellcheck shell=bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Functions shared by the soak scripts; sourced, never run, from the
# repository's root.

# shellcheck source=tools/common.sh
source tools/common.sh

number_argument() {
  [[ "$1" =~ ^[1-9][0-9]{0,8}$ ]] || fail "\"$1\" is not a number of one or more"
  printf '%s' "$1"
}

# run_soak SECONDS ARGUMENT...: `bazel test` with this time limit for each test,
# one after the other, showing their output.
run_soak() {
  local limit=$1
  shift
  run_bazel test --test_output=all --nocache_test_results --local_test_jobs=1 \
    --test_timeout="$limit" "$@"
}
