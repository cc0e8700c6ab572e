#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Prefill and decode speed of llama.cpp on a GGUF file, beside engine_bench's.

Runs llama.cpp (PyPI llama-cpp-python, where it is installed) and quipu's
engine_bench in turns on the same file in the same run, and prints the medians
and their ratio. Not part of any test.

    pip install llama-cpp-python
    bazel build //tests/bench:engine_bench
    tests/bench/compare_llama_cpp.py MODEL.gguf [--rounds 5]
"""
import argparse
import json
import statistics
import subprocess
import sys
import time

TOKENS = 1024  # What engine_bench's prefill runs.


def llama_prefill(llama, tokens):
    """Seconds for one evaluation of `tokens` tokens from an empty cache."""
    llama.reset()
    began = time.perf_counter()
    llama.eval([100 + i % 1000 for i in range(tokens)])
    return time.perf_counter() - began


def quipu_prefill(bench, model, threads):
    """Tokens per second as engine_bench's last line says."""
    out = subprocess.run(
        [bench, "--model", model, "--workload", "prefill", "--repeats", "1",
         "--threads", str(threads), "--json"],
        check=True, capture_output=True, text=True).stdout
    return json.loads(out.strip().splitlines()[-1])["tokens_per_s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bench", default="bazel-bin/tests/bench/engine_bench")
    args = parser.parse_args()
    try:
        import llama_cpp
    except ImportError:
        sys.exit("llama-cpp-python is not installed: pip install llama-cpp-python")
    llama = llama_cpp.Llama(args.model, n_ctx=TOKENS + 8, n_batch=TOKENS,
                            n_ubatch=512, n_threads=args.threads,
                            n_threads_batch=args.threads, verbose=False)
    llama_prefill(llama, 64)  # Warm-up: pages of the file.
    theirs, ours = [], []
    for _ in range(args.rounds):
        theirs.append(TOKENS / llama_prefill(llama, TOKENS))
        ours.append(quipu_prefill(args.bench, args.model, args.threads))
    print(f"llama.cpp {llama_cpp.__version__}: {statistics.median(theirs):.0f} tokens/s "
          f"({min(theirs):.0f} to {max(theirs):.0f})")
    print(f"quipu: {statistics.median(ours):.0f} tokens/s ({min(ours):.0f} to {max(ours):.0f})")
    print(f"quipu / llama.cpp: {statistics.median(ours) / statistics.median(theirs):.2f}")


if __name__ == "__main__":
    main()
