#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# A tokenizer of transformers that was once called with truncation=True saves that: tokenizers and
# datatrove then cut every document.
#
# Guess: truncation=True, max_length=512 is of one call. What save_pretrained writes is the tokenizer as
# it was loaded.
# Seen (transformers 5.23.0, tokenizers 0.23.3, datatrove 0.10.1): the call leaves the limit in the
# tokenizer, and tokenizer.json gets it, so each checkpoint of a run whose rows were cut has it.
# transformers does not notice, since it sets or clears the limit at each call, even when it saves the
# file again, limit and all. tokenizers.Tokenizer.from_file, and what is built on it, obeys
# the file: datatrove's DocumentTokenizer writes 512 tokens of each document and its TokensCounter
# counts 512, with exit status 0 and no warning.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile transformers==5.23.0 tokenizers==0.23.3 datatrove==0.10.1
TRANSFORMERS_VERBOSITY=error HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import os
import pydoc_data.topics
import sys

from datatrove.data import Document
from datatrove.pipeline.tokens import DocumentTokenizer, TokensCounter
from loguru import logger
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

logger.remove()
WORK = sys.argv[1]
TEXTS = pydoc_data.topics.topics
tok = Tokenizer(models.BPE())
tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tok.train_from_iterator(TEXTS.values(), trainers.BpeTrainer(
    vocab_size=2000, show_progress=False, special_tokens=["<|end|>"],
    initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
tok = PreTrainedTokenizerFast(tokenizer_object=tok, eos_token="<|end|>")
tok.save_pretrained(WORK + "/loaded")
tok("A row of the training data.", truncation=True, max_length=512)
tok.save_pretrained(WORK + "/trained")
AutoTokenizer.from_pretrained(WORK + "/trained").save_pretrained(WORK + "/saved again")

document = TEXTS["class"] + TEXTS["specialnames"]
whole = len(tok(document)["input_ids"])


def lengths(name):
    """Tokens of the document by each reader of that tokenizer."""
    path = f"{WORK}/{name}/tokenizer.json"
    counted = next(TokensCounter(path).run(iter([Document(text=document, id="1")]))).metadata
    DocumentTokenizer(f"{WORK}/{name}/ds", tokenizer_name_or_path=path, eos_token="<|end|>",
                      shuffle_documents=False, save_final_metadata=False).run(
        iter([Document(text=document, id="1")]))
    written = os.path.getsize(f"{WORK}/{name}/ds/00000_unshuffled.ds") // 2  # uint16
    return {
        "transformers": len(AutoTokenizer.from_pretrained(f"{WORK}/{name}")(document)["input_ids"]),
        "tokenizers": len(Tokenizer.from_file(path).encode(document).ids),
        "datatrove counts": counted["token_count"],
        "datatrove writes": written,
    }


found = {name: lengths(name) for name in ("loaded", "trained", "saved again")}
WANT = {"loaded": [whole, whole, whole, whole + 1], "trained": [whole, 512, 512, 512]}
WANT["saved again"] = WANT["trained"]  # The end token that datatrove adds is within the limit.
for name, counts in found.items():
    print(f"{name}: {counts}")
same = whole > 2000 and {name: list(counts.values()) for name, counts in found.items()} == WANT
sys.exit(0 if same else "these libraries do something else now")
PYTHON
