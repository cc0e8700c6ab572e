#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# When auto_find_batch_size makes the batches smaller, the Trainer begins its epoch again with the weights that it has by then:
# rows before the first long one are trained several times.
#
# Guess: after a batch that does not fit, the training is done again from the beginning with smaller batches, or
# continues with the rows that are left.
# Seen (transformers 5.23.0, accelerate 1.15.0, torch 2.15.0): the data begins again, the weights do not. A row that
# is longer than the others fails wherever the shuffle put it. Of 32 rows one is long and fits alone only:
# batches of 4, of 3 and of 2 each train some steps before it comes, and then one row a batch trains all 32. 115 rows are
# trained: four rows once, 27 of them four times. State and log speak of 32 steps in one epoch, and there is no
# warning. (Optimizer and schedule do begin again.)
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
TMPDIR="$work" HF_HUB_OFFLINE=1 CUDA_VISIBLE_DEVICES="" TRANSFORMERS_VERBOSITY=error "$work/venv/bin/python" - "$work" <<'PYTHON'
import collections
import sys

import torch
from transformers import PrinterCallback, Trainer, TrainingArguments

torch.set_num_threads(1)
ROWS, LONG, MEMORY = 32, 20, 8000
DATA = [{"input_ids": [row] + [7] * (MEMORY // 2 + 1 if row == LONG else 10)} for row in range(ROWS)]


class Model(torch.nn.Module):
    """A weight for each row: with a learning rate of 1 it says how often its row was trained."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(ROWS))
        self.sizes = []

    def forward(self, input_ids):
        if input_ids.numel() > MEMORY:
            torch.empty(1 << 50)  # Fails for lack of memory.
        self.sizes.append(len(input_ids))
        return {"loss": -self.weight[input_ids[:, 0]].sum()}


def collate(rows):
    longest = max(len(row["input_ids"]) for row in rows)
    return {"input_ids": torch.tensor([row["input_ids"] + [0] * (longest - len(row["input_ids"])) for row in rows])}


def train(find, size):
    model = Model()
    arguments = TrainingArguments(
        sys.argv[1] + "/out", per_device_train_batch_size=size, num_train_epochs=1, auto_find_batch_size=find, seed=1,
        use_cpu=True, learning_rate=1.0, optim="sgd", lr_scheduler_type="constant", max_grad_norm=0,
        remove_unused_columns=False, report_to=[], disable_tqdm=True, save_strategy="no", logging_strategy="no")
    trainer = Trainer(model, arguments, train_dataset=DATA, data_collator=collate)
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    times = collections.Counter(int(round(weight)) for weight in model.weight.tolist())
    print(f"auto_find_batch_size={find}: {trainer.state.global_step} steps, {len(model.sizes)} batches of "
          f"{dict(collections.Counter(model.sizes))} rows; rows by how often they were trained: {dict(sorted(times.items()))}")
    return trainer.state.global_step, sum(model.sizes), times


steps, trained, times = train(False, 1)
same = (steps, trained, times) == (ROWS, ROWS, {1: ROWS})
steps, trained, times = train(True, 4)
same &= steps == ROWS and trained > 1.5 * ROWS and len(times) > 1 and max(times) == 4
same &= sum(number * rows for number, rows in times.items()) == trained
sys.exit(0 if same else "transformers does something else now")
PYTHON
