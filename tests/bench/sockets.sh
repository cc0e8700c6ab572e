#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Runs sockets_bench: 8, 1,000 and 10,000 simulated workers with a connection each, then
# 200 clients whose coordinator is killed and started again 15 s later; with OUTAGE_S only
# these, with another pause.
#
#   bazel build -c opt //tests/bench:sockets_bench
#   tests/bench/sockets.sh bazel-bin/tests/bench/sockets_bench DIR [OUTAGE_S]
#
# DIR: on the disk to measure; what is written there is removed. Needs 10,100 file
# descriptors (ulimit -n). Takes about three minutes on two idle cores.

set -euo pipefail
[[ ($# -eq 2 || $# -eq 3) && -x $1 ]] || { sed -n '4,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
BENCH="$(realpath "$1")"
mkdir -p "$2"
DIR="$(realpath "$2")/sockets"
readonly BENCH DIR OUTAGE_S=${3:-15}
PORT="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
readonly ADDRESS=127.0.0.1:$PORT
ulimit -n "$(ulimit -H -n)"

serve_pid=
cleanup() {
  [[ -z $serve_pid ]] || kill -KILL "$serve_pid" 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT

# serve DOCUMENTS
serve() {
  : >"$DIR.log"
  "$BENCH" serve "$DIR" "$ADDRESS" --documents "$1" >"$DIR.log" 2>&1 &
  serve_pid=$!
  for ((i = 0; i < 600; ++i)); do
    grep -q '^serving' "$DIR.log" && return
    kill -0 "$serve_pid" || { cat "$DIR.log" >&2; exit 1; }
    sleep 0.1 # taste-ok: bounded polling of a real process
  done
  exit 1
}

stop() {
  kill -"$1" "$serve_pid"
  wait "$serve_pid" || true
  serve_pid=
}

counts=(8 1000 10000)
[[ $# -eq 2 ]] || counts=()
for workers in ${counts[@]+"${counts[@]}"}; do
  echo "$workers simulated workers:"
  rm -rf "$DIR"
  serve 3125
  "$BENCH" swarm "$ADDRESS" --workers "$workers"
  grep VmHWM "/proc/$serve_pid/status" | sed 's/^/the coordinator: /'
  stop TERM
done

echo "a restart:"
rm -rf "$DIR"
serve 3125
"$BENCH" clients "$ADDRESS" --workers 200 --seconds "${QUIPU_RESTART_SECONDS:-75}" 2>"$DIR.clients" &
clients=$!
sleep 8 # taste-ok: all have a session
stop KILL
sleep "$OUTAGE_S" # taste-ok: the outage
serve 3125
wait "$clients"
stop TERM
