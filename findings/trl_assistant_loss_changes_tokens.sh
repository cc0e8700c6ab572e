#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# TRL's assistant_only_loss=True changes the tokens of a row, not only its loss: with Qwen3 every earlier turn gets an
# empty block of thoughts, with GLM-4.5 a conversation ends with "<|user|>".
#
# Guess: the option decides which tokens take the loss, and the tokens are those without it.
# Seen (trl 1.16.0, transformers 5.23.0, torch 2.15.0; the published templates as TRL ships them): SFTTrainer takes another
# template for a model whose own one has no {% generation %} marks. With Qwen3, Qwen3.5 and Qwen3.6 a question behind an earlier
# turn is trained behind "<think>\n\n</think>\n\n", which is not there when the model answers: its own template, which
# servers use, leaves it out of earlier turns. These thoughts take the loss too. GLM-4.5 gets a "<|user|>" to end with.
# There is no warning. With Llama 3 and Qwen2.5 the tokens stay.
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it
# changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.15.0 transformers==5.23.0 \
  trl==1.16.0 accelerate==1.15.0 datasets==5.2.0
HF_HOME="$work/hf" TMPDIR="$work" HF_HUB_OFFLINE=1 CUDA_VISIBLE_DEVICES="" TRANSFORMERS_VERBOSITY=error \
  "$work/venv/bin/python" - "$work" <<'PYTHON'
import pathlib
import sys

import datasets
import torch
import trl
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import SFTConfig, SFTTrainer

torch.set_num_threads(1)
datasets.disable_progress_bars()
TEMPLATES = pathlib.Path(trl.__file__).parent / "chat_templates"
MESSAGES = [{"role": role, "content": text} for role, text in (
    ("system", "Be brief."), ("user", "One?"), ("assistant", "Uno."), ("user", "Two?"), ("assistant", "Dos."))]
ENDS = {"llama3": "<|eot_id|>", "glm4moe": "<|user|>"}  # Of a turn; of the others <|im_end|>.
LETTERS = sorted(pre_tokenizers.ByteLevel.alphabet())


def row(name, assistant_only):
    """The text of a row's tokens, and of those that take the loss."""
    end = ENDS.get(name, "<|im_end|>")
    vocabulary = {token: i for i, token in enumerate(["<pad>", end] + LETTERS)}
    raw = Tokenizer(models.BPE(vocabulary, []))  # A token a byte.
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False, trim_offsets=False)
    raw.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="<pad>", eos_token=end, bos_token=end)
    tokenizer.chat_template = (TEMPLATES / f"{name}.jinja").read_text()
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2))
    arguments = SFTConfig(sys.argv[1] + "/out", max_length=None, assistant_only_loss=assistant_only, use_cpu=True,
                          bf16=False, report_to=[], disable_tqdm=True)
    data = datasets.Dataset.from_list([{"messages": MESSAGES}])
    trained = SFTTrainer(model, arguments, train_dataset=data, processing_class=tokenizer).train_dataset[0]
    labels = trained.get("labels") or trained["input_ids"]
    return tokenizer.decode(trained["input_ids"]), tokenizer.decode([token for token in labels if token != -100])


found = {}
for name in "llama3", "qwen2_5", "qwen3", "qwen3_5_nothink", "qwen3_6", "glm4moe":
    (plain, _), (text, trained) = row(name, False), row(name, True)
    found[name] = (plain == text, plain.count("<think>"), text.count("<think>"), trained.count("<think>"),
                   text.removeprefix(plain) if text.startswith(plain) else "")
    print(f"{name}: the same tokens: {plain == text}")
    if plain != text:
        print(f"  without the option: {plain!r}\n  with it: {text!r}\n  of this it trains: {trained!r}")
same = all(found.pop(name)[0] for name in ("llama3", "qwen2_5"))
same &= found.pop("glm4moe")[4] == "<|user|>" and set(found.values()) == {(False, 1, 2, 2, "")}
sys.exit(0 if same else "trl does something else now")
PYTHON
