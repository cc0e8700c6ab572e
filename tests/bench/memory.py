#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Peak memory of a build: of a corpus and of ten times as much, and of one large document.

  tests/bench/memory.py CORPUS.jsonl --gguf MODEL.gguf [--megabytes 63]

CORPUS has the texts in "text"; copies of it get other numbers, so that nothing is a duplicate. The
scripted engine writes the pairs; MODEL's tokenizer counts. Prints the largest resident memory of each
build, the mapped pages of the model's file included, and for a large document also what it adds to
that of a small one.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

QUIPU = pathlib.Path(__file__).resolve().parents[2] / "bazel-bin/pipelines/quipu"
SPEC = """
seed: 1
store: "{work}/store"
documents {{ path: "{corpus}" }}
{more}
engine {{ kind: SCRIPTED model: "{gguf}" }}
"""


def peak_mb(args, corpus, more=""):
    with tempfile.TemporaryDirectory() as work:
        spec = os.path.join(work, "spec.textproto")
        with open(spec, "w", encoding="utf-8") as file:
            file.write(SPEC.format(work=work, corpus=corpus, gguf=args.gguf, more=more))
        with open(os.path.join(work, "log"), "w+", encoding="utf-8") as log:
            child = subprocess.Popen([str(args.quipu), "build", spec], stdout=log, stderr=log)
            peak = 0
            # Not ru_maxrss: a child begins with its parent's.
            while child.poll() is None:
                peak = max(peak, high_water_kb(child.pid))
                time.sleep(0.01)
            if child.returncode != 0:
                log.seek(0)
                sys.exit(f"memory.py: the build failed:\n{log.read()}")
        return peak * 1024 / 1e6


def high_water_kb(pid):
    """The largest resident memory of a process so far; 0 if it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def texts(corpus):
    with open(corpus, encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def write_copies(rows, copies, path):
    with open(path, "w", encoding="utf-8") as file:
        for copy in range(copies):
            for text in rows:
                file.write(json.dumps({"text": f"Copy {copy}.\n\n{text}"}, ensure_ascii=False) + "\n")


def write_large(rows, size, path):
    """One document of this many bytes."""
    text, copy = bytearray(), 0
    while len(text) < size:
        text += f"Part {copy}.\n\n{rows[copy % len(rows)]}\n\n".encode()
        copy += 1
    with open(path, "wb") as file:
        file.write(bytes(text[:size]).decode("utf-8", "ignore").encode())
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    parser.add_argument("--gguf", required=True)
    parser.add_argument("--quipu", default=QUIPU)
    parser.add_argument("--megabytes", type=int, default=63)
    parser.add_argument("--documents", type=int, default=2000, help="of the smaller corpus")
    args = parser.parse_args()
    args.gguf = os.path.abspath(args.gguf)
    rows = texts(args.corpus)
    with tempfile.TemporaryDirectory() as folder:
        # Pairs cost time, not memory: a few documents get some.
        few, peaks = "generation { pairs_per_chunk: 1 } selection { sample_documents: 100 }", []
        for copies in (1, 10):
            path = os.path.join(folder, f"{copies}.jsonl")
            write_copies(rows[:args.documents], copies, path)
            peaks.append(peak_mb(args, path, few))
            print(f"{copies} x {args.documents} documents, {os.path.getsize(path) / 1e6:.0f} MB: "
                  f"{peaks[-1]:.0f} MB", flush=True)
        print(f"ratio {peaks[1] / peaks[0]:.3f}")
        # So many that some are accepted: the stage that makes rows reads the whole document again.
        many = "chunks { max_per_document: 40 }"
        small = peak_mb(args, write_large(rows, 100000, os.path.join(folder, "small.txt")), many)
        large = write_large(rows, args.megabytes * 1000000, os.path.join(folder, "large.txt"))
        as_json = os.path.join(folder, "large.jsonl")
        with open(large, encoding="utf-8") as source, open(as_json, "w", encoding="utf-8") as file:
            json.dump({"text": source.read()}, file, ensure_ascii=False)
        for path in (large, as_json):
            peak = peak_mb(args, path, many)
            print(f"{os.path.basename(path)}, {args.megabytes} MB: {peak:.0f} MB, {peak - small:.0f} "
                  f"more than of a small document: {(peak - small) / args.megabytes:.2f} times its size",
                  flush=True)


if __name__ == "__main__":
    main()
