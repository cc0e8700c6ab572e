#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# llama.cpp's server counts the tokens of one choice: a request for three answers, or of three prompts, has the
# usage of one.
#
# Guess: usage.completion_tokens are the tokens of all choices, as in OpenAI's API, and prompt_tokens those of all prompts.
# Seen (xllamacpp 2026.10.11549, llama.cpp b11549): n=3 with 16 tokens each says 16, not 48, in chat and in
# completions; a list of three prompts of 3, 4 and 5 tokens says 16 and 3 (or one of the others). The choices themselves are right, and with a
# seed they differ. Costs of a data set, tokens per second and budgets that are made from usage are too low
# by that factor. The change that fixes it upstream (pull request 27318) was open in August 2026.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile xllamacpp==2026.10.11549 gguf==0.19.0
"$work/venv/bin/python" - "$work/model.gguf" 2>/dev/null <<'PYTHON'
import json
import os
import sys
import urllib.request

import gguf
import numpy
import xllamacpp

MODEL = sys.argv[1]
WIDTH = 32
TOKENS = 16


def byte_alphabet():
    """The characters that stand for the bytes 0 to 255 in a byte-level vocabulary."""
    plain = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in plain else chr(next(others)) for byte in range(256)]


def write_model(path):
    """One layer of random weights."""
    tokens = byte_alphabet() + ["<s>", "</s>", "qx"]
    model = gguf.GGUFWriter(path, "llama")
    model.add_context_length(512)
    model.add_embedding_length(WIDTH)
    model.add_block_count(1)
    model.add_feed_forward_length(WIDTH)
    model.add_head_count(4)
    model.add_layer_norm_rms_eps(1e-5)
    model.add_tokenizer_model("gpt2")
    model.add_tokenizer_pre("gpt-2")
    model.add_token_list(tokens)
    model.add_token_types([1] * 256 + [3, 3, 1])
    model.add_token_merges(["q x"])
    model.add_bos_token_id(256)
    model.add_eos_token_id(257)
    shapes = {"token_embd": (len(tokens), WIDTH), "output": (len(tokens), WIDTH), "output_norm": (WIDTH,)}
    shapes |= {f"blk.0.{name}_norm": (WIDTH,) for name in ("attn", "ffn")}
    shapes |= {f"blk.0.{name}": (WIDTH, WIDTH) for name in (
        "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")}
    random = numpy.random.default_rng(1)
    for name, shape in shapes.items():
        model.add_tensor(name + ".weight", random.standard_normal(shape).astype(numpy.float32))
    model.write_header_to_file()
    model.write_kv_data_to_file()
    model.write_tensors_to_file()
    model.close()


def serve():
    params = xllamacpp.CommonParams()
    params.model.path = MODEL
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 2048
    params.n_parallel = 4
    params.warmup = False
    return xllamacpp.Server(params)


def call(path, **request):
    request |= {"max_tokens": TOKENS, "temperature": 1, "seed": 7, "logprobs": True, "grammar": "root ::= [a-p]{99}"}
    post = urllib.request.Request(server.listening_address + path, json.dumps(request).encode(),
                                  {"Content-Type": "application/json"})
    with urllib.request.urlopen(post) as reply:
        return json.load(reply)


write_model(MODEL)
server = serve()
REQUESTS = {
    "one answer": ("/v1/chat/completions", {"messages": [{"role": "user", "content": "aa"}]}),
    "n=3": ("/v1/chat/completions", {"messages": [{"role": "user", "content": "aa"}], "n": 3}),
    "n=3, completions": ("/v1/completions", {"prompt": "aaa", "n": 3}),
    "three prompts": ("/v1/completions", {"prompt": ["aaa", "bbbb", "ccccc"]}),
}
same = True
for name, (path, request) in REQUESTS.items():
    reply = call(path, **request)
    made = [len(choice["logprobs"]["content"]) for choice in reply["choices"]]
    texts = {choice.get("text") or choice["message"]["content"] for choice in reply["choices"]}
    usage = reply["usage"]
    print(f"{name}: choices of {made} tokens, {len(texts)} different; usage: prompt_tokens {usage['prompt_tokens']}, "
          f"completion_tokens {usage['completion_tokens']}", flush=True)
    same = same and made == [TOKENS] * len(made) and len(texts) == len(made)
    same = same and usage["completion_tokens"] == TOKENS and len(made) == (1 if name == "one answer" else 3)
    if name == "three prompts":
        same = same and usage["prompt_tokens"] < 3 + 4 + 5
print("as described" if same else "llama.cpp's server does something else now", flush=True)
os._exit(0 if same else 1)
PYTHON
