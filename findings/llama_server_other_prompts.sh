#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# llama.cpp's server makes another prompt of a model's chat template than transformers: it turns thinking on
# where the template has it off, and puts today's date into Llama 3.1's.
#
# Guess: with the template that is in the model's file and no arguments, a chat request has the prompt that
# apply_chat_template gives, and the same prompt tomorrow.
# Seen (xllamacpp 2026.10.11549, llama.cpp b11549; transformers 5.23.0; the published templates that trl
# 1.16.0 has): so it is for Llama 3, Qwen2.5 and Qwen3. But the server passes enable_thinking=true
# and date_string=today to every template.
# - Gemma 4's and that of the small Qwen3.5 models think only when asked: Gemma gets a system turn with
#   <|think|>, Qwen an open <think>. Answers are then cut by max_tokens, or have the thoughts in them.
# - Llama 3.1's has "26 Jul 2024" unless it is given a date. Data made on two days, or with another
#   server, has other prompts; a count of tokens does not show it.
# - Gemma's first template refuses a system message; the server puts it into the user's turn.
# chat_template_kwargs of the request bring the template's own values back.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile xllamacpp==2026.10.11549 gguf==0.19.0 transformers==5.23.0 jinja2==3.1.6
"$work/venv/bin/pip" install --quiet --no-compile --no-deps trl==1.16.0
cat >"$work/serve.py" <<'PYTHON'
"""serve.py MODEL TEMPLATE: prints what /apply-template makes of each request, a JSON line each, on stdin."""
import json
import os
import sys
import urllib.error
import urllib.request

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.chat_template = open(sys.argv[2]).read()
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_ctx = 256
params.warmup = False
server = xllamacpp.Server(params)
for line in sys.stdin:
    request = urllib.request.Request(server.listening_address + "/apply-template", line.encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as reply:
        print("reply", json.dumps(json.load(reply)["prompt"]), flush=True)
os._exit(0)
PYTHON
TRANSFORMERS_VERBOSITY=error HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import datetime
import importlib.util
import json
import os
import subprocess
import sys

import gguf
import numpy
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

WORK = sys.argv[1]
TEMPLATES = os.path.join(importlib.util.find_spec("trl").submodule_search_locations[0], "chat_templates")
USER = [{"role": "user", "content": "Name a town."}]
SYSTEM = [{"role": "system", "content": "Be brief."}] + USER
WIDTH = 32


def write_model(path):
    """One layer of random weights: the server renders prompts, it generates nothing."""
    tokens = [chr(c) for c in range(0x100, 0x200)] + ["<s>", "</s>", "\u0100\u0101"]
    model = gguf.GGUFWriter(path, "llama")
    model.add_context_length(256)
    model.add_embedding_length(WIDTH)
    model.add_block_count(1)
    model.add_feed_forward_length(WIDTH)
    model.add_head_count(4)
    model.add_layer_norm_rms_eps(1e-5)
    model.add_tokenizer_model("gpt2")
    model.add_tokenizer_pre("gpt-2")
    model.add_token_list(tokens)
    model.add_token_types([1] * 256 + [3, 3, 1])
    model.add_token_merges(["\u0100 \u0101"])
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


def by_server(name, *requests):
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run([sys.executable, WORK + "/serve.py", WORK + "/model.gguf", f"{TEMPLATES}/{name}.jinja"],
                          input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("reply ")]


def by_transformers(name, messages):
    tok = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), bos_token="<s>", eos_token="</s>")
    with open(f"{TEMPLATES}/{name}.jinja") as file:
        return tok.apply_chat_template(messages, chat_template=file.read(), tokenize=False,
                                       add_generation_prompt=True)


write_model(WORK + "/model.gguf")
same = True
for name in ("llama3", "qwen2_5", "qwen3"):
    prompt, = by_server(name, {"messages": SYSTEM})
    same = same and prompt == by_transformers(name, SYSTEM)
    print(f"{name}: {'the same' if same else repr(prompt)}")

OFF = {"enable_thinking": False}
for name, thinks in (("gemma4", "<|think|>"), ("qwen3_5_nothink", "<think>\n")):
    own = by_transformers(name, USER)
    prompt, off = by_server(name, {"messages": USER}, {"messages": USER, "chat_template_kwargs": OFF})
    print(f"{name}\n  transformers: {own!r}\n  server: {prompt!r}")
    same = same and prompt != own and off == own and thinks in prompt and not own.endswith("<think>\n")

own = by_transformers("llama3_1", USER)
date = {"date_string": "26 Jul 2024"}
before = datetime.date.today()
prompt, dated = by_server("llama3_1", {"messages": USER}, {"messages": USER, "chat_template_kwargs": date})
days = [day.strftime("%d %b %Y") for day in (before, datetime.date.today())]
print(f"llama3_1\n  transformers: {own!r}\n  server: {prompt!r}")
same = same and dated == own and prompt in [own.replace("26 Jul 2024", day) for day in days] and prompt != own

try:
    by_transformers("gemma", SYSTEM)
    same = False
except Exception as error:  # jinja2's TemplateError
    print(f"gemma\n  transformers: {error}")
prompt, = by_server("gemma", {"messages": SYSTEM})
print(f"  server: {prompt!r}")
same = same and "user\nBe brief.\nName a town." in prompt
sys.exit(0 if same else "the server or transformers do something else now")
PYTHON
