# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Reads nemo-packed by dataset.yaml with Megatron-Bridge's own data set of packed Parquet, makes a
batch of each row by its collate_fn, and compares tokens, labels, mask, positions and borders with
quipu's rows.

  python check_nemo.py EXPORT TOKENIZER_DIR

Importing the package as a whole needs Transformer Engine, and that a GPU: the modules of the data set
are imported without the __init__ of the packages around them.
"""

import importlib
import json
import os
import sys
import types

import yaml

import common


PACKAGES = ("bridge", "bridge.data", "bridge.data.packing", "bridge.data.builders", "bridge.models",
            "bridge.models.hf_pretrained")


def import_dataset():
    """The class, without what the packages' own __init__ import."""
    megatron = os.path.dirname(importlib.import_module("megatron.core").__path__[0])
    for name in PACKAGES:
        package = types.ModuleType(f"megatron.{name}")
        package.__path__ = [os.path.join(megatron, *name.split("."))]
        sys.modules[package.__name__] = package
    return importlib.import_module("megatron.bridge.data.packing.parquet").GPTSFTPackedParquetDataset


class Tokenizer:  # pylint: disable=too-few-public-methods
    """What the data set asks of one: the token it pads with, and takes no loss behind."""

    def __init__(self, folder):
        with open(os.path.join(folder, "tokenizer_config.json"), encoding="utf-8") as file:
            eos = json.load(file)["eos_token"]
        eos = eos if isinstance(eos, str) else eos["content"]
        with open(os.path.join(folder, "tokenizer.json"), encoding="utf-8") as file:
            added = json.load(file)["added_tokens"]
        self.eos_id = next(token["id"] for token in added if token["content"] == eos)


def as_columns(batch):
    """A batch of one row as quipu's columns: each segment with its last token, which the data set
    cuts off, behind it."""
    size = batch["token_count"][0]
    tokens, labels, mask, positions = (batch[name][0][:size].tolist() for name in (
        "tokens", "labels", "loss_mask", "position_ids"))
    borders = sorted({border for border in batch["cu_seqlens_q"][0].tolist() if border <= size})
    row = {"input_ids": [], "labels": [], "seq_lengths": [], "position_ids": []}
    for begin, end in zip(borders, borders[1:]):
        row["input_ids"] += tokens[begin:end] + labels[end - 1:end]
        row["labels"] += [common.IGNORED] + [
            label if loss else common.IGNORED
            for label, loss in zip(labels[begin:end], mask[begin:end])]
        row["seq_lengths"].append(end - begin + 1)
        row["position_ids"] += positions[begin:end] + [end - begin]
    return row


def main():
    export, tokenizer = os.path.abspath(sys.argv[1]), Tokenizer(os.path.abspath(sys.argv[2]))
    os.chdir(os.path.join(export, "nemo-packed"))
    with open("dataset.yaml", encoding="utf-8") as file:
        settings = yaml.safe_load(file)["dataset"]
    paths, dataset = settings["offline_packing_specs"], import_dataset()
    for split, name in (("train", "packed_train_data_path"), ("validation", "packed_val_data_path")):
        # The template is its builder's default; packs have no use for it.
        data = dataset(paths[name], tokenizer, max_seq_length=settings["seq_length"],
                       prompt_template="{input} {output}", label_key="output", truncation_field="input")
        got = [as_columns(data.collate_fn([data[i]])) for i in range(len(data))]
        common.expect_same(f"nemo-packed, {split}", got, common.rows(export, split),
                           ("input_ids", "labels", "seq_lengths", "position_ids"))


if __name__ == "__main__":
    main()
