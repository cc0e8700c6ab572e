#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Time and memory of a large run, from reading to the export, with the scripted engine.

    tests/bench/scale.py bazel-bin/pipelines/quipu --documents 1000000 --rows 10000000 --dir /big

Makes a corpus of short documents from the texts of /usr/share/doc, and short rows of about 100
bytes, and builds a run of it. Prints a line for each stage: wall and processor time, and the
largest memory so far (VmHWM). Then it kills another build half-way and prints how long the next one
takes until it works again. The corpus needs 1 GB for a million documents, the run about four
times as much. Compare processor times on a machine that also does other work.
"""

import argparse
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import planning

SPEC = """
seed: 1
store: "{dir}/{name}/store"
documents {{ path: "{dir}/corpus.jsonl" }}
short_rows {{ path: "{dir}/rows.jsonl" }}
engine {{ kind: SCRIPTED }}
read {{ min_document_tokens: 16 }}
chunks {{ min_tokens: 32 max_tokens: 512 tokens_per_chunk: 4096 }}
generation {{ pairs_per_chunk: {pairs} }}
"""
LIMIT_S = 24 * 3600


def write_rows(path, count):
    draw = random.Random(2)
    with open(path, "w", encoding="utf-8") as out:
        for i in range(count):
            a, b = draw.randrange(10**6), draw.randrange(10**6)
            out.write(json.dumps({"prompt": f"Row {i}: what is {a} plus {b}?",
                                  "completion": f"It is {a + b}."}) + "\n")


def peak_mib(pid):
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(match.group(1)) // 1024 if match else 0


def build(quipu, spec):
    return subprocess.Popen([quipu, "build", str(spec)], stderr=subprocess.PIPE,
                            stdout=subprocess.DEVNULL, text=True, bufsize=1)


def run(quipu, spec):
    """Prints what each stage took; returns the seconds of the whole."""
    begin = before = time.monotonic()
    cpu_before = 0.0
    process = build(quipu, spec)
    for line in process.stderr:
        message = line.strip()
        if not message or "tokens/s" in message:
            continue
        now, cpu = time.monotonic(), planning.cpu_seconds(process.pid)
        print(f"+{now - before:8.1f} s wall, {cpu - cpu_before:8.1f} s processor, peak "
              f"{peak_mib(process.pid)} MiB: {message[:120]}", flush=True)
        before, cpu_before = now, cpu
        if now - begin > LIMIT_S:
            process.kill()
            sys.exit("scale.py: over a day")
    if process.wait() != 0:
        sys.exit(f"scale.py: exit status {process.returncode}")
    return time.monotonic() - begin


def resume(quipu, spec, after):
    """Kills a build after so many seconds; returns the seconds that the next one needs to open."""
    process = build(quipu, spec)
    try:
        process.communicate(timeout=after)
        return None  # It was done.
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    begin = time.monotonic()
    process = build(quipu, spec)
    process.stderr.readline()  # The first stage that it enters.
    seconds = time.monotonic() - begin
    process.kill()
    process.communicate()
    return seconds


def main():
    parser = argparse.ArgumentParser(description="Measures a large run.")
    parser.add_argument("quipu", help="the program to measure")
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--bytes", type=int, default=600, help="approximate size of a document")
    parser.add_argument("--pairs", type=int, default=1, help="pairs of a chunk")
    parser.add_argument("--texts", default="/usr/share/doc")
    parser.add_argument("--dir", default=tempfile.gettempdir(), help="where there is room")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.dir) as directory:
        total = planning.write_corpus(f"{directory}/corpus.jsonl", options.documents, options.bytes,
                                      options.texts)
        write_rows(f"{directory}/rows.jsonl", options.rows)
        print(f"{options.documents} documents of {total // options.documents} bytes, "
              f"{options.rows} rows", flush=True)
        spec = pathlib.Path(directory, "spec.textproto")
        spec.write_text(SPEC.format(dir=directory, name="whole", pairs=options.pairs))
        seconds = run(options.quipu, spec)
        print(f"{seconds:.1f} s in all", flush=True)
        shutil.rmtree(f"{directory}/whole")
        spec.write_text(SPEC.format(dir=directory, name="killed", pairs=options.pairs))
        for share in (0.2, 0.5, 0.8):
            took = resume(options.quipu, spec, seconds * share)
            print(f"killed after {share:.0%} of that: " +
                  ("it was done" if took is None else f"works again after {took:.1f} s"), flush=True)


if __name__ == "__main__":
    main()
