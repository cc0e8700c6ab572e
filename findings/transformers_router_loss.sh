#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# With gradient accumulation the Trainer of transformers multiplies the router loss of a mixture of experts by the
# number of accumulated batches; with a loss function of one's own, or label smoothing, it leaves it out.
#
# Guess: eight batches of one row, accumulated, give the gradient of one batch of eight, as they do for the loss of the
# tokens since it is divided by the tokens of the whole step (num_items_in_batch). router_aux_loss_coef is what it says.
# Seen (transformers 5.23.0, accelerate 1.15.0, torch 2.15.0, CPU; tiny random Mixtral, Qwen3-MoE and OLMoE with
# output_router_logits): without the router loss both gradients are equal. The model adds the router loss, whole,
# to each of the eight losses, and the Trainer sums these. The logged loss rises from 4.8 to 6.2 with nothing but
# the number of batches changed, and the router's gradient is more than ten times as large. Long rows are
# trained one at a time, with many batches accumulated, so that a coefficient of 0.001 from a paper is 0.064 in a run
# that accumulates 64. With compute_loss_func, which loss weights need, or label_smoothing_factor, the labels are
# kept from the model, the router loss is never added, and nothing says so. (Issue 48690 of
# huggingface/transformers is about the same product for the number of processes.)
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.15.0 transformers==5.23.0 \
  accelerate==1.15.0
HF_HUB_OFFLINE=1 CUDA_VISIBLE_DEVICES="" TRANSFORMERS_VERBOSITY=error "$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import torch
from transformers import AutoConfig, AutoModelForCausalLM, PrinterCallback, Trainer, TrainingArguments

torch.set_num_threads(1)
WORK = sys.argv[1]
ROWS, LENGTH, COEFFICIENT = 8, 24, 0.1
SMALL = {
    "vocab_size": 100, "hidden_size": 32, "intermediate_size": 32, "moe_intermediate_size": 32, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "num_experts": 8, "num_local_experts": 8,
    "num_experts_per_tok": 2, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
torch.manual_seed(1)
DATA = [{"input_ids": row, "labels": row} for row in torch.randint(3, 100, (ROWS, LENGTH))]


def collate(rows):
    return {key: torch.stack([row[key] for row in rows]) for key in rows[0]}


def mean_loss(outputs, labels, num_items_in_batch=None):
    """The model's own loss of the tokens."""
    logits, targets = outputs.logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten()
    return torch.nn.functional.cross_entropy(logits.float(), targets, reduction="sum") / num_items_in_batch


def step(name, batch, router_loss, own_loss=None, **options):
    """The logged loss of one step over all rows, and what it changed in the first layer's router."""
    known = AutoConfig.for_model(name)
    small = {key: value for key, value in SMALL.items() if hasattr(known, key)}
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(
        name, **small, output_router_logits=router_loss, router_aux_loss_coef=COEFFICIENT))
    router = model.get_parameter("model.layers.0.mlp.gate.weight")
    before = router.detach().clone()
    arguments = TrainingArguments(
        WORK + "/out", per_device_train_batch_size=batch, gradient_accumulation_steps=ROWS // batch, max_steps=1,
        optim="sgd", learning_rate=1.0, lr_scheduler_type="constant", max_grad_norm=0, use_cpu=True, report_to=[],
        disable_tqdm=True, save_strategy="no", logging_steps=1, **options)
    trainer = Trainer(model, arguments, train_dataset=DATA, data_collator=collate, compute_loss_func=own_loss)
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    return trainer.state.log_history[0]["loss"], before - router.detach()


def relative(one, other):
    return ((one - other).norm() / other.norm()).item()


same = True
for name in ("mixtral", "qwen3_moe", "olmoe"):
    plain_whole, plain_parts = (step(name, batch, False) for batch in (ROWS, 1))
    whole, parts = (step(name, batch, True) for batch in (ROWS, 1))
    times = ((parts[1] - plain_parts[1]).norm() / (whole[1] - plain_whole[1]).norm()).item()
    of_loss = (parts[0] - plain_parts[0]) / (whole[0] - plain_whole[0])
    own = [step(name, 1, router_loss, mean_loss) for router_loss in (False, True)]
    smooth = [step(name, 1, router_loss, label_smoothing_factor=0.1) for router_loss in (False, True)]
    unused = [relative(pair[1][1], pair[0][1]) for pair in (own, smooth)]
    print(f"{name}: loss {plain_whole[0]:.2f} and, accumulated, {plain_parts[0]:.2f}; with the router loss {whole[0]:.2f} "
          f"and {parts[0]:.2f}, which is {of_loss:.2f} times its share; its gradient of the router {times:.1f} times; "
          f"with a loss function of one's own, or label smoothing, the router loss changes the gradient by "
          f"{unused[0]:.4f} and {unused[1]:.4f}", flush=True)
    same &= relative(plain_parts[1], plain_whole[1]) < 1e-3 and abs(of_loss - ROWS) < 0.5 and times > ROWS - 1
    same &= max(unused) < 1e-4
sys.exit(0 if same else "transformers does something else now")
PYTHON
