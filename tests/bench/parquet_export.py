#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Exports tokens and packs as Parquet: quipu beside pyarrow writing the same tables, in turns.

  pip install pyarrow==26.0.1
  tests/bench/parquet_export.py STORE --gguf TARGET_MODEL.gguf

quipu reads its store, tokenises and makes the rows; pyarrow writes tables that are in memory, with the
settings that quipu has: zstd, level 3, groups of 1,000 rows; all others are the library's defaults in both
(dictionaries that are given up at 1 MiB, statistics, pages of 1 MiB, format 2.6, one thread). What making
the rows costs is measured too, as an export of the same rows to plain arrays (mds). Processor time;
medians of the rounds.
"""

import argparse
import glob
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

import pyarrow.parquet as parquet

QUIPU = pathlib.Path(__file__).resolve().parents[2] / "bazel-bin/pipelines/quipu"


def export(args, out, *formats):
    """Processor time of an export; it replaces what is in `out`."""
    options = [option for name in formats for option in ("--format", name)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(args.quipu), "export", args.store, "--model", args.gguf, *options, "--out", out],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write(tables, folder):
    before = time.process_time()
    for i, table in enumerate(tables):
        parquet.write_table(table, os.path.join(folder, f"{i}.parquet"), compression="zstd",
                            compression_level=3, row_group_size=1000)
    return time.process_time() - before


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    parser.add_argument("--gguf", required=True)
    parser.add_argument("--quipu", default=QUIPU)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    ours, arrays, theirs = [], [], []
    with tempfile.TemporaryDirectory() as work:
        out = os.path.join(work, "out")
        for _ in range(args.rounds):
            arrays.append(export(args, os.path.join(work, "arrays"), "mds"))
            ours.append(export(args, out, "tokens-parquet", "packs-parquet"))
            files = sorted(glob.glob(os.path.join(out, "*-parquet", "*", "*.parquet")))
            tables = [parquet.read_table(file, use_threads=False) for file in files]
            theirs.append(write(tables, work))
    rows = sum(table.num_rows for table in tables)
    tokens = sum(len(chunk.flatten()) for table in tables for chunk in table["input_ids"].chunks)
    print(f"{rows} rows, {tokens} tokens with padding")
    mine, rows, other = (statistics.median(times) for times in (ours, arrays, theirs))
    print(f"quipu {mine:.2f} s, of it {rows:.2f} s to make the rows; pyarrow {other:.2f} s of processor time: "
          f"{mine / other:.2f} times with the rows, {(mine - rows) / other:.2f} times without")


if __name__ == "__main__":
    main()
