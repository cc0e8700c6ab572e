#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Where a stream ends in the middle of an accumulated step, the Trainer of transformers adds what is there to the first step of the
# next pass: one step of each pass has a gradient of double size, and the rows at the end count more than the others.
#
# Guess: the batches that are left at the end of a pass make a step of their own, divided by their own tokens, as they
# do for a data set with a length. Or they are dropped.
# Seen (transformers 5.23.0, accelerate 1.15.0, torch 2.15.0; a model that notes how much each row has moved it): ten rows,
# four batches of one row accumulated, plain gradient descent. With a length a pass is three steps: rows 0 to 3, 4 to 7, 8 and
# 9. As a stream (IterableDataset, max_steps) it is two. Rows 8 and 9 are computed, divided by two, and not used; the next
# pass adds rows 0 to 3 to them, divided by four, and makes one step of both, twice as far as any other. The
# learning rate's schedule and the count of steps do not see it; clipping hides a part of it. There is no warning.
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
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

torch.set_num_threads(1)
WORK = sys.argv[1]
ROWS, ACCUMULATED = 10, 4
DATA = [{"input_ids": torch.tensor([row]), "labels": torch.tensor([row])} for row in range(ROWS)]


class Stream(torch.utils.data.IterableDataset):
    def __iter__(self):
        return iter(DATA)


class Model(torch.nn.Module):
    """One weight for each row; a step adds to it the row's share of the step."""

    def __init__(self):
        super().__init__()
        self.moved = torch.nn.Parameter(torch.zeros(ROWS))

    def forward(self, input_ids, labels, num_items_in_batch=None, **kwargs):
        return {"loss": -self.moved[input_ids[:, 0]].sum() / num_items_in_batch}


class Steps(TrainerCallback):
    """What each step moved."""

    def __init__(self, model):
        self.model, self.before, self.steps = model, torch.zeros(ROWS), []

    def on_step_end(self, args, state, control, **kwargs):
        now = self.model.moved.detach().clone()
        self.steps.append({row: round(share, 3) for row, share in enumerate((now - self.before).tolist()) if share})
        self.before = now


def train(data, steps):
    model = Model()
    noted = Steps(model)
    arguments = TrainingArguments(
        WORK + "/out", per_device_train_batch_size=1, gradient_accumulation_steps=ACCUMULATED, max_steps=steps,
        optim="sgd", learning_rate=1.0, lr_scheduler_type="constant", max_grad_norm=0, use_cpu=True, report_to=[],
        disable_tqdm=True, save_strategy="no", logging_strategy="no", train_sampling_strategy="sequential")
    trainer = Trainer(model, arguments, train_dataset=data, callbacks=[noted])
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    return noted.steps


FULL = [dict.fromkeys(range(0, 4), 0.25), dict.fromkeys(range(4, 8), 0.25)]
LEFT = dict.fromkeys((8, 9), 0.5)
same = True
for name, data, want in [("with a length", DATA, (FULL + [LEFT]) * 2),
                         ("stream", Stream(), FULL + [FULL[0] | LEFT, FULL[1]] * 2)]:
    found = train(data, len(want))
    for number, step in enumerate(found, 1):
        print(f"{name}, step {number}: {sum(step.values()):.2f} in all: {step}")
    same = same and found == want
sys.exit(0 if same else "transformers does something else now")
PYTHON
