#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Compares the logits of whole quantised files with llama.cpp's, token by token.

  pip install llama-cpp-python==0.3.36 gguf numpy
  bazel build //tests/models:greedy
  tests/models/compare_quantised.py MODEL.gguf TEXT [--type Q2_K --type IQ4_XS ...] [--out DIR]

llama.cpp quantises MODEL to each type (a file that is quantised already is dequantised for it: good
for a test of reading, not for quality), tokenises the beginning of TEXT and computes the logits of each
token. quipu reads the same file and computes them in 32-bit floats and with 8-bit activations.
llama.cpp rounds activations to 8 bits too, in blocks of its own, so neither of the two is nearer to
it than rounding allows: the file MODEL itself, with the same figures, is what to compare with. What
transformers makes of the same weights is in run.sh.

Printed of each: what the file's matrices are, the share of tokens whose likeliest next token is the
same, the Kullback-Leibler divergence, and the perplexity of the text. The first tokens are apart:
llama.cpp differs most there, in any file. Exit status 1 if a mean divergence of the others is above
--limit.
"""

import argparse
import collections
import ctypes
import os
import subprocess
import sys
import tempfile

import gguf
import llama_cpp
import numpy as np

BEGINNING = 4
GREEDY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../bazel-bin/tests/models/greedy")


@llama_cpp.llama_log_callback
def quiet(_level, _text, _data):
    """Discards llama.cpp's log."""


def quantise(source, name, path):
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{name}")
    params.allow_requantize = True
    status = llama_cpp.llama_model_quantize(source.encode(), path.encode(), ctypes.byref(params))
    if status != 0:
        sys.exit(f"compare_quantised.py: llama.cpp cannot make {name} of {source}")


def types_of(path):
    """How many matrices have each type."""
    counts = collections.Counter(t.tensor_type.name for t in gguf.GGUFReader(path).tensors
                                 if len(t.shape) > 1)
    return ", ".join(f"{count} {name}" for name, count in counts.most_common())


def tokens_and_logits(path, text, count):
    """The first tokens of the text, and llama.cpp's logits after each."""
    model = llama_cpp.Llama(path, n_ctx=count, n_batch=count, n_ubatch=count, logits_all=True,
                            verbose=False)
    tokens = model.tokenize(text.encode(), add_bos=True)[:count]
    if len(tokens) < count:
        sys.exit(f"compare_quantised.py: the text has {len(tokens)} tokens, want {count}")
    model.eval(tokens)
    logits = np.array(model.scores[:count], dtype=np.float32)
    model.close()
    return tokens, logits


def quipu_logits(greedy, path, tokens, arithmetic):
    with tempfile.TemporaryDirectory() as work:
        prompt, logits = os.path.join(work, "tokens"), os.path.join(work, "logits")
        np.array(tokens, dtype=np.int32).tofile(prompt)
        subprocess.run([greedy, path, prompt, "0", logits, arithmetic], check=True,
                       stdout=subprocess.DEVNULL)
        return np.fromfile(logits, dtype=np.float32).reshape(len(tokens), -1)


def log_probs(logits):
    logits = logits.astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def perplexity(logs, tokens):
    return np.exp(-np.mean(logs[np.arange(len(tokens) - 1), tokens[1:]]))


def compare(path, args):
    """Prints a line for each arithmetic; the largest mean divergence."""
    with open(args.text, encoding="utf-8") as file:
        text = file.read(20 * args.tokens)
    tokens, logits = tokens_and_logits(path, text, args.tokens)
    theirs = log_probs(logits)
    print(f"{os.path.basename(path)}, {os.path.getsize(path) / 1e6:.0f} MB: {types_of(path)}; "
          f"{len(tokens)} tokens, perplexity of llama.cpp {perplexity(theirs, tokens):.3f}")
    worst, ours = 0.0, {}
    for name in ("float", "int8"):
        ours[name] = log_probs(quipu_logits(args.greedy, path, tokens, name))
        pairs = [(f"quipu {name} and llama.cpp", theirs, ours[name])]
        if name == "int8":
            pairs.append(("quipu float and int8", ours["float"], ours["int8"]))
        for title, a, b in pairs:
            divergence = (np.exp(a) * (a - b)).sum(axis=1)
            same = np.mean(a.argmax(axis=1) == b.argmax(axis=1))
            begin, rest = divergence[:BEGINNING], divergence[BEGINNING:]
            print(f"  {title}: likeliest token the same {100 * same:.1f} %; largest divergence of the "
                  f"first {BEGINNING} tokens {begin.max():.4f}, of the others: mean {rest.mean():.5f}, "
                  f"largest {rest.max():.4f}; perplexity {perplexity(b, tokens):.3f}", flush=True)
            worst = max(worst, rest.mean())
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("text")
    parser.add_argument("--type", action="append", help="Q2_K, IQ4_XS and others of llama.cpp")
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--limit", type=float, default=0.02)
    parser.add_argument("--out", help="keeps the files there")
    parser.add_argument("--greedy", default=GREEDY)
    args = parser.parse_args()
    llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
    worst = compare(args.model, args)
    with tempfile.TemporaryDirectory() as work:
        out = args.out or work
        os.makedirs(out, exist_ok=True)
        for name in args.type or ["Q2_K", "IQ4_XS"]:
            stem = os.path.splitext(os.path.basename(args.model))[0]
            path = os.path.join(out, f"{stem}-as-{name.lower()}.gguf")
            quantise(args.model, name, path)
            worst = max(worst, compare(path, args))
    sys.exit(0 if worst <= args.limit else 1)


if __name__ == "__main__":
    main()
