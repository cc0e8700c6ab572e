#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# The cost of the service over a build in one process: the same run with the
# small model, by `quipu build` and by `quipu serve` with one `quipu work`,
# alternating. Prints each round's seconds and processor seconds, then the
# medians and the ratios (the target is under 1.02), and the processor time of
# the coordinator's process, which a noisy machine cannot hide. The two datasets
# have to be the same bytes.
#
#   tests/soak/service_overhead.sh     # 3 rounds
#   tests/soak/service_overhead.sh 5
#
# Seconds cover the whole run, from its start to its dataset, without the 3 s in
# which a coordinator tells its workers that the run is done.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/soak/common.sh
source tests/soak/common.sh

rounds="$(number_argument "${1:-3}")"
((rounds <= 99)) || fail "$rounds rounds are too many: at most 99"
tools/setup.sh small
run_bazel build //pipelines:quipu
QUIPU="$PWD/bazel-bin/pipelines/quipu"
MODEL="$(realpath -m "${QUIPU_MODEL_DIR:-.cache/models}")/smollm2-135m-instruct-q4_1.gguf"
DIR="$(mktemp -d)"
children=()
cleanup() {
  local child
  for child in ${children[@]+"${children[@]}"}; do kill -KILL "$child" 2>/dev/null || true; done
  rm -rf "$DIR"
}
trap cleanup EXIT

# Plain sentences, all different.
python3 - "$DIR/corpus.jsonl" <<'PYTHON'
import json, random, sys
draw = random.Random(1)
who = ["The keeper", "A traveller", "The old captain", "Her sister", "The weaver", "A clerk"]
did = ["counted", "carried", "found", "mended", "sold", "painted"]  # taste-ok: data
what = ["knotted cords", "silver coins", "river stones", "wax candles", "paper maps", "clay jars"]
where = ["in the harbour", "behind the church", "near the bridge", "at the market", "by the mill"]
with open(sys.argv[1], "w") as out:
    for _ in range(8):
        text = " ".join(
            f"{draw.choice(who)} {draw.choice(did)} {draw.randrange(2, 900)} {draw.choice(what)} {draw.choice(where)}."
            for _ in range(300))
        out.write(json.dumps({"text": text}) + "\n")
PYTHON

write_spec() {
  cat >"$DIR/$1.textproto" <<SPEC
seed: 7
store: "$DIR/$1/store"
documents { path: "$DIR/corpus.jsonl" }
engine { model: "$MODEL" }
chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 1000 max_per_document: 4 }
verification { target_precision: 0 min_verdict_margin: -100 min_answer_log_prob: -20 min_short_answer_log_prob: -20 min_gain: -20 }
filters { refuse_text_mentions: false min_grounded_share_long: 0 min_grounded_share_short: 0 }
service { pause_reject_share: 2 audit_share: 0 }
SPEC
}

# timed NAME COMMAND...: runs it; seconds and processor seconds go to NAME.time.
timed() {
  local name=$1
  shift
  python3 tests/soak/timed.py "$DIR/$name.time" "$@" >>"$DIR/$name.log" 2>&1 ||
    fail "$name failed: $(tail -n 3 "$DIR/$name.log")"
}

digest() {
  (cd "$DIR/$1/export" && sha256sum -- * | sha256sum | cut -d' ' -f1)
}

one_round() {
  rm -rf "$DIR/build" "$DIR/serve"
  timed build "$QUIPU" build "$DIR/build.textproto"
  timed work "$QUIPU" work "unix:$DIR/s" --name one &
  children=($!)
  timed serve "$QUIPU" serve "$DIR/serve.textproto" --listen "unix:$DIR/s"
  wait "${children[0]}"
  children=()
  [[ "$(digest build)" == "$(digest serve)" ]] || fail "the two datasets differ"
  python3 - "$DIR" >>"$DIR/rounds" <<'PYTHON'
import sys
read = lambda name: [float(x) for x in open(f"{sys.argv[1]}/{name}.time").read().split()]
build, serve, work = read("build"), read("serve"), read("work")
print(build[0], build[1], serve[0] - 3.0, serve[1] + work[1], serve[1])
PYTHON
  tail -n 1 "$DIR/rounds" | awk '{ printf "build %.1f s, %.1f s of processors; service %.1f s, %.1f s\n", $1, $2, $3, $4 }'
}

write_spec build
write_spec serve
for ((i = 0; i < rounds; i++)); do one_round; done
python3 - "$DIR/rounds" <<'PYTHON'
import statistics, sys
columns = list(zip(*[[float(x) for x in line.split()] for line in open(sys.argv[1])]))
wall, cpu, service_wall, service_cpu, coordinator = (statistics.median(c) for c in columns)
print(f"medians: build {wall:.1f} s, {cpu:.1f} s of processors; service {service_wall:.1f} s, {service_cpu:.1f} s")
print(f"service / build: {service_wall / wall:.3f} of time, {service_cpu / cpu:.3f} of processor time")
print(f"the coordinator alone: {coordinator:.2f} s of processors, {100 * coordinator / cpu:.1f} % of the build's")
PYTHON
