#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# datasets, fsspec and pandas lose, without a word, what follows stream padding in an .xz corpus.
#
# Guess: an .xz file of two streams has the rows of both, as a .gz or .zst file of two members has.
# Seen (datasets 5.2.0, fsspec 2026.9.0, pandas 3.1.1, Python 3.11): true if the streams touch. The xz
# format also allows zero bytes between streams and at the end, in multiples of four (stream
# padding); `xz -dc` reads both. Python's lzma module takes the zeros for rubbish at the end and
# stops, and the three libraries read through it: 100 rows of 200, no error, no warning. Zero padding
# between two gzip members loses nothing there.
#
# Needs python3 with venv, and xz. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet datasets==5.2.0 fsspec==2026.9.0 pandas==3.1.1
HF_HOME="$work/hf" HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import gzip
import json
import lzma
import os
import subprocess
import sys

import datasets
import fsspec
import pandas

datasets.disable_progress_bars()
WORK = sys.argv[1]
ROWS = b"".join(json.dumps({"text": f"row {i}"}).encode() + b"\n" for i in range(100))


def counts(name, data, codec):
    """Rows that each library reads from a file with this content."""
    path = os.path.join(WORK, name)
    with open(path, "wb") as file:
        file.write(data)
    with fsspec.open(path, "rb", compression=codec) as file:
        by_fsspec = file.read().count(b"\n")
    load = lambda **more: datasets.load_dataset("json", data_files=path, split="train", **more)
    return {
        "datasets": len(load()),
        "datasets, streaming": sum(1 for _ in load(streaming=True)),
        "fsspec": by_fsspec,
        "pandas": len(pandas.read_json(path, lines=True)),
    }


PADDING = b"\0" * 8
FILES = {
    # name: content, codec, rows that are read
    "touching.jsonl.xz": (lzma.compress(ROWS) * 2, "xz", 200),
    "padded.jsonl.xz": (lzma.compress(ROWS) + PADDING + lzma.compress(ROWS), "xz", 100),
    "padded.jsonl.gz": (gzip.compress(ROWS) + PADDING + gzip.compress(ROWS), "gzip", 200),
}
same = True
for name, (data, codec, want) in FILES.items():
    found = counts(name, data, codec)
    print(name, found)
    same = same and set(found.values()) == {want}
padded = os.path.join(WORK, "padded.jsonl.xz")
by_xz = subprocess.run(["xz", "-dc", padded], check=True, capture_output=True).stdout.count(b"\n")
print("padded.jsonl.xz by xz -dc:", by_xz)
same = same and by_xz == 200
sys.exit(0 if same else "these libraries do something else now")
PYTHON
