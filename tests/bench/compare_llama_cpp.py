#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Compares engine_bench with llama.cpp at its best on a GGUF file.

Runs llama.cpp (PyPI llama-cpp-python, if installed) and quipu's engine_bench in
turns in the same run, and prints medians and ratios; the last line is one JSON
object. llama.cpp runs in its best configuration: each workload is first tried
once with every weight format made from the file (cached in --cache), flash
attention on and off, and micro-batches of 256 and 512; W also with one chunk or
four at a time, one cache or one per sequence, and a context per core. The best
--keep configurations run in every round, and the one with the best median is
the peer. llama.cpp is driven through its C API and samples nothing. quipu runs
the file unchanged. Not part of any test.

    pip install llama-cpp-python
    bazel build //tests/bench:engine_bench
    tests/bench/compare_llama_cpp.py MODEL.gguf [--rounds 5]
"""
import argparse
import ctypes
import itertools
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import namedtuple

try:
    import llama_cpp
except ImportError:
    sys.exit("llama-cpp-python is not installed: pip install llama-cpp-python")

# Same as in engine_bench.
PROMPT = 1024
SEQUENCES, DECODE_STEPS = 64, 32
CHUNK, BRANCHES, INSTRUCTION, REPLY, VERIFICATION = 1000, 4, 20, 60, 80
LOGICAL_BATCH = 2048
SMALL_FILE = 512 << 20  # Larger ones are not tried as F16 and Q8_0.
FORMATS = {"F16": llama_cpp.LLAMA_FTYPE_MOSTLY_F16,
           "Q8_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0,
           "Q4_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0}

# chunks, unified and workers: only for W. `workers` contexts run side by side,
# each with its share of the threads.
Setup = namedtuple("Setup", "format flash ubatch chunks unified workers",
                   defaults=(1, True, 1))


def describe(workload, setup):
    words = [setup.format, "flash" if setup.flash else "no flash",
             f"ubatch {setup.ubatch}"]
    if workload == "w":
        words += [f"{setup.chunks} chunks", "unified" if setup.unified else "streams"]
        if setup.workers > 1:
            words.append(f"{setup.workers} contexts")
    return ", ".join(words)


@llama_cpp.llama_log_callback
def quiet(_level, _text, _data):
    """Discards llama.cpp's log."""


class Context:
    """A context of a model, and batches for it."""

    def __init__(self, model, setup, cells, sequences, threads):
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = cells
        params.n_batch = LOGICAL_BATCH
        params.n_ubatch = setup.ubatch
        params.n_seq_max = sequences
        params.n_outputs_max = SEQUENCES
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = int(setup.flash)
        params.kv_unified = setup.unified
        self.context = llama_cpp.llama_init_from_model(model, params)
        if not self.context:
            sys.exit("llama.cpp cannot make a context")
        self.memory = llama_cpp.llama_get_memory(self.context)
        self.batch = llama_cpp.llama_batch_init(LOGICAL_BATCH, 0, 1)
        self.run([(0, 0, 32)], every=False)  # Warm-up.
        llama_cpp.llama_memory_clear(self.memory, True)

    def run(self, pieces, every):
        """Runs pieces (sequence, first position, tokens); the logits of all
        tokens, or of each piece's last one."""
        batch, n = self.batch, 0
        for sequence, start, count in pieces:
            for i in range(count):
                # Any tokens will do, as long as they differ like those of text.
                batch.token[n] = 100 + (7919 * (start + i) + 31 * sequence) % 20000
                batch.pos[n] = start + i
                batch.n_seq_id[n] = 1
                batch.seq_id[n][0] = sequence
                batch.logits[n] = every or i == count - 1
                n += 1
        batch.n_tokens = n
        status = llama_cpp.llama_decode(self.context, batch)
        if status != 0:
            sys.exit(f"llama_decode returned {status}")
        llama_cpp.llama_synchronize(self.context)

    def share(self, source, target):
        llama_cpp.llama_memory_seq_cp(self.memory, source, target, -1, -1)

    def cut(self, sequence, length):
        llama_cpp.llama_memory_seq_rm(self.memory, sequence, length, -1)

    def close(self):
        llama_cpp.llama_batch_free(self.batch)
        llama_cpp.llama_free(self.context)


def prefill(model, setup, threads):
    """Tokens per second of one prompt."""
    context = Context(model, setup, PROMPT + 256, 1, threads)
    began = time.perf_counter()
    context.run([(0, 0, PROMPT)], every=False)
    seconds = time.perf_counter() - began
    context.close()
    return PROMPT / seconds


def decode(model, setup, threads):
    """Tokens per second of 64 sequences on one prefix."""
    cells = PROMPT + SEQUENCES * DECODE_STEPS + 256
    context = Context(model, setup, cells, SEQUENCES, threads)
    context.run([(0, 0, PROMPT)], every=False)
    for sequence in range(1, SEQUENCES):
        context.share(0, sequence)
    began = time.perf_counter()
    for step in range(DECODE_STEPS):
        context.run([(s, PROMPT + step, 1) for s in range(SEQUENCES)], every=True)
    seconds = time.perf_counter() - began
    context.close()
    return SEQUENCES * DECODE_STEPS / seconds


def run_chunks(context, chunks):
    """The prefix retained, generations in one batch, verifications in another."""
    sequences = range(chunks * BRANCHES)
    for chunk in range(chunks):
        context.run([(chunk * BRANCHES, 0, CHUNK)], every=False)
    for s in sequences:
        if s % BRANCHES:
            context.share(s - s % BRANCHES, s)
    context.run([(s, CHUNK, INSTRUCTION) for s in sequences], every=False)
    for i in range(REPLY - 1):
        context.run([(s, CHUNK + INSTRUCTION + i, 1) for s in sequences], every=True)
    for s in sequences:
        context.cut(s, CHUNK)
    context.run([(s, CHUNK, VERIFICATION) for s in sequences], every=False)


def workload_w(model, setup, threads):
    """Seconds per chunk of W."""
    count = setup.chunks * BRANCHES
    cells = setup.chunks * 1536 if setup.unified else count * 1280
    contexts = [Context(model, setup, cells, count, max(1, threads // setup.workers))
                for _ in range(setup.workers)]
    workers = [threading.Thread(target=run_chunks, args=(context, setup.chunks))
               for context in contexts]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - began
    for context in contexts:
        context.close()
    return seconds / (setup.chunks * setup.workers)


RUN = {"prefill": prefill, "decode": decode, "w": workload_w}


def better(workload):
    """Sorts the best first."""
    return (lambda value: value) if workload == "w" else (lambda value: -value)


def make_format(source, name, cache):
    """The path of `source` in another format, made unless it is in the cache."""
    os.makedirs(cache, exist_ok=True)
    stem = os.path.splitext(os.path.basename(source))[0]
    path = os.path.join(cache, f"{stem}-as-{name.lower()}.gguf")
    if not os.path.exists(path):
        params = llama_cpp.llama_model_quantize_default_params()
        params.ftype = FORMATS[name]
        params.allow_requantize = True
        status = llama_cpp.llama_model_quantize(
            source.encode(), (path + ".part").encode(), ctypes.byref(params))
        if status != 0:
            sys.exit(f"llama.cpp cannot make {name} of {source}")
        os.rename(path + ".part", path)
    return path


def load_models(args):
    paths = {"as it is": args.model}
    formats = args.formats.split(",") if args.formats else (
        list(FORMATS) if os.path.getsize(args.model) < SMALL_FILE else ["Q4_0"])
    for name in formats if formats != ["none"] else []:
        paths[name] = make_format(args.model, name, args.cache)
    models = {}
    for name, path in paths.items():
        model = llama_cpp.llama_model_load_from_file(
            path.encode(), llama_cpp.llama_model_default_params())
        if not model:
            sys.exit(f"llama.cpp cannot load {path}")
        models[name] = model
    return models


def setups_of(workload, formats, threads):
    if workload != "w":
        return [Setup(*x) for x in itertools.product(formats, (False, True), (256, 512))]
    shapes = [(1, True, 1), (4, True, 1), (4, False, 1)]
    if threads > 1:
        shapes.append((1, True, threads))
    return [Setup(f, flash, 256, *shape)
            for f, flash, shape in itertools.product(formats, (False, True), shapes)]


def screen(workload, models, formats, args):
    """Tries every setup once; returns the best, best first."""
    tried = []
    for setup in setups_of(workload, formats, args.threads):
        value = RUN[workload](models[setup.format], setup, args.threads)
        tried.append((value, setup))
        print(f"  {workload}: {describe(workload, setup)}: {value:.1f}", flush=True)
    tried.sort(key=lambda pair: better(workload)(pair[0]))
    return [setup for _, setup in tried[:args.keep]]


def run_quipu(args, workload, math):
    command = [args.bench, "--model", args.model, "--workload", workload, "--math", math,
               "--repeats", "1", "--threads", str(args.threads), "--json"]
    if workload == "w":
        command += ["--chunks", str(args.chunks), "--in-flight", str(args.in_flight)]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True).stdout
    result = json.loads(out.strip().splitlines()[-1])
    return result["seconds" if workload == "w" else "tokens_per_s"], result


def measure(workload, models, setups, args):
    """Runs both in turns; returns the report."""
    theirs = {setup: [] for setup in setups}
    ours = {math: [] for math in args.maths.split(",")}
    details = {}
    for _ in range(args.rounds):
        for setup in setups:
            theirs[setup].append(RUN[workload](models[setup.format], setup, args.threads))
        for math in ours:
            value, details[math] = run_quipu(args, workload, math)
            ours[math].append(value)
    peer, values = min(theirs.items(),
                       key=lambda item: better(workload)(statistics.median(item[1])))
    report = {"unit": "s/chunk" if workload == "w" else "tokens/s",
              "llama_cpp": summary(values), "llama_cpp_setup": describe(workload, peer)}
    for math, values in ours.items():
        ratio = statistics.median(values) / report["llama_cpp"]["median"]
        report[math] = {**summary(values), "ratio": 1 / ratio if workload == "w" else ratio,
                        "last": details[math]}
    return report


def summary(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def print_table(reports, args):
    def cell(entry):
        return f"{entry['median']:.2f} ({entry['least']:.2f} to {entry['most']:.2f})"
    print(f"\nllama-cpp-python {llama_cpp.__version__}, {args.rounds} rounds, "
          f"{args.threads} threads, {os.path.basename(args.model)}; ratios above 1: "
          "quipu is faster")
    for workload, report in reports.items():
        print(f"{workload} ({report['unit']})")
        print(f"  llama.cpp     {cell(report['llama_cpp'])}  [{report['llama_cpp_setup']}]")
        for math in args.maths.split(","):
            print(f"  quipu {math:<7} {cell(report[math])}  ratio {report[math]['ratio']:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--workloads", default="prefill,decode,w")
    parser.add_argument("--maths", default="float,int8")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=int, default=2,
                        help="setups of llama.cpp that run in every round")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--formats", help="some of F16,Q8_0,Q4_0, in addition to the file's own, or none; "
                        "all for small files, Q4_0 for others")
    parser.add_argument("--chunks", type=int, default=16, help="chunks in one run of quipu's W")
    parser.add_argument("--in-flight", type=int, default=8)
    parser.add_argument("--cache", default=".cache/bench")
    parser.add_argument("--bench", default="bazel-bin/tests/bench/engine_bench")
    args = parser.parse_args()
    llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    models = load_models(args)
    reports, leaders = {}, []
    for workload in args.workloads.split(","):
        # W takes long: try it only with the best setups of the others.
        formats = leaders if workload == "w" and leaders else list(models)
        setups = screen(workload, models, formats, args)
        if setups[0].format not in leaders:
            leaders.append(setups[0].format)
        reports[workload] = measure(workload, models, setups, args)
    print_table(reports, args)
    print(json.dumps({"model": os.path.basename(args.model), "threads": args.threads,
                      "llama_cpp_python": llama_cpp.__version__, "rounds": args.rounds,
                      "workloads": reports}))


if __name__ == "__main__":
    main()
