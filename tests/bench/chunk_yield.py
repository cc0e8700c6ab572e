#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Counts how many of the chunks that documents should give they give.

    tests/bench/chunk_yield.py bazel-bin/pipelines/quipu --model M.gguf KIND.jsonl ...

Builds a run of each document alone with the scripted engine (the model's tokenizer counts, no
weight is used) and prints a line for each file: documents with at least 512 tokens, chunks wanted
(one for each 4,096 tokens, 8 at most), chunks got, documents with none, documents with all; then
the documents that fell short, as LINE:GOT/WANTED.
"""

import argparse
import math
import pathlib
import re
import subprocess
import tempfile

SPEC = """
seed: 1
store: "{dir}/store"
documents {{ path: "{dir}/document.jsonl" }}
engine {{ kind: SCRIPTED {model} }}
generation {{ pairs_per_chunk: 1 }}
"""


def count(quipu, model, line):
    """(wanted, got) of one document; None if it is too short to be read."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "document.jsonl").write_text(line, encoding="utf-8")
        spec = path / "spec.textproto"
        spec.write_text(SPEC.format(dir=folder, model=f'model: "{model}"' if model else ""))
        run = subprocess.run([quipu, "build", spec], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    read = re.search(r"read (\d+) documents \((\d+) tokens\)", run.stdout)
    planned = re.search(r"planned (\d+) pairs", run.stdout)
    if not read or not planned:
        if read and read[1] == "0":
            return None
        raise SystemExit(f"chunk_yield.py: the build failed:\n{run.stdout}")
    return min(8, math.ceil(int(read[2]) / 4096)), int(planned[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quipu")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--model", help="GGUF file whose tokenizer counts; default: bytes")
    args = parser.parse_args()
    print("| kind | documents | wanted | got | without | with all |\n|---|---|---|---|---|---|")
    total = [0] * 5
    for path in args.files:
        row, short = [0] * 5, []
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            counts = count(args.quipu, args.model, line) if line else None
            if counts is None:
                continue
            wanted, got = counts
            added = (1, wanted, got, got == 0, got >= wanted)
            row = [a + b for a, b in zip(row, added)]
            if got < wanted:
                short.append(f"{number}:{got}/{wanted}")
        total = [a + b for a, b in zip(total, row)]
        print(f"| {path.stem} | {' | '.join(map(str, row))} |", *short, flush=True)
    print(f"| all | {' | '.join(map(str, total))} |")


if __name__ == "__main__":
    main()
