# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Reads the binary formats with their libraries: MosaicML Streaming, LitData, Megatron-Core and
OLMo-core. A library that is not installed is named and left out.

  python check_streams.py EXPORT
"""

import importlib
import json
import os
import sys
import tempfile

import common


def check_mds(export):
    streaming = importlib.import_module("streaming")
    data = streaming.LocalDataset(local=os.path.join(export, "mds", "train"))
    got = [data[i] for i in range(len(data))]
    assert str(got[0]["input_ids"].dtype) == "int32"
    common.expect_same("mds", got, common.rows(export), ("input_ids", "labels", "seq_lengths"))


def check_litdata(export):
    litdata = importlib.import_module("litdata")
    data = litdata.StreamingDataset(os.path.join(export, "litdata", "train"), shuffle=False)
    got = [data[i] for i in range(len(data))]
    assert str(got[0]["input_ids"].dtype) == "torch.int32"
    common.expect_same("litdata", got, common.rows(export), ("input_ids", "labels", "seq_lengths"))


def check_megatron(export):
    indexed = importlib.import_module("megatron.core.datasets.indexed_dataset")
    folder = os.path.join(export, "megatron", "train")
    tokens = indexed.IndexedDataset(os.path.join(folder, "tokens"))
    labels = indexed.IndexedDataset(os.path.join(folder, "labels"))
    got = [{"input_ids": tokens[i], "labels": labels[i]} for i in range(len(tokens))]
    assert len(tokens.document_indices) == len(tokens) + 1
    common.expect_same("megatron", got, common.conversations(export))


def check_olmo(export):
    importlib.import_module("olmo_core.data")
    numpy_dataset = importlib.import_module("olmo_core.data.numpy_dataset")
    here = os.getcwd()
    os.chdir(os.path.join(export, "olmo"))
    try:
        with open("train.json", encoding="utf-8") as file:
            text = json.load(file)
        end, pad = text["tokenizer"]["eos_token_id"], text["tokenizer"]["pad_token_id"]
        with tempfile.TemporaryDirectory() as work:
            text["work_dir"] = work
            config = numpy_dataset.NumpyPackedFSLDatasetConfig.from_dict(text)
            data = config.build()
            data.prepare()
            got = []
            for i in range(len(data)):
                got.extend(_conversations_of(data[i], end, pad))
    finally:
        os.chdir(here)
    common.expect_same("olmo", got, common.conversations(export))


def _conversations_of(item, end, pad):
    """The conversations of an instance: tokens up to each end token, trained by the mask."""
    ids, mask = item["input_ids"].tolist(), item["label_mask"].tolist()
    found, begin = [], 0
    for i, token in enumerate(ids):
        if token != end:
            continue
        labels = [t if m else common.IGNORED for t, m in zip(ids[begin:i], mask[begin:i])]
        found.append({"input_ids": ids[begin:i], "labels": labels})
        begin = i + 1
    assert all(token == pad for token in ids[begin:]), "tokens behind the last end token"
    return found


def main():
    failed = []
    wanted = sys.argv[2:] or ["mds", "litdata", "megatron", "olmo"]
    for name in wanted:
        try:
            globals()["check_" + name](sys.argv[1])
        except ModuleNotFoundError as error:
            print(f"{name}: not installed ({error})")
        except Exception as error:  # One library's fault does not hide another's.
            failed.append(name)
            print(f"{name}: FAILED: {type(error).__name__}: {error}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
