#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# dolma's "tokens" writes ids above 65,535 modulo 65,536, the end token among them: text becomes other text, and documents
# have no border.
#
# Guess: the integers of a token file are as wide as the tokenizer's vocabulary needs, or the command refuses an id that does
# not fit.
# Seen (dolma 1.0.8, numpy 2.4.6): they have 16 bits whatever the tokenizer is, unless --dtype says uint32; a cast wraps
# larger ids, and the exit status is 0. Qwen's and Llama 3's vocabularies have 152,000 and 128,000 tokens, the
# control tokens last. Of a vocabulary of 70,002 words w66000 reads as w464, and the end token, 70,000, as w4464.
# A reader such as OLMo-core's, which finds documents by their end token, finds none.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" dolma==1.0.8 numpy==2.4.6
cd "$work"
TMPDIR="$work" HF_HUB_OFFLINE=1 "$work/venv/bin/python" - <<'PYTHON'
import gzip
import json
import subprocess
import sys

import numpy
from tokenizers import Tokenizer, models, pre_tokenizers

WORDS = 70000
END, UNKNOWN = WORDS, WORDS + 1
vocabulary = {f"w{word}": word for word in range(WORDS)} | {"<end>": END, "<unknown>": UNKNOWN}
tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unknown>"))
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer.add_special_tokens(["<end>"])
tokenizer.save("tokenizer.json")
DOCUMENTS = [[word, word + 1000, 66000 + word] for word in range(20)]
with gzip.open("documents.json.gz", "wt") as file:
    for number, words in enumerate(DOCUMENTS):
        text = " ".join(f"w{word}" for word in words)
        file.write(json.dumps({"id": str(number), "text": text, "source": "x"}) + "\n")


def tokens(name, *options):
    """The documents of the file that dolma writes: lists of ids that end with the last id of the first one."""
    command = ["venv/bin/dolma", "tokens", "--documents", "documents.json.gz", "--destination", name, "--processes", "1",
               "--tokenizer.name_or_path", "tokenizer.json", "--tokenizer.eos_token_id", str(END), *options]
    run = subprocess.run(command, capture_output=True, text=True)
    ids = numpy.fromfile(f"{name}/part-0-00000.npy", dtype=options[-1] if options else "uint16").tolist()
    said = any(word in run.stdout + run.stderr for word in ("overflow", "too large", "out of bounds", "not fit"))
    print(f"{name}: exit status {run.returncode}, {len(ids)} tokens, largest {max(ids)}; the first ones {ids[:8]}; "
          f"end tokens: {ids.count(END)}; a word of it: {said}")
    return ids, run.returncode == 0 and not said


whole, _ = tokens("uint32", "--dtype", "uint32")
wrapped, silent = tokens("default")
same = silent and sorted(whole) == sorted(sum(DOCUMENTS, []) + [END] * len(DOCUMENTS))
same &= sorted(wrapped) == sorted(token % 65536 for token in whole) and wrapped.count(END % 65536) == len(DOCUMENTS)
sys.exit(0 if same else "dolma does something else now")
PYTHON
