#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Runs the remote engine on real OpenAI-compatible servers, and prints a table of what
# was seen and measured.
#
#   tests/servers/run.sh                      # llama.cpp's server with the small model
#   tests/servers/run.sh --large              # and with the 1.5B model
#   tests/servers/run.sh --large-only accepted   # with the 1.5B model alone: shares of accepted pairs
#   tests/servers/run.sh --llama-cpp-python   # llama-cpp-python's server, too
#   tests/servers/run.sh outage compare       # these checks alone, of: absent, engine, crowded,
#                                             # outage, other_model, compare, accepted
#
# Servers come from PyPI, in the versions below, into .cache/servers (llama-cpp-python is
# compiled there, for some minutes); they listen on 127.0.0.1 and are always stopped. Takes
# about fifteen minutes on two idle cores; `compare` alone takes under eight. It leaves a core to
# the client with QUIPU_SERVERS_THREADS=1, and takes QUIPU_SERVERS_ROUNDS rounds (3). Exit status: 0 if all checks passed, else 1.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/common.sh
source tools/common.sh

readonly HERE=tests/servers
readonly XLLAMACPP=2026.10.11549
readonly LLAMA_CPP_PYTHON=0.3.36
readonly SECONDS_EACH="${QUIPU_CHECK_SECONDS:-1800}"
readonly VENV="${QUIPU_SERVERS_VENV:-.cache/servers}"
readonly MODELS="${QUIPU_MODEL_DIR:-.cache/models}"
readonly SMALL="$MODELS/smollm2-135m-instruct-q4_1.gguf"
readonly LARGE="$MODELS/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
readonly KEY=sk-check-0123456789abcdef
readonly SLOTS=4
readonly THREADS="${QUIPU_SERVERS_THREADS:-$(nproc)}"
readonly ROUNDS="${QUIPU_SERVERS_ROUNDS:-3}"

small=1
large=0
with_python=0
checks=()
for option in "$@"; do
  case "$option" in
    --large) large=1 ;;
    --large-only) small=0 large=1 ;;
    --llama-cpp-python) with_python=1 ;;
    absent | engine | crowded | outage | other_model | compare | accepted) checks+=("$option") ;;
    *) fail "unknown option $option (want --large, --large-only, --llama-cpp-python or a check's name)" ;;
  esac
done

[[ ${#checks[@]} -gt 0 ]] || checks=(absent engine crowded outage other_model compare accepted)

work="$(mktemp -d)"
server_pid=""
proxy_pid=""
table=()

stop() {
  [[ -n $1 ]] || return 0
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}
stop_server() {
  stop "$server_pid"
  server_pid=""
}
cleanup() {
  stop "$proxy_pid"
  stop_server
  rm -rf "$work"
}
trap cleanup EXIT

note() {
  table+=("$(printf '%-42s %s' "$1" "$2")")
  say "   $1: $2"
}

free_port() {
  /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Waits until the server at this port has loaded its model.
await_server() {
  local i
  for ((i = 0; i < 600; ++i)); do
    if ! kill -0 "$server_pid" 2>/dev/null; then
      tail -n 20 "$work/server.log" >&2
      fail "the server ended"
    fi
    if curl --silent --fail --noproxy '*' --max-time 2 --header "Authorization: Bearer $KEY" \
      "http://127.0.0.1:$1/v1/models" >/dev/null; then
      return 0
    fi
    sleep 0.5
  done
  fail "the server is not serving after five minutes"
}

# start_llama MODEL PORT OPTIONS...
start_llama() {
  "$VENV/bin/python" $HERE/llama_server.py "$@" --threads "$THREADS" >"$work/server.log" 2>&1 &
  server_pid=$!
  await_server "$2"
}

# write_spec NAME URL MODEL PAIRS: four chunks of one document each.
write_spec() {
  mkdir -p "$work/docs" "$work/$1"
  cp docs/design.md docs/quality.md docs/performance.md docs/robustness.md "$work/docs/"
  sed -e "s|@WORK@|$work|g" -e "s|@NAME@|$1|g" -e "s|@URL@|$2|g" -e "s|@MODEL@|$3|g" \
    -e "s|@PAIRS@|$4|g" $HERE/spec.textproto >"$work/$1/spec.textproto"
}

build() {
  QUIPU_API_KEY="$KEY" timeout "$SECONDS_EACH" "$bin/pipelines/quipu" build \
    "$work/$1/spec.textproto" >"$work/$1/log" 2>&1
}

rejects() {
  "$bin/pipelines/quipu" status "$work/$1/store" --json |
    /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin).get("rejects", {}).get(sys.argv[1], 0))' "$2"
}

check_engine() {
  local port
  port="$(free_port)"
  start_llama "$SMALL" "$port" --slots $SLOTS --key $KEY
  try_engine llama-server "http://127.0.0.1:$port/v1" yes
  stop_server
}

# The engine on this server, compared with the embedded one, and a dataset.
try_engine() {
  local name=$1 url=$2 scores=$3 rows
  say "== $name: compared with the embedded engine"
  QUIPU_OPENAI_URL="$url" QUIPU_OPENAI_MODEL=m QUIPU_API_KEY="$KEY" QUIPU_OPENAI_SCORES="$scores" \
    QUIPU_MODEL_DIR="$(realpath "$MODELS")" timeout "$SECONDS_EACH" \
    "$bin/tests/servers/openai_server_test" || fail "$name: openai_server_test"
  note "$name: agrees with the embedded engine" yes
  say "== $name: a dataset"
  write_spec "$name" "$url" "$SMALL" 4
  build "$name" || fail "$name: $(tail -n 5 "$work/$name/log")"
  grep -F "structured output" "$work/$name/log"
  "$bin/pipelines/quipu" check "$work/$name/store"
  rows="$(find "$work/$name/export" -name 'messages-*.jsonl' -exec cat {} + | wc -l)"
  ((rows > 0)) || fail "$name: no row was exported"
  note "$name: rows" "$rows"
  note "$name: rejects (too long, malformed)" \
    "$(rejects "$name" too_long), $(rejects "$name" malformed)"
  if grep -rqaF "$KEY" "$work/$name"; then
    fail "$name: the key is in the store, the export or the log"
  fi
}

# A cache that all slots together fill, though each request fits alone.
check_crowded() {
  local port lost
  say "== a crowded server"
  port="$(free_port)"
  start_llama "$SMALL" "$port" --slots $SLOTS --context 1280 --key $KEY
  write_spec crowded "http://127.0.0.1:$port/v1" "$SMALL" 4
  build crowded || fail "crowded: $(tail -n 5 "$work/crowded/log")"
  stop_server
  lost="$(rejects crowded engine_limit)"
  note "crowded: replies that it was full" "$(grep -c 'is crowded' "$work/crowded/log" || true)"
  note "crowded: pairs lost to it" "$lost"
  [[ $lost == 0 ]] || fail "pairs were lost to a crowded server"
}

check_absent() {
  local port begin took
  say "== no server"
  port="$(free_port)"
  write_spec absent "http://127.0.0.1:$port/v1" "$SMALL" 4
  begin="$(date +%s%N)"
  if build absent; then fail "a build without a server succeeded"; fi
  took=$((($(date +%s%N) - begin) / 1000000))
  tail -n 1 "$work/absent/log"
  [[ "$(tail -n 1 "$work/absent/log" | grep -o "127.0.0.1:$port/v1" | wc -l)" == 1 ]] ||
    fail "the URL is not in the message once"
  note "no server: the build ends after (ms)" "$took"
}

# A server that is killed in the middle of a run and started again.
check_outage() {
  local port build_pid began answered
  say "== an outage"
  port="$(free_port)"
  start_llama "$SMALL" "$port" --slots $SLOTS --key $KEY
  write_spec outage "http://127.0.0.1:$port/v1" "$SMALL" 2
  build outage &
  build_pid=$!
  for ((i = 0; i < 6000; ++i)); do
    if grep -q 'planned' "$work/outage/log" 2>/dev/null; then break; fi
    kill -0 "$build_pid" || fail "outage: $(tail -n 5 "$work/outage/log")"
    sleep 0.1
  done
  sleep 3
  kill -KILL "$server_pid"
  wait "$server_pid" 2>/dev/null || true
  sleep 20
  start_llama "$SMALL" "$port" --slots $SLOTS --key $KEY
  began="$(date +%s)"
  for ((i = 0; i < 600; ++i)); do
    if grep -q 'answers again' "$work/outage/log"; then break; fi
    sleep 0.1
  done
  answered="$(date +%s)"
  wait "$build_pid" || fail "outage: $(tail -n 5 "$work/outage/log")"
  stop_server
  note "outage: requests resume after (s)" "$((answered - began))"
}

# The wrong engine.model for a server.
check_other_model() {
  local port
  say "== another model"
  if [[ ! -f $LARGE ]]; then
    note "another model" "not checked (no 1.5B model)"
    return
  fi
  port="$(free_port)"
  start_llama "$SMALL" "$port" --key $KEY
  write_spec other "http://127.0.0.1:$port/v1" "$LARGE" 4
  if build other; then fail "another model's tokenizer was accepted"; fi
  stop_server
  tail -n 1 "$work/other/log"
  grep -qF "engine.model must be the model that the server has" "$work/other/log" ||
    fail "another model is not named"
  note "another model" refused
}

# start_proxy PORT SERVER_PORT RECORD
start_proxy() {
  "$VENV/bin/python" $HERE/record_proxy.py "$1" "$2" "$3" "$server_pid" &
  proxy_pid=$!
  sleep 1
}
stop_proxy() {
  stop "$proxy_pid"
  proxy_pid=""
}

# compare NAME MODEL: in each round a run, and then its requests sent by a bare client with as many
# at once as the server has slots. Both go through the proxy, to a server that has just started.
compare() {
  local name=$1 model=$2 port through round records=() line
  port="$(free_port)"
  through="$(free_port)"
  for ((round = 1; round <= ROUNDS; ++round)); do
    say "== $name: quipu and a bare client, round $round of $ROUNDS"
    start_llama "$model" "$port" --slots $SLOTS
    start_proxy "$through" "$port" "$work/$name.jsonl"
    rm -rf "${work:?}/$name"
    write_spec "$name" "http://127.0.0.1:$through/v1" "$model" 4
    build "$name" || fail "$name: $(tail -n 5 "$work/$name/log")"
    stop_proxy
    stop_server
    # Without the engine's probes, which are sent one by one.
    grep -v 'Is snow white?\|The snow is white\|"Say hello\."' "$work/$name.jsonl" >"$work/quipu-$round.jsonl"
    # The server's cache is empty again.
    start_llama "$model" "$port" --slots $SLOTS
    start_proxy "$through" "$port" "$work/bare-$round.jsonl"
    say "   bare $(/usr/bin/python3 $HERE/bare_client.py "$work/quipu-$round.jsonl" "http://127.0.0.1:$through" $SLOTS)"
    stop_proxy
    stop_server
    records+=("$work/quipu-$round.jsonl" "$work/bare-$round.jsonl")
  done
  /usr/bin/python3 $HERE/compare_report.py "${records[@]}" >"$work/figures" ||
    fail "$name: $(cat "$work/figures")"
  while IFS=$'\t' read -r line figure; do note "$name: $line" "$figure"; done <"$work/figures"
  note "$name: rejects (too long, malformed)" \
    "$(rejects "$name" too_long), $(rejects "$name" malformed)"
}

check_compare() {
  ((!small)) || compare small "$SMALL"
  ((large)) || return 0
  [[ -f $LARGE ]] || tools/setup.sh large
  compare large "$LARGE"
}

# accepted NAME MODEL: 40 pairs by the server and 40 by the embedded engine, on one spec. Their
# pairs differ, their shares of accepted ones only by chance.
accepted() {
  local name=$1 model=$2 port run
  say "== $name: accepted pairs, server and embedded engine"
  port="$(free_port)"
  start_llama "$model" "$port" --slots $SLOTS
  write_spec "$name" "http://127.0.0.1:$port/v1" "$model" 5
  sed -i "s|max_per_document: 1|max_per_document: 2|" "$work/$name/spec.textproto"
  # The defaults, which are made for models that can judge.
  [[ $model == "$SMALL" ]] || sed -i -e '/^# With an example/,/^filters/d' \
    -e '$a generation { pairs_per_chunk: 5 }' "$work/$name/spec.textproto"
  build "$name" || fail "$name: $(tail -n 5 "$work/$name/log")"
  stop_server
  mkdir -p "$work/$name-native"
  sed "s|$work/$name/|$work/$name-native/|g" "$work/$name/spec.textproto" >"$work/$name-native/spec.textproto"
  sed -i "s|^engine {.*|engine { model: \"$model\" }|" "$work/$name-native/spec.textproto"
  build "$name-native" || fail "$name-native: $(tail -n 5 "$work/$name-native/log")"
  for run in "$name" "$name-native"; do "$bin/pipelines/quipu" status "$work/$run/store" --json; done |
    /usr/bin/python3 $HERE/accepted_report.py >"$work/shares" || fail "$name: $(cat "$work/shares")"
  while IFS=$'\t' read -r line figure; do note "$name: $line" "$figure"; done <"$work/shares"
}

check_accepted() {
  ((!small)) || accepted small-pairs "$SMALL"
  ((large)) || return 0
  [[ -f $LARGE ]] || tools/setup.sh large
  accepted large-pairs "$LARGE"
}

if [[ ! -x $VENV/bin/python ]]; then
  /usr/bin/python3 -m venv "$VENV" || fail "python3 -m venv does not work (Debian: python3-venv)"
fi
"$VENV/bin/pip" install --quiet "xllamacpp==$XLLAMACPP"
if [[ -n ${QUIPU_SERVERS_BIN:-} ]]; then
  bin="$QUIPU_SERVERS_BIN"
else
  tools/setup.sh small
  run_bazel build //pipelines:quipu //tests/servers:openai_server_test
  bin="$(run_bazel info bazel-bin 2>/dev/null)"
fi

for check in "${checks[@]}"; do
  "check_$check"
done
if ((with_python)); then
  # One job: each may take more than a gigabyte.
  CMAKE_BUILD_PARALLEL_LEVEL=1 "$VENV/bin/pip" install --quiet \
    "llama-cpp-python[server]==$LLAMA_CPP_PYTHON"
  port="$(free_port)"
  "$VENV/bin/python" -m llama_cpp.server --model "$SMALL" --model_alias m --host 127.0.0.1 \
    --port "$port" --n_ctx 2048 --logits_all true --api_key $KEY >"$work/server.log" 2>&1 &
  server_pid=$!
  await_server "$port"
  try_engine llama-cpp-python "http://127.0.0.1:$port/v1" yes
  stop_server
fi

say ""
say "xllamacpp $XLLAMACPP on $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), load $(cut -d' ' -f1 /proc/loadavg)"
printf '%s\n' "${table[@]}"
say "all checks passed"
