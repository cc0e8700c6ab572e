#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# GPT-4's encoding, converted from tiktoken by transformers, has other tokens for numbers: "+" behind "{1,3}" is a repetition to
# tokenizers, where tiktoken has a possessive {1,3}.
#
# Guess: convert_tiktoken_to_fast gives the same ids as tiktoken, since it takes the vocabulary and the expression from there. An
# expression that two engines read without an error means the same.
# Seen (tokenizers 0.23.3, transformers 5.23.0, tiktoken 0.14.0): cl100k_base says \p{N}{1,3}+ today, which cuts 1234567
# in 123, 456 and 7. tokenizers uses Oniguruma with Ruby's syntax, where ++, *+ and ?+ are possessive and {n,m}+ is not:
# 1234567 is one piece, which the merges cut, and not in threes from the left: 141, 592, 65 become 14, 159, 265. So
# dates, amounts and code have ids that the model never saw there. ({n}? is another such case: "n times or not at all".) o200k_base, which
# has \p{N}{1,3}, is as guessed, and so is p50k_base. There is no warning. (Here with the expressions of the package and a small
# vocabulary, since the real one is a download.)
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile transformers==5.23.0 tokenizers==0.23.3 tiktoken==0.14.0 blobfile
HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error "$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import tiktoken
import tokenizers
from tiktoken_ext import openai_public
from transformers.integrations.tiktoken import convert_tiktoken_to_fast

WORK = sys.argv[1]
openai_public.load_tiktoken_bpe = lambda *args, **kwargs: {}  # The expressions without a download.
WORDS = [str(i) for i in range(10, 100)] + [f"{i:03}" for i in range(1000)] + ["1234", "2026", "20261130"]
VOCABULARY = {word: rank for rank, word in enumerate(
    dict.fromkeys([bytes([byte]) for byte in range(256)] + [word.encode() for word in WORDS]))}
TEXTS = ["It's 5 o'clock.\n\n  WE'LL go  \n", "in 123 days", "1234 days", "on 20261130", "pi = 3.14159265", "0x20262026"]


def split(expression, text):
    return [piece for piece, _ in tokenizers.pre_tokenizers.Split(
        tokenizers.Regex(expression), "isolated").pre_tokenize_str(text)]


same = True
for name, other in (("cl100k_base", TEXTS[2:]), ("o200k_base", []), ("p50k_base", [])):
    expression = getattr(openai_public, name)()["pat_str"]
    encoding = tiktoken.Encoding(
        "small", pat_str=expression, mergeable_ranks=VOCABULARY, special_tokens={"<|endoftext|>": len(VOCABULARY)})
    convert_tiktoken_to_fast(encoding, f"{WORK}/{name}")
    converted = tokenizers.Tokenizer.from_file(f"{WORK}/{name}/tokenizer.json")
    differ = []
    for text in TEXTS:
        ids, others = encoding.encode(text), converted.encode(text).ids
        if ids != others:
            differ.append(text)
            print(f"{name}: {text!r}: tiktoken {[encoding.decode([token]) for token in ids]}, tokenizers "
                  f"{[encoding.decode([token]) for token in others]}")
    print(f"{name}: {len(differ)} of {len(TEXTS)} texts have other ids")
    same = same and differ == other and (r"\p{N}{1,3}+" in expression) == (name == "cl100k_base")
for expression, text, want in [
        (r"\p{N}{1,3}", "1234567", ["123", "456", "7"]), (r"\p{N}{1,3}+", "1234567", ["1234567"]),
        (r"a{1,3}+a", "aaaaa", ["aaaaa"]), (r"a*+a", "aaaaa", ["aaaaa"]), (r"a++a|b", "aab", ["aa", "b"])]:
    found = split(expression, text)
    print(f"{expression} in {text}: {found}")
    same = same and found == want
sys.exit(0 if same else "these libraries do something else now")
PYTHON
