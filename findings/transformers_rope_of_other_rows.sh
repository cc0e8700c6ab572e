#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# With RoPE of the kinds "dynamic" and "longrope", what transformers computes for a row depends on other rows: on the longest one
# that the model has seen before, or that is in the same batch or pack.
#
# Guess: a model in evaluation mode is a function of the row. Batches, packs with position ids that restart, and earlier
# calls do not change its logits by more than rounding.
# Seen (transformers 5.23.0, torch 2.15.0, CPU; a tiny random Llama with a context of 64, a tiny random Phi-3 of 64 that
# is stretched to 256):
# - dynamic: the frequencies follow the longest row so far, and stay until a row shorter than the original context
#   comes. The same 100 tokens have another loss before a row of 200 tokens than after it, and the first one again after a
#   row of 40. Perplexities and scores depend on the order of the rows, and so does the training.
# - longrope (Phi-3, Phi-4-mini): one set of frequencies is taken for the whole batch, by its largest position. A row of
#   40 tokens is computed with the short factors alone and with the long ones beside a row of 100, in the
#   same batch or pack; padding it to 100 does so too. So short rows are trained with other
#   frequencies than they are used with, where a batch mixes them with long ones. (llama.cpp takes them by the size of the
#   context: its issue 24823.)
# "default", "linear", "yarn" and "llama3" are as guessed.
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.15.0 transformers==5.23.0
HF_HUB_OFFLINE=1 CUDA_VISIBLE_DEVICES="" TRANSFORMERS_VERBOSITY=error "$work/venv/bin/python" - <<'PYTHON'
import sys

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Phi3Config, Phi3ForCausalLM

torch.set_num_threads(1)
CONTEXT, LONGER = 64, 256
SMALL = {"vocab_size": 100, "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
BASE = {"rope_theta": 10000.0}
LLAMAS = {
    "default": {},
    "linear": {"factor": 4.0},
    "yarn": {"factor": 4.0, "original_max_position_embeddings": CONTEXT},
    "llama3": {"factor": 4.0, "original_max_position_embeddings": CONTEXT, "low_freq_factor": 1.0,
               "high_freq_factor": 4.0},
    "dynamic": {"factor": 4.0},
}


def weighted(model):
    torch.manual_seed(0)
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=0.3)
    return model.eval()


def llama(kind):
    context = CONTEXT if kind in ("default", "dynamic") else LONGER
    rope = BASE | {"rope_type": kind} | LLAMAS[kind]
    return weighted(LlamaForCausalLM(LlamaConfig(**SMALL, max_position_embeddings=context, rope_parameters=rope)))


def phi():
    rope = BASE | {"rope_type": "longrope", "short_factor": [1.0] * 4, "long_factor": [1.0, 2.0, 4.0, 8.0],
                   "factor": 4.0, "original_max_position_embeddings": CONTEXT}
    return weighted(Phi3ForCausalLM(Phi3Config(
        **SMALL, max_position_embeddings=LONGER, original_max_position_embeddings=CONTEXT, rope_parameters=rope)))


def row(length):
    return torch.randint(3, 100, (1, length), generator=torch.Generator().manual_seed(length))


def losses(model, lengths):
    with torch.no_grad():
        return [model(row(length), labels=row(length)).loss.item() for length in lengths]


def beside(model, other, how):
    """The change of 40 tokens' logits beside `other` tokens, as a share of the largest."""
    short, long = row(40), row(other)
    padded = torch.cat([short, torch.zeros(1, other - 40, dtype=torch.long)], dim=1)
    mask = torch.cat([torch.ones(1, 40), torch.zeros(1, other - 40)], dim=1).long()
    with torch.no_grad():
        alone = model(short, use_cache=False).logits
        if how == "batch":
            found = model(torch.cat([padded, long]), attention_mask=torch.cat([mask, torch.ones_like(mask)]),
                          use_cache=False).logits[:1, :40]
        elif how == "padding":
            found = model(padded, attention_mask=mask, use_cache=False).logits[:, :40]
        else:
            found = model(torch.cat([short, long], dim=1), use_cache=False,
                          position_ids=torch.cat([torch.arange(40), torch.arange(other)])[None]).logits[:, :40]
    return ((found - alone).abs().max() / alone.abs().max()).item()


same = True
for kind in LLAMAS:
    first, _, second, _, third = losses(llama(kind), [100, 200, 100, 40, 100])
    print(f"Llama, {kind}: 100 tokens: loss {first:.4f}; after a row of 200 tokens {second:.4f}; after one of 40 {third:.4f}")
    same &= abs(first - third) < 1e-6 and (abs(first - second) > 0.01) == (kind == "dynamic")
for kind, model in {"yarn": llama("yarn"), "longrope": phi()}.items():
    for how in ("batch", "pack", "padding"):
        near, far = beside(model, 60, how), beside(model, 100, how)
        print(f"{kind}, 40 tokens, {how}: logits change by {near:.6f} with 60 tokens, by {far:.6f} with 100")
        same &= near < 1e-4 and (far > 0.1) == (kind == "longrope") and (far < 1e-4) == (kind != "longrope")
sys.exit(0 if same else "transformers does something else now")
PYTHON
