#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Reads and tokenises a corpus on one core: quipu beside `datasets` with `tokenizers`, in turns.

  pip install datasets==5.2.0 tokenizers==0.23.3
  tests/bench/reading.py CORPUS.jsonl --gguf MODEL.gguf --tokenizer tokenizer.json

CORPUS has the texts in "text". MODEL.gguf and tokenizer.json are one vocabulary
(tests/trainers/run.sh makes the second from the first). quipu reads, normalises, tokenises and stores
the documents; the rest of its build (one document is drawn, the scripted engine answers) is measured
too. `datasets` loads the JSON lines and maps the tokenizer over them, 100 documents at a time, and keeps
the ids. Processor time of both, each on one core; medians of the rounds.
"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

QUIPU = pathlib.Path(__file__).resolve().parents[2] / "bazel-bin/pipelines/quipu"
SPEC = """
seed: 1
store: "{work}/store"
documents {{ path: "{corpus}" }}
read {{ min_document_tokens: 1 }}
selection {{ sample_documents: 1 }}
engine {{ kind: SCRIPTED model: "{gguf}" }}
"""
THEIRS = """
import sys
import datasets
import tokenizers
tokenizer = tokenizers.Tokenizer.from_file(sys.argv[2])
data = datasets.load_dataset("json", data_files=sys.argv[1], split="train")
def encode(batch):
    return {"ids": [e.ids for e in tokenizer.encode_batch(batch["text"], add_special_tokens=False)]}
data = data.map(encode, batched=True, batch_size=100, remove_columns=data.column_names)
print(len(data), sum(len(ids) for ids in data["ids"]))
"""


def cpu_seconds(command, **more):
    """Processor time of a command, children included, on the first core."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["taskset", "-c", "0", *command], capture_output=True, text=True,
                          check=False, **more)
    if done.returncode != 0:
        sys.exit(f"reading.py: {command[0]} failed:\n{done.stdout}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def ours(args, corpus):
    with tempfile.TemporaryDirectory() as work:
        spec = os.path.join(work, "spec.textproto")
        with open(spec, "w", encoding="utf-8") as file:
            file.write(SPEC.format(work=work, corpus=corpus, gguf=args.gguf))
        return cpu_seconds([str(args.quipu), "build", spec])


def theirs(args, corpus):
    with tempfile.TemporaryDirectory() as work:
        environment = {**os.environ, "HF_HOME": work, "HF_DATASETS_CACHE": work, "HF_HUB_OFFLINE": "1",
                       "TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}
        return cpu_seconds([sys.executable, "-c", THEIRS, corpus, args.tokenizer], env=environment)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    parser.add_argument("--gguf", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--quipu", default=QUIPU)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    corpus = os.path.abspath(args.corpus)
    args.gguf, args.tokenizer = os.path.abspath(args.gguf), os.path.abspath(args.tokenizer)
    megabytes = os.path.getsize(corpus) / 1e6
    times = {"quipu": [], "datasets": []}
    for _ in range(args.rounds):
        seconds, output = ours(args, corpus)
        times["quipu"].append(seconds)
        read = [line for line in output.splitlines() if line.startswith("documents")]
        seconds, counted = theirs(args, corpus)
        times["datasets"].append(seconds)
    print(f"{megabytes:.1f} MB; quipu: {' '.join(read)}; datasets: rows and tokens {counted.strip()}")
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, seconds in medians.items():
        print(f"{name}: {seconds:.2f} s of processor time, {megabytes / seconds:.2f} MB/s")
    print(f"quipu is {medians['datasets'] / medians['quipu']:.1f} times as fast")


if __name__ == "__main__":
    main()
