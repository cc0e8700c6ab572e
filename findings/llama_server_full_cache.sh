#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# llama.cpp's server fails all requests in flight when its slots together fill their cache.
#
# Guess: a request that fits the context that the server reports is answered, or waits for room as
# with vLLM, and only a request that does not fit is refused.
# Seen (xllamacpp 2026.10.11549, llama.cpp b11549): slots share one cache by default (`-np auto` is 4
# slots), and the whole of it is what /v1/models reports as each request's context. When the requests
# in flight fill it together, some or all of them end with HTTP 500 "Context size has been exceeded."
# and their work is lost, although each of them is answered alone.
#
#   findings/llama_server_full_cache.sh MODEL.gguf      # any small chat model
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
model="$(realpath "${1:-.cache/models/smollm2-135m-instruct-q4_1.gguf}")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet xllamacpp==2026.10.11549
"$work/venv/bin/python" - "$model" <<'PYTHON'
import concurrent.futures
import json
import os
import sys
import urllib.error
import urllib.request

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_parallel = 4
params.kv_unified = True
params.n_ctx = 1024
params.cpuparams.n_threads = 1
server = xllamacpp.Server(params)
url = server.listening_address


def ask(i):
    body = {"messages": [{"role": "user", "content": f"{i}. " + "The sky is blue. " * 70}],
            "max_tokens": 200, "ignore_eos": True}
    request = urllib.request.Request(url + "/v1/chat/completions", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request).read()
        return "200"
    except urllib.error.HTTPError as error:
        return f"{error.code} {json.loads(error.read())['error']['message']}"


with urllib.request.urlopen(url + "/v1/models") as reply:
    print("context of a request:", json.loads(reply.read())["data"][0]["meta"]["n_ctx"])
print("alone:", ask(0))
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    together = list(pool.map(ask, range(1, 5)))
for status in together:
    print("together:", status)
as_described = ask(5) == "200" and any(s.startswith("500 Context size") for s in together)
print("as described" if as_described else "it changed")
sys.stdout.flush()
os._exit(0 if as_described else 1)
PYTHON
