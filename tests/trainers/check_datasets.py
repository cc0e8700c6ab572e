# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Loads every configuration of the card with `datasets`, and the folders of Parquet.

  python check_datasets.py EXPORT
"""

import json
import os
import sys

import datasets

import common


def main():
    export = sys.argv[1]
    with open(os.path.join(export, "MANIFEST.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    rows = {entry["name"]: entry for entry in manifest["formats"]}
    names = datasets.get_dataset_config_names(export)
    parquet = [name for name in rows if name.endswith("-parquet")]
    assert not set(names) & set(parquet), "one card for two kinds of files"
    for name in names + parquet:
        loaded = (datasets.load_dataset(os.path.join(export, name)) if name in parquet
                  else datasets.load_dataset(export, name))
        for split, data in loaded.items():
            want = rows[name][split + "_rows"]
            assert len(data) == want, f"{name}: {len(data)} rows of {split}, want {want}"
        print(f"datasets {datasets.__version__}: {name}: {dict((k, len(v)) for k, v in loaded.items())}")
    tokens = list(datasets.load_dataset(export, "tokens", split="train"))
    packs = list(datasets.load_dataset(export, "packs", split="train"))
    got = [common._unpadded(row) for row in tokens + packs]
    common.expect_same("datasets: tokens and packs", got, common.rows(export))
    if parquet:  # Not in a build without Apache Arrow.
        got = [common._unpadded(row) for name in parquet
               for row in datasets.load_dataset(os.path.join(export, name), split="train")]
        common.expect_same("datasets: tokens-parquet and packs-parquet", got, common.rows(export))
    assert "attention_mask" not in packs[0], "a pack has a mask"


if __name__ == "__main__":
    main()
