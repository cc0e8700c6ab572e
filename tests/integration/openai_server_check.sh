#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Runs the remote engine on real OpenAI-compatible servers with the small model:
# llama-cpp-python's (installed from PyPI under .cache/, where compiling it
# takes some minutes the first time), and llama-server's too if it is on the
# PATH. For each: openai_server_test, which compares it with the embedded
# engine, and a build of a small dataset, which has to produce rows and must not
# leak the key.
#
#   tests/integration/openai_server_check.sh
#
# Takes about ten minutes once all is compiled; stops by itself after at most
# QUIPU_CHECK_SECONDS (1800) for each step. Servers listen on 127.0.0.1 and are
# always stopped. Exit status: 0 if all checks passed, else 1.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/common.sh
source tools/common.sh

readonly SECONDS_EACH="${QUIPU_CHECK_SECONDS:-1800}"
readonly VENV=.cache/openai-server
readonly MODEL="${QUIPU_MODEL_DIR:-.cache/models}/smollm2-135m-instruct-q4_1.gguf"
readonly KEY=sk-check-0123456789abcdef

work="$(mktemp -d)"
server_pid=""
stop_server() {
  [[ -n $server_pid ]] || return 0
  kill "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
  server_pid=""
}
cleanup() {
  stop_server
  rm -rf "$work"
}
trap cleanup EXIT

install_python_server() {
  if [[ ! -x $VENV/bin/python ]]; then
    /usr/bin/python3 -m venv "$VENV" || fail "python3 -m venv does not work (Debian: python3-venv)"
  fi
  if ! "$VENV/bin/python" -c 'import llama_cpp.server.app' 2>/dev/null; then
    say "installing llama-cpp-python[server] (compiles for some minutes)"
    # One job: each may take more than a gigabyte.
    CMAKE_BUILD_PARALLEL_LEVEL=1 "$VENV/bin/pip" install --quiet 'llama-cpp-python[server]'
  fi
}

free_port() {
  /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts a command in the background and waits until it serves.
start_server() {
  local port=$1 i
  shift
  "$@" >"$work/server.log" 2>&1 &
  server_pid=$!
  for ((i = 0; i < 240; ++i)); do
    if ! kill -0 "$server_pid" 2>/dev/null; then
      tail -n 20 "$work/server.log" >&2
      fail "the server ended"
    fi
    if /usr/bin/python3 - "$port" "$KEY" <<'PY' 2>/dev/null; then
import sys, urllib.request
request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/v1/models",
                                 headers={"Authorization": f"Bearer {sys.argv[2]}"})
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
opener.open(request, timeout=2).read()
PY
      return 0
    fi
    sleep 0.5
  done
  fail "the server is not serving after two minutes"
}

write_spec() {
  local url=$1
  mkdir -p "$work/docs"
  cp docs/design.md docs/quality.md docs/performance.md "$work/docs/"
  cat >"$work/spec.textproto" <<SPEC
seed: 7
store: "$work/store"
export_dir: "$work/export"
documents { path: "$work/docs/*.md" }
engine {
  kind: OPENAI
  url: "$url"
  model_name: "small"
  model: "$MODEL"
}
read { min_document_tokens: 256 }
# Few pairs: scoring a text takes llama-cpp-python ten seconds and more, since it
# sorts the whole vocabulary, in Python, for each token.
chunks { min_tokens: 64 max_tokens: 128 max_per_document: 1 min_letter_share: 0.5 }
# With an example the small model closes its tags; without, a pattern cannot make
# it. The openings keep it from copying the example.
generation {
  pairs_per_chunk: 4
  long_prompt: "Write one question about this text and its answer, in this form: <question>Where do llamas live?</question> <answer>They live in the Andes.</answer>"
  question_openings: "What is"
  question_openings: "Why does"
  question_openings: "How many"
  short_prompt: "Write one question about this text and its short answer, in this form: <question>Where do llamas live?</question> <answer>In the Andes.</answer>"
  max_question_tokens: 96
  max_long_answer_tokens: 160
  max_short_answer_tokens: 96
}
# The small model's verdict means nothing: see examples/small.textproto.
verification {
  target_precision: 0
  min_verdict_margin: -100
  min_answer_log_prob: -20
  min_short_answer_log_prob: -20
  min_gain: -20
}
filters { refuse_text_mentions: false min_grounded_share_long: 0 min_grounded_share_short: 0 }
instances { context_tokens: 1024 }
performance { requests_in_flight: 8 request_timeout_s: 300 }
SPEC
}

# check NAME URL
check() {
  local name=$1 url=$2 rows
  say "== $name: compared with the embedded engine"
  QUIPU_OPENAI_URL="$url" QUIPU_OPENAI_MODEL=small QUIPU_API_KEY="$KEY" \
    QUIPU_MODEL_DIR="$(dirname "$(realpath "$MODEL")")" \
    timeout "$SECONDS_EACH" "$bin/tests/integration/openai_server_test"
  say "== $name: a dataset"
  rm -rf "$work/store" "$work/export"
  write_spec "$url"
  QUIPU_API_KEY="$KEY" timeout "$SECONDS_EACH" "$bin/pipelines/quipu" build "$work/spec.textproto" \
    2>&1 | tee "$work/build.log"
  "$bin/pipelines/quipu" check "$work/store"
  rows="$(find "$work/export" -name 'messages-*.jsonl' -exec cat {} + | wc -l)"
  ((rows > 0)) || fail "$name: no row was exported"
  if grep -rqaF "$KEY" "$work/store" "$work/export" "$work/build.log"; then
    fail "$name: the key is in the store, the export or the log"
  fi
  say "== $name: $rows rows, without the key"
}

tools/setup.sh small
install_python_server
run_bazel build //pipelines:quipu //tests/integration:openai_server_test
bin="$(run_bazel info bazel-bin 2>/dev/null)"

port="$(free_port)"
start_server "$port" "$VENV/bin/python" -m llama_cpp.server --model "$MODEL" --model_alias small \
  --host 127.0.0.1 --port "$port" --n_ctx 768 --logits_all true --api_key "$KEY"
check llama-cpp-python "http://127.0.0.1:$port/v1"
stop_server

if command -v llama-server >/dev/null; then
  port="$(free_port)"
  start_server "$port" llama-server --model "$MODEL" --alias small --host 127.0.0.1 \
    --port "$port" --ctx-size 8192 --parallel 4 --api-key "$KEY"
  check llama-server "http://127.0.0.1:$port/v1"
  stop_server
else
  say "llama-server is not on the PATH: not checked"
fi
say "all checks passed"
