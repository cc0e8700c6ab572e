#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# The state of MosaicML's StreamingDataLoader counts the length of a batch's first value: with batches that were packed into
# one row a run resumes too early, and rows are trained twice; with flat tokens too late, and rows are never trained.
#
# Guess: state_dict() says how many rows the loader has read, and a run that loads it continues with the next one.
# Seen (mosaicml-streaming 0.13.0, torch 2.15.0): the loader adds up len() of the first value of each batch. Where
# the collator joins 8 rows to one of shape [1, tokens], as for FlashAttention's variable lengths, a batch counts 1: after two
# batches of 8 rows the state says 2, and 14 rows are trained twice. Where it gives the tokens flat, with borders
# beside them, each token counts as a row: 48, and 32 of 64 rows are never trained. The same batch with a list of
# rows as its first key is resumed rightly. There is no warning.
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.15.0 mosaicml-streaming==0.13.0
TMPDIR="$work" CUDA_VISIBLE_DEVICES="" "$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import numpy
import torch
from streaming import MDSWriter, StreamingDataLoader, StreamingDataset

torch.set_num_threads(1)
FOLDER = sys.argv[1] + "/mds"
ROWS, BATCH, LENGTH, STOP = 64, 8, 3, 2
with MDSWriter(out=FOLDER, columns={"id": "int", "tokens": "ndarray:int32"}) as writer:
    for row in range(ROWS):
        writer.write({"id": row, "tokens": numpy.full(LENGTH, row, numpy.int32)})


def tokens(rows):
    return torch.cat([torch.from_numpy(row["tokens"]) for row in rows])


COLLATORS = {
    "rows first": lambda rows: {"ids": [row["id"] for row in rows], "input_ids": tokens(rows)[None]},
    "packed": lambda rows: {"input_ids": tokens(rows)[None], "ids": [row["id"] for row in rows]},
    "flat": lambda rows: {"input_ids": tokens(rows), "ids": [row["id"] for row in rows]},
}


def loader(collate):
    data = StreamingDataset(local=FOLDER, batch_size=BATCH, shuffle=True, shuffle_seed=1, num_canonical_nodes=1)
    return StreamingDataLoader(data, batch_size=BATCH, collate_fn=collate)


found = {}
for name, collate in COLLATORS.items():
    first, trained = loader(collate), []
    for step, batch in enumerate(first, 1):
        if step <= STOP:
            trained += batch["ids"]
        if step == STOP:
            state = first.state_dict()
    second = loader(collate)
    second.load_state_dict(state)
    rest = [row for batch in second for row in batch["ids"]]
    twice, never = len(set(trained) & set(rest)), ROWS - len(set(trained + rest))
    print(f"{name}: {len(trained)} rows trained, the state says {state['sample_in_epoch']}; {twice} rows twice, {never} never")
    found[name] = (state["sample_in_epoch"], twice, never)
want = {"rows first": (16, 0, 0), "packed": (2, 14, 0), "flat": (48, 0, 32)}
sys.exit(0 if found == want else "streaming does something else now")
PYTHON
