#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Packs the same rows with quipu and with TRL, in turns.

  pip install trl==1.16.0 datasets==5.2.0 numpy
  bazel build //tests/bench:packing_bench
  tests/bench/packing.py [--rows 200000] [--rounds 3] [--seed 1]

Lengths are lognormal with a mean of about 400 tokens, as those of instruction
rows, cut at the pack's length. TRL's strategy is "bfd": as it comes (batches of
1,000 rows), and all rows in one batch, which is what quipu does. Both join the
tokens of each pack. Prints rows per second and the fill of the packs.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import datasets
import numpy
import trl

CAPACITY = 16384
BENCH = pathlib.Path(__file__).resolve().parents[2] / "bazel-bin/tests/bench/packing_bench"


def draw_lengths(rows, seed):
    random = numpy.random.default_rng(seed)
    lengths = random.lognormal(mean=5.5, sigma=1.0, size=rows).astype(numpy.uint32)
    return numpy.clip(lengths, 8, CAPACITY)


def run_quipu(path):
    output = subprocess.run(
        [BENCH, path, "--repeats", "1"], capture_output=True, text=True, check=True)
    return json.loads(output.stdout.splitlines()[-1])


def run_trl(dataset, lengths, batch):
    options = {} if batch is None else {"batch_size": batch}
    begin = time.perf_counter()
    packed = trl.pack_dataset(
        dataset, seq_length=CAPACITY, strategy="bfd", map_kwargs=options)
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "rows_per_s": len(lengths) / seconds, "packs": len(packed),
            "fill": int(lengths.sum()) / (len(packed) * CAPACITY)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    datasets.disable_caching()
    datasets.disable_progress_bars()
    lengths = draw_lengths(arguments.rows, arguments.seed)
    tokens = numpy.arange(int(lengths.sum()), dtype=numpy.int32)
    rows = numpy.split(tokens, numpy.cumsum(lengths)[:-1])
    dataset = datasets.Dataset.from_dict({"input_ids": rows}).with_format("arrow")
    found = {"quipu": [], "trl": [], "trl, one batch": []}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "lengths"
        path.write_bytes(lengths.astype("<u4").tobytes())
        for _ in range(arguments.rounds):
            found["quipu"].append(run_quipu(path))
            found["trl"].append(run_trl(dataset, lengths, None))
            found["trl, one batch"].append(run_trl(dataset, lengths, len(lengths)))
    bound = -(-int(lengths.sum()) // CAPACITY)
    print(f"{len(lengths)} rows, {int(lengths.sum())} tokens, at least {bound} packs; "
          f"trl {trl.__version__}, datasets {datasets.__version__}")
    for name, runs in found.items():
        speed = statistics.median(run["rows_per_s"] for run in runs)
        ratio = statistics.median(run["rows_per_s"] for run in found["quipu"]) / speed
        print(f"{name:16} {speed:12,.0f} rows/s  packs {runs[0]['packs']}  "
              f"fill {runs[0]['fill']:.5f}  quipu is {ratio:.1f} times as fast")


if __name__ == "__main__":
    main()
