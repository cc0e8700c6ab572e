# shellcheck shell=bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# What the commands of this folder share; sourced, never run.

# Shows the ends of the logs in the current folder, too.
fail() {
  printf 'FAILED: %s\n' "$*" >&2
  tail -n 8 ./*.log >&2 2>/dev/null || true
  exit 1
}

passed() {
  printf 'passed: %s\n' "$*"
}

# isolate FLAG ARGUMENT...: runs the calling script again as the first process of new
# namespaces: a network of its own that has only loopback, its own mounts and
# process ids. All processes end with the script, and nothing it sets up is left.
isolate() {
  [[ ${QUIPU_ISOLATED:-} != 1 ]] || return 0
  [[ "$(id -u)" -eq 0 ]] || fail "this needs root, for namespaces"
  local status=0
  QUIPU_ISOLATED=1 unshare --net --uts --mount --pid --fork --kill-child --mount-proc \
    "$(realpath "$0")" "$@" || status=$?
  exit "$status"
}

# await SECONDS COMMAND...: until it succeeds; fails after that time.
await() {
  local seconds=$1 end=$((SECONDS + $1))
  shift
  while ((SECONDS < end)); do
    "$@" && return 0
    sleep 0.2 # taste-ok: bounded polling of real processes
  done
  fail "waited $seconds s in vain for: $*"
}

# A corpus of DOCUMENTS files in ./corpus.
make_corpus() {
  local d s
  mkdir corpus
  for ((d = 1; d <= $1; ++d)); do
    for ((s = 1; s <= 150; ++s)); do
      printf 'The miller of village %d sold %d sacks of flour to the baker in the year %d. ' \
        "$((d * 100 + s))" "$((3 * s + d))" "$((1300 + s))"
    done >"corpus/$d.txt"
  done
}

# make_spec NAME LATENCY_MS: NAME.textproto, whose dataset does not depend on the latency.
make_spec() {
  cat >"$1.textproto" <<SPEC
seed: 5
store: "$1/store"
export_dir: "$1/export"
documents { path: "corpus" }
engine { kind: SCRIPTED }
performance { scripted_latency_ms: $2 chunks_in_flight: 2 }
service { lease_ttl_s: 10 }
SPEC
}

# The dataset of one machine, in ./one, with which all others are compared.
make_reference() {
  make_spec one 0
  "$QUIPU" build one.textproto >one.log 2>&1 || fail "quipu build: $(tail -n 5 one.log)"
  [[ -s one/export/MANIFEST.json ]] || fail "quipu build made nothing"
}

same_dataset() {
  diff -r one/export "$1/export" >/dev/null || fail "$1/export is not what one machine makes"
}

now() {
  date +%s
}
