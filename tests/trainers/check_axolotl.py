# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Loads axolotl-tokens/axolotl.yaml and axolotl-segments/axolotl.yaml with Axolotl's own
loader, and compares tokens and labels with quipu's.

  python check_axolotl.py EXPORT TOKENIZER_DIR
"""

import os
import sys

import transformers
import yaml
from axolotl.utils.data import sft
from axolotl.utils.dict import DictDefault

import common


def load(folder, tokenizer):
    os.chdir(folder)
    with open("axolotl.yaml", encoding="utf-8") as file:
        cfg = DictDefault(yaml.safe_load(file))
    cfg.train_on_inputs = False
    cfg.dataset_processes = 1
    rows = []
    for entry in cfg.datasets:
        data, _ = sft._load_and_process_single_dataset(
            dataset_config=entry, cfg=cfg, tokenizer=tokenizer, split="train", seed=1)
        rows.extend(data)
    return rows


def main():
    export = os.path.abspath(sys.argv[1])
    tokenizer = transformers.AutoTokenizer.from_pretrained(os.path.abspath(sys.argv[2]))
    want = common.conversations(export)
    rows = load(os.path.join(export, "axolotl-tokens"), tokenizer)
    common.expect_same("axolotl-tokens", rows, want)
    rows = load(os.path.join(export, "axolotl-segments"), tokenizer)
    by_ids = {tuple(row["input_ids"]): row["labels"] for row in want}
    same = sum(by_ids.get(tuple(row["input_ids"])) == list(row["labels"]) for row in rows)
    print(f"axolotl-segments: tokens and labels of {same} of {len(rows)} rows equal")
    sys.exit(0 if rows and same == len(rows) else 1)


if __name__ == "__main__":
    main()
