#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# The program under limits of files and address space: an exit status of 1 or 2 and a
# message that names the limit, or the work is done; never a signal, an assertion or an
# endless wait.

set -euo pipefail
readonly QUIPU="$PWD/pipelines/quipu"
work="$(mktemp -d "${TEST_TMPDIR:-/tmp}/limits.XXXXXX")"
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  cat out >&2 || true
  exit 1
}

for s in $(seq 150); do
  printf 'The miller of village %d sold %d sacks of flour to the baker. ' "$s" "$((3 * s))"
done >corpus.txt
spec() {
  cat >spec.textproto <<SPEC
store: "$1/store"
export_dir: "$1/export"
documents { path: "corpus.txt" }
engine { kind: SCRIPTED }
SPEC
}

# limited LIMIT COMMAND...: sets `status`.
limited() {
  local limit=$1
  shift
  status=0
  # shellcheck disable=SC2086
  (ulimit -c 0; ulimit $limit; exec "$QUIPU" "$@") >out 2>&1 || status=$?
  if ((status > 2)) || grep -q 'terminate called\|Assertion' out; then
    fail "quipu $1 under ulimit $limit ended with $status"
  fi
}

# Each of them would abort, or wait for ever, without the check at the start.
refused() {
  limited "$@"
  [[ $status -eq 1 ]] || fail "quipu $2 under ulimit $1 ended with $status, not 1"
  grep -q "ulimit ${1%% *}" out || fail "the message does not name ulimit ${1%% *}"
}

# Sanitizers reserve more address space than these limits allow.
files=("-n 16" "-n 63") space=("-v 150000")
more=("-n 64" "-v 200000" "-v 300000" "-v 400000" "-v 600000" "-v 800000")
if grep -qa '__asan_init\|__tsan_init' "$QUIPU"; then
  space=() more=("-n 64")
fi

spec finished
"$QUIPU" build spec.textproto >out 2>&1 || fail "build without a limit"
spec limited
for limit in "${files[@]}" "${space[@]}"; do
  refused "$limit" build spec.textproto
  refused "$limit" serve spec.textproto --listen 127.0.0.1:0
  refused "$limit" work 127.0.0.1:1
  refused "$limit" export finished/store --out again
done
for limit in "${more[@]}"; do
  limited "$limit" build spec.textproto
  limited "$limit" export finished/store --out again
done
"$QUIPU" build spec.textproto >out 2>&1 || fail "a build that limits ended is not resumed"
diff -r finished/export limited/export >/dev/null || fail "the datasets differ"
echo "passed"
