# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Reads torchtune/dataset.yaml and makes its data set, and compares with quipu's rows: tokens
are equal up to the last end of turn, behind which torchtune's template writes nothing.

  python check_torchtune.py EXPORT TOKENIZER_DIR
"""

import json
import os
import sys
import tempfile

import yaml
from torchtune.datasets import chat_dataset
from torchtune.models.qwen2_5 import qwen2_5_tokenizer

import common


def read_tokenizer(folder):
    """From vocab.json and merges.txt, which published models have; transformers 5 writes
    tokenizer.json alone."""
    with open(os.path.join(folder, "tokenizer.json"), encoding="utf-8") as file:
        model = json.load(file)["model"]
    with tempfile.TemporaryDirectory() as work:
        vocab, merges = os.path.join(work, "vocab.json"), os.path.join(work, "merges.txt")
        with open(vocab, "w", encoding="utf-8") as file:
            json.dump(model["vocab"], file, ensure_ascii=False)
        with open(merges, "w", encoding="utf-8") as file:
            file.writelines((m if isinstance(m, str) else " ".join(m)) + "\n" for m in model["merges"])
        return qwen2_5_tokenizer(path=vocab, merges_file=merges)


def main():
    export = os.path.abspath(sys.argv[1])
    tokenizer = read_tokenizer(os.path.abspath(sys.argv[2]))
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
