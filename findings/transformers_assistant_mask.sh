#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# An answer that is cut off on the left or begins with a space takes the assistant mask of transformers
# from all answers behind it; one that ends with a space has the rest of the row trained.
#
# Guess: apply_chat_template(return_assistant_tokens_mask=True) marks the tokens of each {% generation %}
# block that are in the row, whatever the others are.
# Seen (transformers 5.23.0, tokenizers 0.23.3): the ends of a block are looked up in the offsets of the
# tokens, and a character that has no token ends the search.
# - truncation_side="left" keeps the last question and answer of a long conversation. Where the first
#   answer's beginning is cut off, no answer is marked. (On the right side all is as guessed.)
# - processors.ByteLevel() trims offsets by default, so that a space has no token of its own or in a word.
#   An answer that begins with one is not marked, nor is any behind it. One that ends with a space,
#   before an end token outside the block, is taken for one that was truncated: all behind it is marked,
#   the next question too. With trim_offsets=False both are as guessed.
# The ids are right, and there is no warning. trl's assistant_only_loss takes this mask.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile transformers==5.23.0 tokenizers==0.23.3 jinja2==3.1.6
TRANSFORMERS_VERBOSITY=error "$work/venv/bin/python" - <<'PYTHON'
import pydoc_data.topics
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers, decoders
from transformers import PreTrainedTokenizerFast

# Whether the end token is trained differs between published templates; both kinds are here.
HEAD = "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% generation %}{{ m.content"
TAIL = "{% else %}{{ m.content }}<|im_end|>{% endif %}{{ '\\n' }}{% endfor %}"
END_INSIDE = HEAD + " + '<|im_end|>' }}{% endgeneration %}" + TAIL
END_OUTSIDE = HEAD + " }}{% endgeneration %}<|im_end|>" + TAIL


def tokenizer(**options):
    """A byte-level BPE trained on Python's own help texts."""
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    tok.post_processor = processors.ByteLevel(**options)
    trainer = trainers.BpeTrainer(vocab_size=2000, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  special_tokens=["<|im_start|>", "<|im_end|>"])
    tok.train_from_iterator(pydoc_data.topics.topics.values(), trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tok)


def trained(tok, template, answers, **options):
    """The text whose tokens the mask has as 1."""
    messages = []
    for answer in answers:
        messages += [{"role": "user", "content": "What is a list?"}, {"role": "assistant", "content": answer}]
    row = tok.apply_chat_template(messages, chat_template=template, return_dict=True,
                                  return_assistant_tokens_mask=True, **options)
    return tok.decode([i for i, m in zip(row["input_ids"], row["assistant_masks"]) if m])


default, untrimmed = tokenizer(), tokenizer(trim_offsets=False)
answers = ["A list is a sequence of objects.", "Yes."]
left = tokenizer(trim_offsets=False)
left.truncation_side = "left"
found = {
    "all": trained(default, END_INSIDE, answers),
    "left, first answer whole": trained(left, END_INSIDE, answers, truncation=True, max_length=36),
    "left, first answer cut": trained(left, END_INSIDE, answers, truncation=True, max_length=28),
    "space before": trained(default, END_INSIDE, [" A list.", "Yes."]),
    "space before, not trimmed": trained(untrimmed, END_INSIDE, [" A list.", "Yes."]),
    "space behind": trained(default, END_OUTSIDE, ["A list. ", "Yes."]),
    "space behind, not trimmed": trained(untrimmed, END_OUTSIDE, ["A list. ", "Yes."]),
}
BOTH = "A list is a sequence of objects.<|im_end|>Yes.<|im_end|>"
WANT = {
    "all": BOTH,
    "left, first answer whole": BOTH,
    "left, first answer cut": "",
    "space before": "",
    "space before, not trimmed": " A list.<|im_end|>Yes.<|im_end|>",
    "space behind": "A list. <|im_end|>\n<|im_start|>user\nWhat is a list?<|im_end|>\n"
                    "<|im_start|>assistant\nYes.<|im_end|>\n",
    "space behind, not trimmed": "A list. Yes.",
}
for case, text in found.items():
    print(f"{case}: {text!r}")
sys.exit(0 if found == WANT else "transformers does something else now")
PYTHON
