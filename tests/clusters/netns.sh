#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Nine hosts on one machine: network namespaces on a bridge, a coordinator in one and
# a worker in each of the others, over TLS. Links are cut for 30 s and healed, the
# coordinator's among them. One worker's clock since boot is seven hours ahead, another's
# time of day is five hours ahead, a third one's an hour behind. The dataset must have the
# bytes of `quipu build`.
#
#   tests/clusters/netns.sh bazel-bin/pipelines/quipu
#
# Needs root, iproute2, openssl and a C compiler. All is in namespaces of this script's own: nothing
# else is reached, and nothing is left. Takes about three minutes. Exit status: 0 if all
# passed.

set -euo pipefail
# shellcheck source=tests/clusters/common.sh
source "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/common.sh"
[[ $# -eq 1 && -x $1 ]] || { sed -n '4,15s/^# \{0,1\}//p' "$0" >&2; exit 2; }
QUIPU="$(realpath "$1")"
CERTIFICATES="$(realpath "$(dirname "$0")/../../deploy/make_certificates.sh")"
HERE="$(dirname "$(realpath "$0")")"
readonly QUIPU CERTIFICATES HERE WORKERS=8 CUT_S=30 AHEAD_S=25200 COORDINATOR=10.78.0.100

if [[ ${QUIPU_ISOLATED:-} != 1 ]]; then
  QUIPU_CLUSTER_WORK="$(mktemp -d)"
  export QUIPU_CLUSTER_WORK
  trap 'rm -rf "$QUIPU_CLUSTER_WORK"' EXIT
fi
isolate "$@"
cd "$QUIPU_CLUSTER_WORK"

# `ip netns` names namespaces by files in /run/netns: in a /run of our own.
mount -t tmpfs tmpfs /run
ip link set lo up
ip link add name bridge0 type bridge
ip link set bridge0 up

# host NAME ADDRESS: a namespace whose only link ends at the bridge.
host() {
  ip netns add "$1"
  ip link add name "$1-out" type veth peer name "$1-in"
  ip link set "$1-in" netns "$1"
  ip link set "$1-out" master bridge0 up
  ip -n "$1" link set lo up
  ip -n "$1" address add "$2/24" dev "$1-in"
  ip -n "$1" link set "$1-in" up
}

# A link that is cut drops packets; no side gets an error.
cut_links() {
  local name
  for name in "$@"; do ip link set "$name-out" nomaster; done
}

heal_links() {
  local name
  for name in "$@"; do ip link set "$name-out" master bridge0; done
}

cc -shared -fPIC -O1 -o shifted_clock.so "$HERE/../support/shifted_clock.c" -ldl
# The time of day of worker i, in seconds from the machine's.
declare -A shift_of=([2]=18000 [3]=-3600)

host head "$COORDINATOR"
"$CERTIFICATES" certs "$COORDINATOR" >certs.log
make_corpus 14
make_reference
make_spec run 5000

declare -A pid_of
ip netns exec head "$QUIPU" serve run.textproto --listen "$COORDINATOR:7447" --cert certs/coordinator.crt \
  --key certs/coordinator.key --client-ca certs/ca.crt >serve.log 2>&1 &
pid_of[head]=$!
for ((i = 1; i <= WORKERS; ++i)); do
  host "w$i" "10.78.0.$i"
  clock=()
  [[ $i -ne 1 ]] || clock=(unshare --time --monotonic "$AHEAD_S" --boottime "$AHEAD_S" --fork --kill-child)
  [[ -z ${shift_of[$i]:-} ]] || clock=(env "LD_PRELOAD=$PWD/shifted_clock.so" "QUIPU_CLOCK_SHIFT_S=${shift_of[$i]}")
  ip netns exec "w$i" "${clock[@]}" "$QUIPU" --log-format json work "$COORDINATOR:7447" --name "workers/w$i" --threads 1 \
    --ca certs/ca.crt --cert certs/workers.crt --key certs/workers.key >"w$i.log" 2>&1 &
  pid_of[w$i]=$!
done
for ((i = 1; i <= WORKERS; ++i)); do await 60 grep -qs 'working as' "w$i.log"; done
sleep 4 # taste-ok: workers hold leases by now
echo "  three workers are cut off for $CUT_S s"
cut_links w2 w3 w4
sleep "$CUT_S" # taste-ok: the length of the cut
heal_links w2 w3 w4
sleep 4 # taste-ok: they come back
echo "  the coordinator is cut off for $CUT_S s"
kill -0 "${pid_of[head]}" || fail "the run ended too early to be cut"
cut_links head
sleep "$CUT_S" # taste-ok: the length of the cut
heal_links head
healed=$(now)

status=0
ended() {
  ! kill -0 "$1" 2>/dev/null
}
await 300 ended "${pid_of[head]}"
wait "${pid_of[head]}" || status=$?
[[ $status -eq 0 ]] || fail "the coordinator ended with $status"
echo "  the run ended $(($(now) - healed)) s after the last heal"
for ((i = 1; i <= WORKERS; ++i)); do
  await 120 ended "${pid_of[w$i]}"
  status=0
  wait "${pid_of[w$i]}" || status=$?
  [[ $status -eq 0 ]] || fail "worker $i ended with $status: $(tail -n 2 "w$i.log")"
done
for i in "${!shift_of[@]}"; do
  first="$(sed -n 's/^{"time":"\([^"]*\)".*/\1/p' "w$i.log" | head -n 1)"
  off=$(($(date -d "$first" +%s) - $(stat -c %W "w$i.log")))
  ((off > shift_of[$i] - 60 && off < shift_of[$i] + 60)) || fail "worker $i has the time of day of $first, $off s off"
done
grep -c 'expire' serve.log | sed 's/^/  lines of expired leases in the coordinator log: /'
same_dataset run
passed "a coordinator and $WORKERS workers, cut off and healed, three with other clocks, make one machine's dataset"
