#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# OLMo-core knows a data set by the names and sizes of its files: with other data of the same size it packs by the old
# borders, and documents begin and end in the middle of others.
#
# Guess: the fingerprint of a data set, by which contents are compared, differs when they do; what is kept in
# work_dir under it is that of these files.
# Seen (ai2-olmo-core 3.0.0, torch 2.13.0; NumpyPackedFSLDataset): the fingerprint has the base name and the size of each
# file. The same documents in another order, as after a shuffle with another seed, have both. The packs and
# borders that work_dir keeps from the first time are then taken for the new tokens: of 200 documents 56 are in one
# piece, the others are cut, and rows hold the end of a document before its beginning. There is no warning. With an empty work_dir, or at another path, the
# packs are right, and the fingerprint is still the same.
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.13.0 ai2-olmo-core==3.0.0
CUDA_VISIBLE_DEVICES="" "$work/venv/bin/python" - "$work" <<'PYTHON'
import os
import random
import sys

import numpy
from olmo_core.data import NumpyPackedFSLDatasetConfig, TokenizerConfig

WORK = sys.argv[1]
END, PAD, LENGTH, DOCUMENTS = 0, 999, 64, 200
random.seed(1)
DATA = [[number] * random.randint(4, LENGTH - 1) + [END] for number in range(1, DOCUMENTS + 1)]
OTHER = random.sample(DATA, DOCUMENTS)


def write(folder, documents):
    os.makedirs(f"{WORK}/{folder}", exist_ok=True)
    numpy.array(sum(documents, []), dtype=numpy.uint16).tofile(f"{WORK}/{folder}/tokens.npy")


def load(folder, work_dir):
    """The fingerprint, and how many documents are in one piece in a row."""
    config = NumpyPackedFSLDatasetConfig(
        paths=[f"{WORK}/{folder}/tokens.npy"], sequence_length=LENGTH, work_dir=f"{WORK}/{work_dir}",
        tokenizer=TokenizerConfig(vocab_size=1000, eos_token_id=END, pad_token_id=PAD))
    data = config.build()
    data.prepare()
    rows = ["".join(f"<{token}>" for token in data[i]["input_ids"].tolist()) for i in range(len(data))]
    whole = sum(any("".join(f"<{token}>" for token in document) in row for row in rows) for document in DATA)
    return data.fingerprint, whole


write("data", DATA)
write("other", OTHER)
runs = {"first": load("data", "work")}
write("data", OTHER)
runs["another order, the same work_dir"] = load("data", "work")
runs["another order, an empty work_dir"] = load("data", "work2")
runs["another order at another path, the same work_dir"] = load("other", "work")
for name, (_, whole) in runs.items():
    print(f"{name}: {whole} of {DOCUMENTS} documents in one piece")
prints = len({print_ for print_, _ in runs.values()})
print(f"different fingerprints: {prints}")
wrong = runs.pop("another order, the same work_dir")[1]
same = wrong < DOCUMENTS / 2 and all(whole == DOCUMENTS for _, whole in runs.values()) and prints == 1
sys.exit(0 if same else "OLMo-core does something else now")
PYTHON
