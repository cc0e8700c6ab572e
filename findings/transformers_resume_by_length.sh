#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# With group_by_length the Trainer of transformers resumes in the order of the first epoch: rows of
# the interrupted epoch are trained twice, others not at all.
#
# Guess: resume_from_checkpoint continues with the batch behind the last one that was trained, as it does with
# the sampler that shuffles.
# Seen (transformers 5.23.0, accelerate 1.15.0, torch 2.15.0): it skips as many batches as were trained, of
# an order that it draws again. LengthGroupedSampler, which train_sampling_strategy="group_by_length" takes
# so that long rows share a batch with long ones, draws from the global generator, and that was just seeded:
# what comes is the rest of the first epoch's order. In the first epoch nothing is wrong. Of the second one,
# stopped in its middle, a quarter of the rows is trained twice and a quarter never; the number of steps is
# right, and there is no warning. "random" and "batch_rebalance" are as guessed.
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it
# changed.
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
from transformers import PrinterCallback, Trainer, TrainingArguments

torch.set_num_threads(1)
WORK = sys.argv[1]
ROWS, BATCH = 32, 2
EPOCH = ROWS // BATCH
DATA = [{"input_ids": [row] + [7] * (row * 5 % 17)} for row in range(ROWS)]  # 17 lengths, mixed.


class Model(torch.nn.Module):
    """One weight; notes the rows that it is trained on."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Linear(1, 1)
        self.batches = []

    def forward(self, input_ids):
        self.batches.append(input_ids[:, 0].tolist())
        return {"loss": self.weight(input_ids[:, :1].float()).pow(2).mean()}


def collate(rows):
    longest = max(len(row["input_ids"]) for row in rows)
    return {"input_ids": torch.tensor([row["input_ids"] + [0] * (longest - len(row["input_ids"])) for row in rows])}


def train(strategy, checkpoint=None):
    """The batches of two epochs, or of what is left of them behind a checkpoint."""
    model = Model()
    folder = f"{WORK}/{strategy}" if checkpoint is None else f"{WORK}/{strategy}-resumed"
    arguments = TrainingArguments(
        folder, per_device_train_batch_size=BATCH, num_train_epochs=2, save_steps=EPOCH // 2, seed=1, use_cpu=True,
        train_sampling_strategy=strategy, remove_unused_columns=False, report_to=[], disable_tqdm=True,
        logging_strategy="no")
    trainer = Trainer(model, arguments, train_dataset=DATA, data_collator=collate)
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=checkpoint)
    return model.batches


same = True
for strategy in ("random", "batch_rebalance", "group_by_length"):
    whole = train(strategy)
    for stopped in (EPOCH // 2, EPOCH + EPOCH // 2):
        rest = train(strategy, f"{WORK}/{strategy}/checkpoint-{stopped}")
        begin = stopped // EPOCH * EPOCH  # Of the epoch that was interrupted.
        rows = [row for batch in whole[begin:stopped] + rest[:begin + EPOCH - stopped] for row in batch]
        twice, never = len(rows) - len(set(rows)), ROWS - len(set(rows))
        first = rest[:begin + EPOCH - stopped] == whole[stopped - begin:EPOCH]
        print(f"{strategy}, stopped after {stopped} of {2 * EPOCH} steps: {len(rest)} steps more; of this epoch's "
              f"{ROWS} rows {twice} twice, {never} never; order of the first epoch: {first}")
        wrong = strategy == "group_by_length" and begin > 0
        same &= len(rest) == 2 * EPOCH - stopped and twice == never and (twice > 4) == wrong
        same &= (rest == whole[stopped:]) == (not wrong) and first == (wrong or begin == 0)
sys.exit(0 if same else "transformers does something else now")
PYTHON
