#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# PEFT's target_modules="all-linear" adapts the experts of Qwen3-MoE, Mixtral and DeepSeek-V3, and leaves
# them out of Qwen2-MoE, gpt-oss, Phi-MoE and LFM2-MoE: most of such a model is not trained, without a word.
#
# Guess: "all-linear" reaches the experts of every mixture of experts that transformers has, or says that it
# does not.
# Seen (peft 0.21.2, transformers 5.23.0, torch 2.15.0; models of three layers): transformers 5 holds the weights of all
# experts of a layer in two parameters, which are no linear modules. By lists of model types, in PEFT and in transformers, it
# adapts them all the same; of a type that is not in them it adapts attention, shared experts and router, as of the others too,
# so that the number of adapters shows nothing. 55 to 82 % of the weights have none. With the seven names of projections
# that recipes list (q_proj to down_proj) Mixtral's experts are left out as well.
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it
# changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.15.0 transformers==5.23.0 \
  peft==0.21.2
TMPDIR="$work" HF_HUB_OFFLINE=1 CUDA_VISIBLE_DEVICES="" TRANSFORMERS_VERBOSITY=error "$work/venv/bin/python" - <<'PYTHON'
import sys
import warnings

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoConfig, AutoModelForCausalLM

torch.set_num_threads(1)
SIZES = dict(vocab_size=100, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
             intermediate_size=64, num_experts_per_tok=2, pad_token_id=0)
EXPERTS = dict(num_experts=4, moe_intermediate_size=32)
MODELS = {
    "qwen3_moe": EXPERTS | dict(head_dim=8),
    "mixtral": dict(num_local_experts=4),
    "deepseek_v3": dict(
        num_key_value_heads=4, q_lora_rank=16, kv_lora_rank=16, qk_rope_head_dim=8, qk_nope_head_dim=8, v_head_dim=8,
        moe_intermediate_size=32, n_routed_experts=4, n_group=1, topk_group=1, first_k_dense_replace=1),
    "qwen2_moe": EXPERTS | dict(shared_expert_intermediate_size=32),
    "gpt_oss": dict(num_local_experts=4, head_dim=8),
    "phimoe": dict(num_local_experts=4),
    "lfm2_moe": EXPERTS | dict(num_dense_layers=1, layer_types=["conv", "full_attention", "full_attention"]),
}
NAMES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
found = {}
for model_type, sizes in MODELS.items():
    for targets in "all-linear", NAMES:
        model = AutoModelForCausalLM.from_config(AutoConfig.for_model(model_type, **SIZES | sizes))
        sizes_of = {name: weight.numel() for name, weight in model.named_parameters()}
        share = sum(n for name, n in sizes_of.items() if ".experts." in name) / sum(sizes_of.values())
        with warnings.catch_warnings(record=True) as words:
            warnings.simplefilter("always")
            model = get_peft_model(model, LoraConfig(target_modules=targets, task_type="CAUSAL_LM"))
        adapters = [name for name, weight in model.named_parameters() if weight.requires_grad]
        of_experts = sum(".experts." in name for name in adapters)
        said = any("expert" in str(word.message) for word in words)
        name = targets if targets is not NAMES else "seven names"
        print(f"{model_type}, {name}: experts are {share:.0%} of the weights; {len(adapters)} adapters, {of_experts} "
              f"of experts; a warning of it: {said}")
        found[model_type, name] = of_experts > 0 or said
adapted = {"qwen3_moe", "mixtral", "deepseek_v3"}
want = {(model_type, "all-linear"): model_type in adapted for model_type in MODELS}
want |= {(model_type, "seven names"): model_type in adapted - {"mixtral"} for model_type in MODELS}
sys.exit(0 if found == want else "peft does something else now")
PYTHON
