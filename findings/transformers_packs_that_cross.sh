#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Position ids that restart keep packed conversations apart in most models of transformers, and do nothing in
# gpt-oss, AFMoE and models with recurrent layers: they attend to each other without a word.
#
# Guess: position_ids that begin at 0 in each conversation, no attention_mask and use_cache=False keep
# the conversations of a pack apart, as in Llama, with each model that takes position_ids.
# Seen (transformers 5.23.0, torch 2.15.0, CPU; tiny models, the same pack with another first conversation):
# - gpt-oss and AFMoE make their masks without the position ids, so that the second conversation depends
#   on the first. For gpt-oss eager attention is the only kind but for kernels of GPUs. What TRL passes
#   for packs (cu_seq_lens_q, seq_idx) does not change that. (A repair of gpt-oss was proposed in 2025, pull
#   request 39997 of huggingface/transformers, open.)
# - The recurrent layers of Qwen3.5, Bamba and Jamba carry the first conversation into the second. Given
#   cu_seq_lens_q, Qwen3.5 raises where it has no kernel for them; Bamba needs seq_idx for that, and
#   Jamba never says so.
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it
# changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.15.0 transformers==5.23.0
HF_HUB_OFFLINE=1 CUDA_VISIBLE_DEVICES="" TRANSFORMERS_VERBOSITY=error "$work/venv/bin/python" - <<'PYTHON'
import sys

import torch
from transformers import AutoConfig, AutoModelForCausalLM

torch.set_num_threads(1)
torch.manual_seed(0)
FIRST, SECOND = 11, 9
SMALL = {
    "vocab_size": 100, "hidden_size": 64, "intermediate_size": 64, "moe_intermediate_size": 32,
    "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "num_experts": 4,
    "num_local_experts": 4, "num_experts_per_tok": 2, "num_dense_layers": 1, "pad_token_id": 0, "bos_token_id": 1,
    "eos_token_id": 2, "mamba_d_state": 8, "mamba_n_heads": 8, "mamba_d_head": 16, "mamba_expand": 2}


def tiny(name):
    full = AutoConfig.for_model(name)
    config = AutoConfig.for_model(name, **{key: value for key, value in SMALL.items() if hasattr(full, key)})
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=0.3)
    return model


ends = torch.tensor([0, FIRST, FIRST + SECOND], dtype=torch.int32)
POSITIONS = {"position_ids": torch.cat([torch.arange(FIRST), torch.arange(SECOND)])[None]}
LENGTHS = POSITIONS | {"cu_seq_lens_q": ends, "cu_seq_lens_k": ends, "max_length_q": FIRST, "max_length_k": FIRST}
ALL = LENGTHS | {"seq_idx": torch.tensor([[0] * FIRST + [1] * SECOND], dtype=torch.int32)}


def second_conversation(model, **borders):
    """Whether it changes with the first one."""
    second = torch.randint(3, 100, (1, SECOND))
    logits = []
    try:
        for _ in range(2):
            pack = torch.cat([torch.randint(3, 100, (1, FIRST)), second], dim=1)
            with torch.no_grad():
                logits.append(model(input_ids=pack, use_cache=False, **borders).logits[:, FIRST:])
    except ValueError as error:
        return "raises" if "packed seq" in str(error) else str(error)
    change = (logits[0] - logits[1]).abs().max() / logits[0].abs().max()
    return "crosses" if change > 0.1 else "apart" if change < 1e-4 else f"{change}"


WANT = {
    "llama": ["apart", "apart", "apart"],
    "mixtral": ["apart", "apart", "apart"],
    "gpt_oss": ["crosses", "crosses", "crosses"],
    "afmoe": ["crosses", "crosses", "crosses"],
    "qwen3_5_text": ["crosses", "raises", "raises"],
    "bamba": ["crosses", "crosses", "raises"],
    "jamba": ["crosses", "crosses", "crosses"],
}
found = {}
for name in WANT:
    model = tiny(name)
    found[name] = [second_conversation(model, **borders) for borders in (POSITIONS, LENGTHS, ALL)]
    print(f"{name}: position_ids: {found[name][0]}; with cu_seq_lens too: {found[name][1]}; "
          f"with seq_idx too: {found[name][2]}", flush=True)
sys.exit(0 if found == WANT else "transformers does something else now")
PYTHON
