# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Loads train.yaml of sharegpt, alpaca and llamafactory-tokens with LLaMA-Factory's own
loader, and compares the tokens with quipu's; of the last, labels too.

  python check_llamafactory.py EXPORT TOKENIZER_DIR
"""

import os
import sys
import tempfile

import yaml
from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
from llamafactory.hparams import get_train_args
from llamafactory.model import load_tokenizer

import common


def load(folder, tokenizer_dir, out):
    os.chdir(folder)
    with open("train.yaml", encoding="utf-8") as file:
        settings = yaml.safe_load(file)
    settings.update(model_name_or_path=tokenizer_dir, output_dir=out, use_cpu=True, bf16=False,
                    overwrite_cache=True, do_train=True, report_to="none")
    settings.setdefault("template", "empty")
    model_args, data_args, training_args, _, _ = get_train_args(settings)
    tokenizer_module = load_tokenizer(model_args)
    template = get_template_and_fix_tokenizer(tokenizer_module["tokenizer"], data_args)
    return get_dataset(template, model_args, data_args, training_args, stage="sft",
                       **tokenizer_module)["train_dataset"]


def main():
    export, tokenizer_dir = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    want = {tuple(row["input_ids"]): row["labels"] for row in common.conversations(export)}
    failed = False
    for name in ("sharegpt", "alpaca"):
        with tempfile.TemporaryDirectory() as out:
            data = load(os.path.join(export, name), tokenizer_dir, out)
        rows = [row for row in data]
        same = sum(tuple(row["input_ids"]) in want for row in rows)
        print(f"llamafactory: {name}: tokens of {same} of {len(rows)} rows equal")
        failed |= same < len(rows) or not rows
    folder = os.path.join(export, "llamafactory-tokens")
    if os.path.isdir(folder):  # Not in a build without Apache Arrow.
        with tempfile.TemporaryDirectory() as out:
            rows = list(load(folder, tokenizer_dir, out))
        common.expect_same("llamafactory-tokens", rows, common.conversations(export))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
