#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes pipelines/export/formats/testdata with the real libraries.

  python tests/trainers/write_testdata.py pipelines/export/formats/testdata

Needs mosaicml-streaming 0.13.0, litdata 0.2.76 and megatron-core 0.19.2. The two rows are
those of formats_test.cc.
"""

import os
import pathlib
import shutil
import sys
import tempfile

import numpy as np
import torch
from litdata.streaming.writer import BinaryWriter
from megatron.core.datasets.indexed_dataset import IndexedDatasetBuilder
from streaming import MDSWriter

ROWS = [
    {
        "input_ids": [5, 6, 7, 8, 9],
        "labels": [-100, 6, -100, 8, 9],
        "seq_lengths": [2, 3],
    },
    {
        "input_ids": [i % 100 for i in range(300)],
        "labels": [-100] * 290 + [i % 100 for i in range(290, 300)],
        "seq_lengths": [300],
    },
]


def write_mds(out):
    columns = {key: "ndarray:int32" for key in ROWS[0]}
    with MDSWriter(out=out, columns=columns) as writer:
        for row in ROWS:
            writer.write({key: np.array(value, np.int32) for key, value in row.items()})


def write_litdata(out):
    os.makedirs(out)
    writer = BinaryWriter(out, chunk_bytes=1 << 26)
    for i, row in enumerate(ROWS):
        writer[i] = {key: torch.tensor(value, dtype=torch.int32) for key, value in row.items()}
    writer.done()
    writer.merge()


def write_megatron(out):
    os.makedirs(out)
    for name, column in (("tokens", "input_ids"), ("labels", "labels")):
        builder = IndexedDatasetBuilder(os.path.join(out, name + ".bin"), dtype=np.int32)
        for row in ROWS:
            begin = 0
            for length in row["seq_lengths"]:
                values = row[column][begin:begin + length]
                builder.add_document(torch.tensor(values, dtype=torch.int32), [length])
                begin += length
        builder.finalize(os.path.join(out, name + ".idx"))


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        for name, write in (("mds", write_mds), ("litdata", write_litdata),
                            ("megatron", write_megatron)):
            out = os.path.join(work, name)
            write(out)
            for file in sorted(os.listdir(out)):
                shutil.copy(os.path.join(out, file), target / f"{name}-{file}")


if __name__ == "__main__":
    main()
