#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Position ids that restart keep the conversations of two packs in a batch apart in all kinds of attention of
# transformers but FlashAttention: there they attend to each other, and one pack alone is right.
#
# Guess: position_ids without an attention mask mean the same in each kind of attention. FlashAttention is the one
# that packs were made for.
# Seen (transformers 5.23.0, torch 2.15.0, CPU; a tiny random Llama; the two kernels of FlashAttention, which need
# a GPU, replaced by the same sums in PyTorch, all else is the library's): sdpa and eager keep the conversations
# apart for one pack and for two. With flash_attention_2 a batch of one pack goes to the kernel of variable lengths, with
# the borders that are found in the position ids; a batch of two goes to the dense kernel, without borders. So a run
# whose batch size is raised from 1 to 2, or that is evaluated with per_device_eval_batch_size 8, trains or measures
# across conversations. There is no warning; a comment in the code says that flattening them into one row is
# the caller's part. So do the collators of TRL (padding_free) and DataCollatorWithFlattening.
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
import transformers.modeling_flash_attention_utils as flash
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel

torch.set_num_threads(1)
FIRST, SECOND = 11, 9
calls = []


def attend(query, key, value):
    query, key, value = (states.transpose(1, 2) for states in (query, key, value))
    attended = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
    return attended.transpose(1, 2)


def dense(q, k, v, dropout_p=0.0, softmax_scale=None, causal=False, window_size=(-1, -1)):
    calls.append(f"dense, {len(q)} rows")
    return attend(q, k, v)


def varlen(q, k, v, cu_seqlens_q, cu_seqlens_k, max_seqlen_q, max_seqlen_k, dropout_p=0.0, softmax_scale=None,
           causal=False, window_size=(-1, -1)):
    ends = cu_seqlens_q.tolist()
    calls.append(f"variable lengths, borders {ends}")
    return torch.cat([attend(q[None, begin:end], k[None, begin:end], v[None, begin:end])[0]
                      for begin, end in zip(ends, ends[1:])])


flash._lazy_imports = lambda *args, **kwargs: (dense, varlen, None, flash._pad_input, flash._unpad_input)
PreTrainedModel._flash_attn_can_dispatch = lambda *args, **kwargs: None  # It asks for a GPU.


def tiny(attention):
    torch.manual_seed(0)
    model = LlamaForCausalLM._from_config(LlamaConfig(
        vocab_size=100, hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, pad_token_id=0, bos_token_id=1, eos_token_id=2), attn_implementation=attention).eval()
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=0.3)
    return model


def change(model, packs, flat):
    """How much the second conversations change with the first ones, as a share of the largest logit."""
    second = torch.randint(3, 100, (packs, SECOND))
    positions = torch.cat([torch.arange(FIRST), torch.arange(SECOND)]).repeat(packs, 1)
    logits = []
    for _ in range(2):
        rows = torch.cat([torch.randint(3, 100, (packs, FIRST)), second], dim=1)
        shape = (1, -1) if flat else (packs, -1)
        with torch.no_grad():
            out = model(rows.reshape(shape), position_ids=positions.reshape(shape), use_cache=False).logits
        logits.append(out.reshape(packs, FIRST + SECOND, -1)[:, FIRST:])
    return ((logits[0] - logits[1]).abs().max() / logits[0].abs().max()).item()


same = True
for attention in ("eager", "sdpa", "flash_attention_2"):
    model = tiny(attention)
    for packs, flat in ((1, False), (2, True), (2, False)):
        calls.clear()
        found = change(model, packs, flat)
        kernel = f" (kernel: {calls[0]})" if calls else ""
        rows = "1 row" if packs == 1 or flat else f"{packs} rows"
        print(f"{attention}, {packs} packs in {rows}: {'apart' if found < 1e-4 else 'crosses'}{kernel}")
        crosses = attention == "flash_attention_2" and packs == 2 and not flat
        same &= found > 0.1 if crosses else found < 1e-4
sys.exit(0 if same else "transformers does something else now")
PYTHON
