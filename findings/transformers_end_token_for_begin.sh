#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# add_eos_token=True takes the begin token away in transformers 5, and all else that tokenizer.json adds.
#
# Guess: AutoTokenizer.from_pretrained(folder, add_eos_token=True), for texts that are packed into one
# stream, adds the end token to what the tokenizer adds anyway.
# Seen (transformers 5.23.0, tokenizers 0.23.3): the option, with either value, replaces the whole
# post-processor of tokenizer.json by one that knows add_bos_token and add_eos_token alone, both False unless
# given. A tokenizer as Llama 3's, which begins each text with <|begin_of_text|>, no longer does; one as
# GLM's loses [gMASK] and <sop>; add_eos_token=False loses them too. It is the same when the option is set
# later (tok.add_eos_token = True). With add_bos_token=True beside it, both tokens are there.
# save_pretrained writes the loss into tokenizer.json, and then tokenizers has it too. There is no warning.
# In the file tokenizer_config.json both options are without effect.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile transformers==5.23.0 tokenizers==0.23.3
TRANSFORMERS_VERBOSITY=warning HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import json
import os
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import AutoTokenizer

WORK = sys.argv[1]
SPECIAL = ["<begin>", "<end>", "[gMASK]", "<sop>"]


def folder(name, template, **config):
    """A tokenizer of whole words whose post-processor is this template."""
    tok = Tokenizer(models.WordLevel({"a": 0, "row": 1}, unk_token="a"))
    tok.pre_tokenizer = pre_tokenizers.Whitespace()
    tok.add_special_tokens(SPECIAL)
    ids = [(token, tok.token_to_id(token)) for token in SPECIAL if token in template]
    tok.post_processor = processors.TemplateProcessing(single=template, special_tokens=ids)
    path = f"{WORK}/{name}"
    os.makedirs(path)
    tok.save(path + "/tokenizer.json")
    config |= {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<begin>", "eos_token": "<end>"}
    with open(path + "/tokenizer_config.json", "w") as file:
        json.dump(config, file)
    return path


def tokens(path, later=False, **options):
    """By transformers; by tokenizers; by tokenizers after transformers saved it."""
    read = Tokenizer.from_file(path + "/tokenizer.json").encode("a row").tokens
    tok = AutoTokenizer.from_pretrained(path, **options)
    if later:
        tok.add_eos_token = True
    tok.save_pretrained(path + "/saved")
    saved = Tokenizer.from_file(path + "/saved/tokenizer.json").encode("a row").tokens
    return [" ".join(row) for row in (tok.convert_ids_to_tokens(tok("a row")["input_ids"]), read, saved)]


BEGIN, GLM = "<begin> $A", "[gMASK] <sop> $A"
found = {
    "begin": tokens(folder("1", BEGIN)),
    "begin, add_eos_token=True": tokens(folder("2", BEGIN), add_eos_token=True),
    "begin, set later": tokens(folder("3", BEGIN), later=True),
    "begin, both True": tokens(folder("4", BEGIN), add_eos_token=True, add_bos_token=True),
    "begin, add_eos_token=False": tokens(folder("5", BEGIN), add_eos_token=False),
    "prefix, add_eos_token=True": tokens(folder("6", GLM), add_eos_token=True),
    "begin, both in the config": tokens(folder("7", BEGIN, add_bos_token=False, add_eos_token=True)),
}
for case, rows in found.items():
    print(f"{case}: transformers {rows[0]!r}, tokenizers {rows[1]!r}, saved again {rows[2]!r}")
WANT = {
    "begin": ["<begin> a row"] * 3,
    "begin, add_eos_token=True": ["a row <end>", "<begin> a row", "a row <end>"],
    "begin, set later": ["a row <end>", "<begin> a row", "a row <end>"],
    "begin, both True": ["<begin> a row <end>", "<begin> a row", "<begin> a row <end>"],
    "begin, add_eos_token=False": ["a row", "<begin> a row", "a row"],
    "prefix, add_eos_token=True": ["a row <end>", "[gMASK] <sop> a row", "a row <end>"],
    "begin, both in the config": ["<begin> a row"] * 3,
}
sys.exit(0 if found == WANT else "transformers does something else now")
PYTHON
