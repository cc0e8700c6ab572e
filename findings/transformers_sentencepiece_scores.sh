#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# transformers 5 reads the pieces of a SentencePiece model and not their scores: where spaces follow
# each other, Mistral's tokenizer.model gives other tokens than sentencepiece.
#
# Guess: LlamaTokenizer of a folder with a tokenizer.model gives the ids of sentencepiece, which made the
# file and whose ids the model was trained with.
# Seen (transformers 5.23.0, sentencepiece 0.2.3, the model files in mistral-common 1.13.1): it joins pieces
# in the order of their ids. In these files runs of spaces have the first ids of all and the last score of
# all, -1e9, so that they are joined first instead of last: "if a:\n    return b" has the tokens
# "▁▁▁▁", "return" where sentencepiece has "▁▁▁", "▁return". 11 of 12 of Python's help texts, which are
# indented, become other ids; with single spaces none does. There is no warning, and
# save_pretrained writes the merges into tokenizer.json, from where other readers take them. transformers
# 4.57.6 reads the scores and agrees with sentencepiece in every text.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cat >"$work/compare.py" <<'PYTHON'
import os
import pydoc_data.topics
import shutil
import sys

import mistral_common
import sentencepiece
import transformers

WORK, KIND = sys.argv[1:]
MODELS = os.path.dirname(mistral_common.__file__) + "/data/"
INDENTED = list(pydoc_data.topics.topics.values())[:12]
SINGLE = [" ".join(text.split()) for text in INDENTED]
CODE = "if a:\n    return b"


def differ(model):
    """How many texts have other ids: indented, with single spaces, and indented after a round trip by a file."""
    folder = f"{WORK}/{KIND}-{model}"
    os.makedirs(folder)
    shutil.copy(MODELS + model, folder + "/tokenizer.model")
    known = sentencepiece.SentencePieceProcessor(model_file=MODELS + model)
    tok = transformers.LlamaTokenizerFast.from_pretrained(folder)
    tok.save_pretrained(folder + "/saved")
    saved = transformers.PreTrainedTokenizerFast.from_pretrained(folder + "/saved")

    def count(tok, texts):
        return sum(tok.encode(text, add_special_tokens=False) != known.encode(text) for text in texts)

    print(f"transformers {transformers.__version__}, {model}: {tok.tokenize(CODE)}")
    print(f"sentencepiece: {known.encode(CODE, out_type=str)}")
    return count(tok, INDENTED), count(tok, SINGLE), count(saved, INDENTED)


found = [differ(model) for model in ("tokenizer.model.v1", "mistral_instruct_tokenizer_240323.model.v3")]
print(f"of {len(INDENTED)} texts other ids: indented, single spaces, indented by the saved tokenizer.json: {found}")
want = (11, 0, 11) if KIND == "5" else (0, 0, 0)
sys.exit(0 if found == [want, want] else "transformers or sentencepiece does something else now")
PYTHON
for version in 5.23.0 4.57.6; do
  python3 -m venv "$work/$version"
  "$work/$version/bin/pip" install --quiet --no-compile "transformers==$version" sentencepiece==0.2.3 \
    protobuf==7.36.2 mistral-common==1.13.1
  TRANSFORMERS_VERBOSITY=error HF_HUB_OFFLINE=1 "$work/$version/bin/python" "$work/compare.py" "$work" "${version%%.*}"
done
