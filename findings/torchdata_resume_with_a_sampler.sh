#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# StatefulDataLoader resumes rightly with shuffle=True, and from the second epoch on wrongly with a sampler of
# PyTorch's own: it counts into the first epoch's order, and rows are trained twice or never.
#
# Guess: a loader whose state was saved continues with the rows that are left, whichever sampler of torch it has; in the
# first epoch it does.
# Seen (torchdata 0.11.0, torch 2.15.0): of RandomSampler, WeightedRandomSampler and SubsetRandomSampler the state
# has the number of rows that were drawn and not what they were drawn with. With a seed, given to a generator or to torch
# as every script does at its start, the new sampler draws the first epoch's order, and skips in that. Stopped after 11 of 16
# batches, in the second epoch, most of the 12 rows that were trained come again and as many others never. The numbers of
# batches are right, and there is no warning. shuffle=True makes a RandomSampler that the library knows.
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it
# changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.15.0 torchdata==0.11.0
TMPDIR="$work" CUDA_VISIBLE_DEVICES="" "$work/venv/bin/python" - <<'PYTHON'
import sys

import torch
from torch.utils.data import RandomSampler, SubsetRandomSampler, WeightedRandomSampler
from torchdata.stateful_dataloader import StatefulDataLoader

torch.set_num_threads(1)
ROWS, BATCH = 32, 4
EPOCH = ROWS // BATCH


def seeded():
    return torch.Generator().manual_seed(5)


OPTIONS = {
    "shuffle=True": lambda: {"shuffle": True},
    "RandomSampler": lambda: {"sampler": RandomSampler(range(ROWS))},
    "RandomSampler with a generator": lambda: {"sampler": RandomSampler(range(ROWS), generator=seeded())},
    "WeightedRandomSampler": lambda: {"sampler": WeightedRandomSampler([1.0] * ROWS, ROWS, False, generator=seeded())},
    "SubsetRandomSampler": lambda: {"sampler": SubsetRandomSampler(range(ROWS), generator=seeded())},
}


def loader(name):
    torch.manual_seed(1)
    return StatefulDataLoader(list(range(ROWS)), batch_size=BATCH, **OPTIONS[name]())


def two_epochs(name, stop):
    """The batches of two epochs, and the state after `stop` of them."""
    data, batches, state = loader(name), [], None
    for _ in range(2):
        for batch in data:
            batches.append(batch.tolist())
            if len(batches) == stop:
                state = data.state_dict()
    return batches, state


same = True
for name in OPTIONS:
    for stop in (3, EPOCH + 3):
        whole, state = two_epochs(name, stop)
        resumed = loader(name)
        resumed.load_state_dict(state)
        rest = [batch.tolist() for batch in resumed]
        begin = stop // EPOCH * EPOCH  # Of the epoch that was interrupted.
        rows = sum(whole[begin:stop] + rest, [])
        twice, never = len(rows) - len(set(rows)), ROWS - len(set(rows))
        first = rest == whole[stop - begin:EPOCH]
        print(f"{name}, stopped after {stop} of {2 * EPOCH} batches: {len(rest)} left in this epoch; {twice} rows twice, "
              f"{never} never; order of the first epoch: {first}")
        wrong = begin > 0 and name != "shuffle=True"
        same &= len(rest) == begin + EPOCH - stop and (twice == never >= 4 if wrong else rest == whole[stop:begin + EPOCH])
        same &= first == (wrong or begin == 0)
sys.exit(0 if same else "torchdata does something else now")
PYTHON
