#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# llama.cpp's server gives text without log-probabilities where the text ends like the beginning of a stop string.
#
# Guess: with "logprobs", the tokens of choices[0].logprobs.content together are the text of the choice. A stop string that does
# not come changes nothing.
# Seen (xllamacpp 2026.10.11549, llama.cpp b11549): the server holds back what may become a stop string. If max_tokens ends the text there,
# the text is given and its log-probabilities are not, in chat and in completions: with the stop string "abzz"
# and a text that ends in "ab", two tokens of forty are missing; usage counts forty. The same request without "stop", or with one that begins
# otherwise, has all. Where a stop string does come, text and tokens agree. So a mean or a sum of
# log-probabilities is of a part of the answer, by chance, for stop strings such as two line ends after a text that ends in one.
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
TOKENS = 40


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


def call(path, request, stop):
    request = request | {"max_tokens": TOKENS, "temperature": 1, "seed": 7, "logprobs": True,
                         "grammar": "root ::= [a-p]{99}", "stop": stop}
    post = urllib.request.Request(server.listening_address + path, json.dumps(request).encode(),
                                  {"Content-Type": "application/json"})
    with urllib.request.urlopen(post) as reply:
        reply = json.load(reply)
    choice = reply["choices"][0]
    text = choice["text"] if "text" in choice else choice["message"]["content"]
    tokens = "".join(token["token"] for token in choice["logprobs"]["content"])
    return text, tokens, choice["finish_reason"], reply["usage"]["completion_tokens"]


write_model(MODEL)
server = serve()
same = True
for path, request in {
        "/v1/completions": {"prompt": "aaa"},
        "/v1/chat/completions": {"messages": [{"role": "user", "content": "aa"}]}}.items():
    whole = call(path, request, [])[0]
    for name, stop, missing, length in [
            ("no stop string", [], 0, TOKENS), ("one that begins otherwise", ["zzzz"], 0, TOKENS),
            ("one that comes", [whole[10:13]], 0, whole.index(whole[10:13])),
            ("one that begins like the text's last token", [whole[-1:] + "zz"], 1, TOKENS),
            ("one that begins like the text's last two tokens", [whole[-2:] + "zz"], 2, TOKENS)]:
        text, tokens, reason, usage = call(path, request, stop)
        print(f"{path}, {name}: {len(text)} characters, log-probabilities of {len(tokens)}, finish_reason {reason}, usage "
              f"{usage}", flush=True)
        same = same and text == whole[:length] and tokens == text[:len(text) - missing]
print("as described" if same else "llama.cpp's server does something else now", flush=True)
os._exit(0 if same else 1)
PYTHON
