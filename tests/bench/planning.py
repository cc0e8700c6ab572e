#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Measures the cost of reading and planning a document, at several corpus sizes.

    tests/bench/planning.py bazel-bin/pipelines/quipu --documents 20000,50000,100000

Makes a corpus of short documents from the texts of /usr/share/doc, builds a run of it with the
scripted engine, and stops the build once the corpus is planned. Prints one line per size: wall and
processor time per document, from the first log line of reading to that of planning. Compare
processor times on a machine that also does other work.
"""

import argparse
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

SPEC = """
seed: 1
store: "{dir}/store"
documents {{ path: "{dir}/corpus.jsonl" }}
engine {{ kind: SCRIPTED }}
read {{ min_document_tokens: 16 }}
chunks {{ min_tokens: 32 max_tokens: 512 tokens_per_chunk: 4096 }}
generation {{ pairs_per_chunk: 4 }}
"""


def paragraphs(root):
    """The paragraphs of the plain texts under `root`, in a fixed order."""
    found = []
    for path in sorted(pathlib.Path(root).rglob("*")):
        if not path.is_file() or path.suffix in (".gz", ".xz", ".png", ".html", ".js"):
            continue
        try:
            text = path.read_bytes()[: 1 << 20].decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        found += [p.strip("\n") for p in re.split(r"\n\s*\n", text) if len(p) >= 80]
    return found


def write_corpus(path, count, size, root):
    """`count` different documents of about `size` bytes each."""
    source = paragraphs(root)
    if len(source) < 100:
        sys.exit(f"planning.py: {root} has only {len(source)} paragraphs of text")
    draw = random.Random(1)
    total = 0
    with open(path, "w", encoding="utf-8") as out:
        for i in range(count):
            parts = [f"This is document number {i} of the corpus."]
            while sum(map(len, parts)) < size:
                parts.append(draw.choice(source)[:size])
            text = "\n\n".join(parts)
            total += len(text)
            out.write(json.dumps({"text": text}) + "\n")
    return total


def cpu_seconds(pid):
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(quipu, directory):
    """(wall, processor) seconds at "reading", "read" and "planned"."""
    spec = pathlib.Path(directory, "spec.textproto")
    spec.write_text(SPEC.format(dir=directory))
    marks = []
    process = subprocess.Popen(
        [quipu, "build", str(spec)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    for line in process.stderr:
        if re.search(r"reading the corpus|read \d+ documents|planned \d+ pairs", line):
            marks.append((time.monotonic(), cpu_seconds(process.pid)))
        if len(marks) == 3:
            process.send_signal(signal.SIGINT)
            break
    process.stderr.read()
    process.wait()
    if len(marks) != 3:
        sys.exit(f"planning.py: {quipu} did not reach planning (exit status {process.returncode})")
    return marks


def main():
    parser = argparse.ArgumentParser(description="Measures reading and planning.")
    parser.add_argument("quipu", help="the program to measure")
    parser.add_argument("--documents", default="20000,50000,100000,200000")
    parser.add_argument("--bytes", type=int, default=600, help="approximate size of a document")
    parser.add_argument("--texts", default="/usr/share/doc")
    options = parser.parse_args()
    for count in map(int, options.documents.split(",")):
        with tempfile.TemporaryDirectory() as directory:
            total = write_corpus(f"{directory}/corpus.jsonl", count, options.bytes, options.texts)
            begin, read, planned = measure(options.quipu, directory)
        each = lambda a, b, i: (b[i] - a[i]) / count * 1e6
        print(
            f"{count} documents of {total // count} bytes: processor "
            f"{each(begin, read, 1):.1f} us reading + {each(read, planned, 1):.1f} us planning, wall "
            f"{each(begin, read, 0):.1f} + {each(read, planned, 0):.1f} us a document, "
            f"{count / (planned[0] - begin[0]):.0f} documents/s",
            flush=True,
        )


if __name__ == "__main__":
    main()
