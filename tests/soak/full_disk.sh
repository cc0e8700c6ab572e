#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Whole commands on a disk that becomes full: a tmpfs with so little room that `build`
# (reading, pairs, packing, export), `merge`, `export`, `backup` and `restore` end in the
# middle, at many places. Each time the command has to end with 1 and a message that names
# the full disk; what was there before can still be read; and with more room the same
# command finishes, with the bytes of an undisturbed run. Then all at once: a `build`, a
# backup of its store and an export of another store are at work when the room ends.
#
#   tests/soak/full_disk.sh        # 40 sizes for each command
#   tests/soak/full_disk.sh 200
#
# Needs root: it mounts, in a mount namespace of its own. Takes about a minute for each
# ten sizes.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/soak/common.sh
source tests/soak/common.sh

SIZES="$(number_argument "${1:-40}")"
if [[ ${QUIPU_OWN_MOUNTS:-} != 1 ]]; then
  [[ "$(id -u)" -eq 0 ]] || fail "this mounts a file system: run it as root"
  run_bazel build //pipelines:quipu
  QUIPU_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" "$@"
fi
QUIPU="${QUIPU_BINARY:-$PWD/bazel-bin/pipelines/quipu}"
WORK="$(mktemp -d)"
trap 'umount "$WORK/disk" 2>/dev/null || true; rm -rf "$WORK"' EXIT
mkdir "$WORK/disk" "$WORK/start" "$WORK/built"
cd "$WORK"

write_inputs() {
  python3 - <<'PYTHON'
import json, random
draw = random.Random(1)
who, did = ["keeper", "traveller", "captain", "weaver", "clerk"], ["counted", "found", "sold", "painted"]
what = ["knotted cords", "silver coins", "river stones", "wax candles", "paper maps"]
with open("corpus.jsonl", "w") as out:
    for _ in range(40):
        text = " ".join(
            f"The {draw.choice(who)} {draw.choice(did)} {draw.randrange(2, 900)} {draw.choice(what)} before "
            f"the year {draw.randrange(1000, 2000)} was over." for _ in range(400))
        out.write(json.dumps({"text": text}) + "\n")
with open("rows.jsonl", "w") as out:
    for i in range(600):
        out.write(json.dumps({"prompt": f"What is {i} plus {draw.randrange(9999)}?", "completion": "A number. " * 20}) + "\n")
PYTHON
  cat >spec.textproto <<SPEC
seed: 3
store: "$WORK/disk/store"
export_dir: "$WORK/disk/export"
documents { path: "$WORK/corpus.jsonl" }
short_rows { path: "$WORK/rows.jsonl" }
engine { kind: SCRIPTED }
chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 1000 max_per_document: 3 }
instances { context_tokens: 2048 padding: NO_PADDING }
SPEC
}

# Mounts a disk with what is in `start`, and room for so many KiB more.
begin_disk() {
  umount disk 2>/dev/null || true
  mount -t tmpfs -o size=4g tmpfs disk
  cp -a start/. disk/
  mount -o "remount,size=$(($(used_kib) + $1 + 4))k" disk  # 0 would be no limit.
}

used_kib() {
  df --output=used -k disk | tail -1
}

digest() {
  (cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum)
}

# What a run was doing when it ended, by the stages that its store says are done.
doing() {
  { "$QUIPU" status --json disk/store 2>/dev/null || true; } | python3 -c '
import json, sys
text = sys.stdin.read()
done = json.loads(text)["done_stages"] if text else None
print("opening" if done is None else "export" if "pack" in done else "packing" if "generate" in done
      else "pairs" if "read" in done else "reading")'
}

# full COMMAND...: with little room, has to end with 1 and name the full disk. Not 0 if it had enough.
full() {
  local code=0
  "$QUIPU" "$@" >log 2>&1 || code=$?
  [[ $code -ne 0 ]] || return 1
  if [[ $code -ne 1 ]] || ! grep -qi 'error RESOURCE_EXHAUSTED.*no space left' log; then
    tail -n 5 log >&2
    fail "quipu $1 with $room KiB of room ended with $code"
  fi
}

finish() {
  "$QUIPU" "$@" >log 2>&1 || {
    tail -n 5 log >&2
    fail "quipu $1 failed with enough room, after $room KiB"
  }
}

# What a command makes is sound, and has the wanted bytes if it is an export.
sound() {
  case "$1" in
  backup) finish restore disk/backup --out disk/restored && finish check disk/restored ;;
  restore) finish check disk/restored ;;
  *)
    finish check disk/store
    [[ "$(digest disk/export)" == "$WANTED" ]] || fail "quipu $1 after $room KiB of room made other bytes"
    ;;
  esac
}

# sweep COMMAND...: the command with more and more room, until it has enough.
sweep() {
  local began need cases=0
  room="unlimited"
  begin_disk 4000000
  began="$(used_kib)"
  finish "$@"
  need=$(($(used_kib) - began))
  : >ends
  # With less than 1 MiB no store is opened.
  for ((room = 0; ; room += (room < 1024 ? 512 : need / SIZES + 1), ++cases)); do
    begin_disk "$room"
    full "$@" || break
    doing >>ends
    mount -o remount,size=4g disk
    finish "$@"
    sound "$1"
  done
  say "$1: $cases sizes up to $room KiB"
  case "$1" in
  build | merge) say "  it was at: $(sort ends | uniq -c | awk '{ print $2, $1 }' | paste -sd, | sed 's/,/, /g')" ;;
  esac
  ((cases >= 6)) || fail "$1 had enough room too soon"
}

# One of several commands that ran at once has ended with this code: it had room, or names the full disk.
had_room_or_says_so() {
  local name=$1 code=$2
  [[ $code -ne 0 ]] || return 0
  [[ $code -eq 1 ]] && grep -qi 'error RESOURCE_EXHAUSTED.*no space left' "$name.log" && return 0
  # A backup may come before the store, or find the store between two tries of the build.
  [[ $name == backup && $code -eq 2 ]] && grep -q 'NOT_FOUND' "$name.log" && return 0
  tail -n 5 "$name.log" >&2
  fail "$name beside others, with $room KiB of room, ended with $code"
}

# again_and_again COMMAND...: until there is a file `stop`, or it fails. Its last code is in COMMAND.code.
again_and_again() {
  local code=0
  while [[ ! -e stop ]] && [[ $code -eq 0 || $code -eq 2 ]]; do
    code=0
    "$QUIPU" "$@" >"$1.log" 2>&1 || code=$?
    echo "$code" >"$1.code"
  done
}

# together ROUND: a build that has just begun, backups of its store and exports of another one, until the
# room ends, after a time that differs from round to round.
together() {
  begin_disk 4000000
  rm -rf disk/store disk/export
  sed "s/^engine.*/engine { kind: SCRIPTED } performance { scripted_latency_ms: 20 chunks_in_flight: 4 }/" spec.textproto >slow.textproto
  local pids=() codes=() name i
  "$QUIPU" build slow.textproto >build.log 2>&1 & pids[0]=$!
  rm -f stop
  again_and_again backup disk/store --out disk/beside & pids[1]=$!
  again_and_again export disk/other --out disk/again & pids[2]=$!
  sleep "$(python3 -c "print(0.3 + 2.2 * $1 / ${ROUNDS}.0)")" # taste-ok: the moment at which the room ends
  room=$(($1 * 997 % 600))
  # More may be used by the time that the size is set: then it is refused.
  for ((i = 0; i < 100; ++i)); do
    mount -o "remount,size=$(($(used_kib) + room + 4 * i + 4))k" disk 2>/dev/null && break
  done
  ((i < 100)) || fail "the disk could not be made smaller"
  # A build that still finds room after a while has it to its end.
  for ((i = 0; i < 100; ++i)); do
    kill -0 "${pids[0]}" 2>/dev/null || break
    sleep 0.1 # taste-ok: bounded polling of a real process
  done
  codes[0]=0
  wait "${pids[0]}" || codes[0]=$?
  touch stop
  wait "${pids[1]}" "${pids[2]}" || true
  [[ ${codes[0]} -eq 0 ]] || ended=$((ended + 1))
  had_room_or_says_so build "${codes[0]}"
  for name in backup export; do
    had_room_or_says_so "$name" "$(<"$name.code")"
    ! grep -q RESOURCE_EXHAUSTED "$name.log" || full_beside=$((full_beside + 1))
  done
  mount -o remount,size=4g disk
  # Each backup is the run at one moment, so a later export has rows that it has not.
  rm -rf disk/export
  if [[ -e disk/beside ]]; then finish check disk/beside; fi
  finish build spec.textproto
  sound build
  finish check disk/other
  finish export disk/other --out disk/again
  [[ "$(digest disk/again)" == "$WANTED" ]] || fail "the export beside a full disk made other bytes"
}

write_inputs
begin_disk 4000000
room="unlimited"
finish build spec.textproto
WANTED="$(digest disk/export)"
cp -a disk/. built/
cp -a disk/store built_store
sweep build spec.textproto
for what in opening reading pairs packing export; do
  grep -q "$what" ends || fail "no build ended while it was at: $what"
done
umount disk && mount -t tmpfs -o size=4g tmpfs disk
for part in 0/2 1/2; do finish build spec.textproto --partition "$part"; done
cp -a disk/. start/
sweep merge spec.textproto
rm -rf start && mv built start && rm -r start/export
sweep export disk/store
sweep backup disk/store --out disk/backup
begin_disk 4000000
finish backup disk/store --out disk/backup
rm -rf start && cp -a disk start
sweep restore disk/backup --out disk/restored
# All of it at once.
ROUNDS=$((SIZES < 12 ? SIZES : 12))
rm -rf start && mkdir start && cp -a built_store start/other
ended=0 full_beside=0
for ((round = 0; round < ROUNDS; ++round)); do together "$round"; done
say "together: $ROUNDS rounds, $ended builds ended by the full disk, $full_beside backups and exports beside them"
((ended >= ROUNDS / 3)) || fail "the builds had enough room"
