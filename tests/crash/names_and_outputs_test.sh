#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# A corpus file whose name is not UTF-8 is read like any other, and shown escaped; a command
# whose output cannot be written ends with 1 and says so.

set -euo pipefail
readonly QUIPU="$PWD/pipelines/quipu"
work="$(mktemp -d "${TEST_TMPDIR:-/tmp}/names.XXXXXX")"
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  cat out >&2 || true
  exit 1
}

# The last one has a terminal's escape sequence.
readonly NAMES=($'corpus/caf\xe9.txt' $'corpus/\xff\xc3\xa9.txt' $'corpus/\e[31m.txt')
mkdir corpus
for name in "${NAMES[@]}"; do
  for s in $(seq 60); do
    printf 'The miller of village %d sold %d sacks of %d pounds to the baker. ' \
      "$s" "$((3 * s))" "${#name}"
  done >"$name"
done
cat >spec.textproto <<'SPEC'
store: "store"
export_dir: "export"
documents { path: "corpus" }
engine { kind: SCRIPTED }
read { min_document_tokens: 64 }
chunks { min_tokens: 64 max_tokens: 160 }
SPEC

"$QUIPU" build spec.textproto >out 2>&1 || fail "build"
for command in "status store" "status store --json" "check store" "show store" \
  "show store --rejects" "report store --out report.html" "build spec.textproto"; do
  # shellcheck disable=SC2086
  "$QUIPU" $command >out 2>&1 || fail "$command ended with $?"
  if grep -q $'\e' out; then fail "$command prints an escape sequence of a name"; fi
  if LC_ALL=C.UTF-8 grep -qv '^.*$' out; then fail "$command prints what is not UTF-8"; fi
done
"$QUIPU" status store --json >out 2>&1 || fail "status"
grep -q '"documents":3\b' out || fail "not all files were read"
rm "${NAMES[0]}"
"$QUIPU" check store >out 2>&1 || fail "check without a file ended with $?"

for command in "status store" "status store --json" "check store" "show store"; do
  status=0
  # shellcheck disable=SC2086
  "$QUIPU" $command >/dev/full 2>out || status=$?
  [[ $status -eq 1 ]] || fail "$command into a full disk ended with $status, not 1"
  grep -q 'cannot write the output' out || fail "$command does not say that it cannot write"
done
echo "passed"
