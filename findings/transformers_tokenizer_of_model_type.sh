#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# transformers 5 takes the tokenizer's rules from the type of the model beside it: in a folder with a
# Qwen2 model, a tokenizer of one's own comes back with the rules of Qwen2, and the ids are others.
#
# Guess: AutoTokenizer gives the ids of tokenizer.json. It is what save_pretrained wrote, with
# "tokenizer_class": "TokenizersBackend", the class that has no rules of its own.
# Seen (transformers 5.23.0, tokenizers 0.23.3): AutoTokenizer holds the class of a Qwen2 model's
# folder for wrong, whichever it is, and builds a Qwen2Tokenizer. That takes vocabulary and merges from
# tokenizer.json and leaves its normalizer and pre-tokenizer: numbers become single digits, accents
# are composed. So a model that was trained with numbers in threes reads others from its own
# checkpoint, without a warning. The folder without config.json, or with that of a Llama, a Mistral or a
# Qwen3, is as guessed; tokenizers reads all of them alike. To save what AutoTokenizer
# gave writes the rules of Qwen2 into tokenizer.json, and then every library has them.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile transformers==5.23.0 tokenizers==0.23.3
TRANSFORMERS_VERBOSITY=warning HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import pydoc_data.topics
import sys

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoTokenizer, PreTrainedTokenizerFast

WORK = sys.argv[1]
NUMBERS_IN_THREES = r"\p{N}{1,3}| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
TEXT = "On page 12345, cafe\u0301."

tok = Tokenizer(models.BPE())
tok.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(Regex(NUMBERS_IN_THREES), "isolated"),
    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
tok.decoder = decoders.ByteLevel()
texts = list(pydoc_data.topics.topics.values())[:8] + [f"{n:03} " * 4 for n in range(1000)]
tok.train_from_iterator(texts, trainers.BpeTrainer(
    vocab_size=2000, show_progress=False, special_tokens=["<|end|>"],
    initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
own = PreTrainedTokenizerFast(tokenizer_object=tok, eos_token="<|end|>")
trained = own(TEXT)["input_ids"]

found = {}
for model in ("none", "llama", "mistral", "qwen3", "qwen2"):
    folder = f"{WORK}/{model}"
    own.save_pretrained(folder)
    if model != "none":
        AutoConfig.for_model(model).save_pretrained(folder)
    auto = AutoTokenizer.from_pretrained(folder)
    read = Tokenizer.from_file(folder + "/tokenizer.json").encode(TEXT).ids
    auto.save_pretrained(folder)
    again = Tokenizer.from_file(folder + "/tokenizer.json").encode(TEXT).ids
    ids = auto(TEXT)["input_ids"]
    found[model] = (type(auto).__name__, ids == trained, read == trained, again == trained)
    print(f"model: {model}: {type(auto).__name__}, {len(ids)} tokens, {auto.convert_ids_to_tokens(ids)}")

print(f"trained with: {len(trained)} tokens; tokenizers, from the folder saved again: {len(again)}")
WANT = {model: ("TokenizersBackend", True, True, True) for model in ("none", "llama", "mistral", "qwen3")}
WANT["qwen2"] = ("Qwen2Tokenizer", False, True, False)
print(found)
sys.exit(0 if found == WANT else "transformers does something else now")
PYTHON
