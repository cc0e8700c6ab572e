#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# A field that only later messages of a JSONL file have, such as "weight": 0, is dropped by Arrow's
# dataset reader and by polars: turns that must not be trained lose their mark.
#
# Guess: a key that the schema does not have is an error, or a null in the rows before it.
# Seen (pyarrow 26.0.1, polars 2.1.0): the schema is that of the first block of 1 MiB (pyarrow.dataset)
# or of the first 100 rows (polars.read_ndjson, scan_ndjson, DataFrame of dicts), and what is not in it is
# left out, deep in a list of messages too, without a word. So is a key of a dict that pyarrow.array is given
# a struct type for. "weight": 0, "train": false, tool_calls and names end like that in shards
# that are a mixture of sources, one after the other. pyarrow.json.read_json keeps the field; datasets and
# DuckDB refuse the file, and so does pyarrow.json.open_json. (polars: its issue 29330.)
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1 datasets==5.2.0
HF_HOME="$work/hf" HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import json
import logging
import sys

import datasets
import duckdb
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.json

datasets.disable_progress_bars()
logging.disable(logging.CRITICAL)
PATH = sys.argv[1] + "/train.jsonl"
ROWS, LATE = 150000, 100000
QUESTION = {"role": "user", "content": "What is the capital of France?"}
ANSWER = {"role": "assistant", "content": "It is Paris, a city on the Seine."}
with open(PATH, "w") as file:
    for i in range(ROWS):
        answer = ANSWER if i < LATE else ANSWER | {"weight": 0}
        file.write(json.dumps({"messages": [QUESTION, answer]}) + "\n")


def streamed():
    reader = pyarrow.json.open_json(PATH)
    return [row for batch in reader for row in batch.to_pylist()]


MESSAGES = pyarrow.list_(pyarrow.struct([("role", pyarrow.string()), ("content", pyarrow.string())]))
READERS = {
    "pyarrow.dataset": lambda: pyarrow.dataset.dataset(PATH, format="json").to_table().to_pylist(),
    "polars.read_ndjson": lambda: polars.read_ndjson(PATH).to_dicts(),
    "polars.scan_ndjson": lambda: polars.scan_ndjson(PATH).collect().to_dicts(),
    "pyarrow.array, typed": lambda: [{"messages": pyarrow.array(
        [[QUESTION, ANSWER | {"weight": 0}]], MESSAGES)[0].as_py()}],
    "pyarrow.json.read_json": lambda: pyarrow.json.read_json(PATH).to_pylist(),
    "pyarrow.json.open_json": streamed,
    "datasets": lambda: datasets.load_dataset("json", data_files=PATH, split="train").to_list(),
    "duckdb": lambda: [{"messages": m} for (m,) in duckdb.sql(f"SELECT messages FROM read_json('{PATH}')").fetchall()],
}
found = {}
for name, read in READERS.items():
    try:
        weight = read()[-1]["messages"][1].get("weight", "dropped")
    except (pyarrow.ArrowInvalid, datasets.exceptions.DatasetGenerationError, duckdb.Error):
        weight = "error"
    found[name] = weight
    print(f"{name}: weight {weight}")
want = ["dropped"] * 4 + [0] + ["error"] * 3
sys.exit(0 if list(found.values()) == want else "these libraries do something else now")
PYTHON
