# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Reads torchtune/dataset.yaml and makes its data set, and compares with quipu's rows: tokens
are equal up to the last end of turn, behind which torchtune's template writes nothing.

  python check_torchtune.py EXPORT TOKENIZER_DIR
"""

import os
import sys

import yaml
from torchtune.datasets import chat_dataset
from torchtune.models.qwen2_5 import qwen2_5_tokenizer

import common


def main():
    export, tokenizer_dir = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    tokenizer = qwen2_5_tokenizer(path=os.path.join(tokenizer_dir, "vocab.json"),
                                  merges_file=os.path.join(tokenizer_dir, "merges.txt"))
    os.chdir(os.path.join(export, "torchtune"))
    with open("dataset.yaml", encoding="utf-8") as file:
        settings = yaml.safe_load(file)["dataset"]
    assert settings.pop("_component_") == "torchtune.datasets.chat_dataset"
    data = chat_dataset(tokenizer, **settings)
    want = common.conversations(export)
    same = 0
    for row in (data[i] for i in range(len(data))):
        ids = list(row["tokens"])
        same += any(w["input_ids"][:len(ids)] == ids or w["input_ids"] == ids[:-1] for w in want)
    print(f"torchtune: tokens of {same} of {len(data)} rows equal up to the last end of turn")
    sys.exit(0 if same == len(data) else 1)


if __name__ == "__main__":
    main()
