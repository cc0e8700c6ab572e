#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Megatron's GPTDataset keeps the index of old data: documents that were added to a .bin/.idx of the same
# name are never read.
#
# Guess: the index of samples that GPTDataset keeps on disk belongs to the data that it was made of.
# Seen (megatron-core 0.13.1 with Debian's torch 1.13; the same with 0.16.1 and torch 2.15.0): the index
# is found by a hash of path, seed, length, split and tokenizer, of nothing that depends on the data, and
# is in NAME/cache/ beside NAME.bin when no folder is named. Data with twice the documents gives
# the samples of the first half, and no warning. (Data of other lengths gives samples of wrong lengths
# or an IndexError.) Writing the data again does not help, even into an empty NAME.bin: the folder NAME/
# has to be removed, or the data needs another name.
#
# Needs python3 with venv, and apt-get, from which it unpacks torch; installs nothing. Exit
# status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/archives/partial" "$work/torch"
apt-get install --download-only --yes -qq --no-install-recommends -o Debug::NoLocking=1 \
  -o APT::Sandbox::User=root -o "Dir::Cache::archives=$work/archives" python3-torch >/dev/null
for deb in "$work"/archives/*.deb; do dpkg -x "$deb" "$work/torch"; done
/usr/bin/python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile "numpy==1.26.4" packaging pybind11 pyyaml typing-extensions
"$work/venv/bin/pip" install --quiet --no-compile --no-deps megatron-core==0.13.1
libraries="$(find "$work/torch" -name '*.so*' -printf '%h\n' | sort -u | grep -v python | paste -sd:)"
LD_LIBRARY_PATH="$libraries" PYTHONPATH="$work/torch/usr/lib/python3/dist-packages" \
  "$work/venv/bin/python" -W ignore - "$work" <<'PYTHON'
import contextlib
import os
import shutil
import sys

import numpy
import torch
import torch.distributed

# Of torch 2; megatron.core imports it with its optimizers, its data sets do not call it.
torch.distributed._coalescing_manager = contextlib.nullcontext
import megatron.core
from megatron.core.datasets.gpt_dataset import GPTDataset, GPTDatasetConfig
from megatron.core.datasets.indexed_dataset import IndexedDataset, IndexedDatasetBuilder
from megatron.core.datasets.utils import Split

NAME = sys.argv[1] + "/tokens"


class Tokenizer:
    eod = 0
    pad = -1
    vocab_size = 1000
    unique_identifiers = {"class": "Tokenizer"}


def write(documents):
    """Document i is 20 times the token 100 + i."""
    builder = IndexedDatasetBuilder(NAME + ".bin", dtype=numpy.int32)
    for i in range(documents):
        builder.add_item(torch.full((20,), 100 + i, dtype=torch.int32))
        builder.end_document()
    builder.finalize(NAME + ".idx")


def read():
    """Documents in the files, samples, and documents of which a token is in one."""
    config = GPTDatasetConfig(random_seed=1, sequence_length=16, blend=([NAME], None), split="1,0,0",
                              tokenizer=Tokenizer(), reset_position_ids=False,
                              reset_attention_mask=False, eod_mask_loss=False)
    data = IndexedDataset(NAME)
    samples = GPTDataset(data, NAME, numpy.arange(len(data), dtype=numpy.int32), None, Split.train, config)
    seen = {token for i in range(len(samples)) for token in samples[i]["tokens"].tolist()}
    return len(data), len(samples), len(seen)


found = {}
write(6)
found["6 documents"] = read()
write(12)
found["12 documents, the same name"] = read()
os.remove(NAME + ".bin")
os.remove(NAME + ".idx")
write(12)
found["files removed and written again"] = read()
shutil.rmtree(NAME)
found["the folder NAME removed"] = read()
print(f"megatron-core {megatron.core.__version__}: documents, samples, documents read")
for case, counts in found.items():
    print(f"{case}: {counts}")
want = [(6, 7, 6), (12, 7, 6), (12, 7, 6), (12, 14, 12)]
sys.exit(0 if list(found.values()) == want else "megatron-core does something else now")
PYTHON
