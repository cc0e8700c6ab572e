#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# accelerate's save_state and load_state resume the second epoch in the first one's order, by skip_first_batches and by a
# stateful loader: rows are trained twice, others never.
#
# Guess: a loop with shuffle=True that follows the guide to checkpoints, load_state and then skip_first_batches, continues with
# the rows that are left; with use_stateful_dataloader=True it needs no skip_first_batches.
# Seen (accelerate 1.15.0, torchdata 0.11.0, torch 2.15.0; use_seedable_sampler=True, which is there for this): load_state
# brings back the sampler with its epoch, and the loader, which counts its own epochs from 0, then sets it to 0. Stopped in the
# second epoch, after 3 of its 8 batches, 7 of the 12 rows that were trained come again. What follows is shifted too: by
# skip_first_batches the resumed epoch's order comes once more, since the loader itself has not counted it. The numbers of
# batches are right, and there is no warning. With set_epoch(n) before every epoch, resumed or not, all is as guessed.
# (accelerate: its issue 2016, pull requests 4203 and 4233.)
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it
# changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.15.0 accelerate==1.15.0 \
  torchdata==0.11.0
TMPDIR="$work" CUDA_VISIBLE_DEVICES="" "$work/venv/bin/python" - "$work" <<'PYTHON'
import shutil
import sys

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import DataLoaderConfiguration, set_seed

torch.set_num_threads(1)
FOLDER = sys.argv[1] + "/checkpoint"
ROWS, BATCH, EPOCHS = 32, 4, 4
EPOCH = ROWS // BATCH


def prepare(stateful):
    """What a script does at its start, the first time and each time that it resumes."""
    AcceleratorState._reset_state(True)
    accelerator = Accelerator(
        cpu=True, dataloader_config=DataLoaderConfiguration(use_seedable_sampler=True, use_stateful_dataloader=stateful))
    set_seed(1)
    return accelerator, accelerator.prepare(torch.utils.data.DataLoader(range(ROWS), batch_size=BATCH, shuffle=True))


def train(stateful, set_epoch, stop, resume):
    """The batches of all epochs, saved after `stop` of them; or of what is left behind that."""
    accelerator, loader = prepare(stateful)
    begin, batches = 0, []
    if resume:
        accelerator.load_state(FOLDER)
        begin = stop // EPOCH
    for epoch in range(begin, EPOCHS):
        if set_epoch:
            loader.set_epoch(epoch)
        skip = resume and epoch == begin and not stateful
        for batch in accelerator.skip_first_batches(loader, stop % EPOCH) if skip else loader:
            batches.append(batch.tolist())
            if not resume and len(batches) == stop:
                shutil.rmtree(FOLDER, ignore_errors=True)
                accelerator.save_state(FOLDER)
    return batches


same = True
for stateful in False, True:
    for set_epoch in False, True:
        for stop in 3, EPOCH + 3:
            whole = train(stateful, set_epoch, stop, False)
            rest = train(stateful, set_epoch, stop, True)
            epochs = [whole[i:i + EPOCH] for i in range(0, len(whole), EPOCH)]
            begin = stop // EPOCH * EPOCH  # Of the epoch that was interrupted.
            left = begin + EPOCH - stop
            rows = sum(whole[begin:stop] + rest[:left], [])
            orders = [next(i for i, epoch in enumerate(epochs) if epoch[stop - begin:] == rest[:left])]
            orders += [epochs.index(rest[i:i + EPOCH]) for i in range(left, len(rest), EPOCH)]
            way = ("stateful loader" if stateful else "skip_first_batches") + (", set_epoch" if set_epoch else "")
            twice, never = len(rows) - len(set(rows)), ROWS - len(set(rows))
            print(f"{way}, stopped after {stop} of {len(whole)} batches: {len(rest)} more, by the orders of epochs {orders}; "
                  f"of the interrupted epoch's rows {twice} twice, {never} never")
            want = list(range(stop // EPOCH, EPOCHS))
            if not set_epoch and not stateful:
                want = [0] + list(range(len(want) - 1))
            elif not set_epoch:
                want = list(range(len(want)))
            same &= orders == want and len(rest) == len(whole) - stop and twice == never
            same &= (twice > 4) == (not set_epoch and begin > 0)
sys.exit(0 if same else "accelerate does something else now")
PYTHON
