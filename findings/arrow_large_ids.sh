#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# One id above 2^63 in a JSONL file makes Arrow's JSON reader round all ids of the file: different ids become one.
#
# Guess: integers of a JSON file stay integers, or the reader refuses what does not fit.
# Seen (pyarrow 26.0.1): an integer that int64 does not hold is read as a double, although uint64 holds it, and
# so are all other integers of the column, also those of the blocks before it. Half of all 64-bit hashes are such numbers. The rows say
# 1.1234567890123457e+19 twice where the file has two ids. So do datasets 5.2.0 and pandas 3.1.1 with
# engine="pyarrow"; features=Value("uint64") of datasets makes integers of them again, the rounded ones. (If the
# number comes after its first block of rows, datasets refuses the file.) An explicit schema of pyarrow with uint64 is right, and so
# are pandas' own reader, polars 2.1.0 and DuckDB 2.0.1; above 2^64 DuckDB and orjson 3.13.0 round too.
# (arrow-rs was reported to do the same: its pull request 4420.)
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile pyarrow==26.0.1 datasets==5.2.0 pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 orjson==3.13.0
HF_HOME="$work/hf" HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import json
import logging
import sys

import datasets
import duckdb
import orjson
import pandas
import polars
import pyarrow
import pyarrow.json

datasets.disable_progress_bars()
logging.disable(logging.CRITICAL)
PATH = sys.argv[1] + "/ids.jsonl"
IDS = [1234567890123456789, 11234567890123456789, 11234567890123456788]
UINT64 = pyarrow.json.ParseOptions(explicit_schema=pyarrow.schema([("id", pyarrow.uint64())]))


def write(ids):
    with open(PATH, "w") as file:
        file.writelines(json.dumps({"id": number}) + "\n" for number in ids)


def load(**options):
    return datasets.load_dataset("json", data_files=PATH, split="train", **options)["id"][:]


def duck():
    return [number for (number,) in duckdb.sql(f"SELECT id FROM read_json('{PATH}')").fetchall()]


FEATURES = datasets.Features({"id": datasets.Value("uint64")})
ROUNDED = [float(number) for number in IDS]
READERS = {
    "pyarrow": (lambda: pyarrow.json.read_json(PATH)["id"].to_pylist(), ROUNDED),
    "datasets": (load, ROUNDED),
    "datasets, uint64": (lambda: load(features=FEATURES), ROUNDED),
    "pandas, pyarrow": (lambda: pandas.read_json(PATH, lines=True, engine="pyarrow")["id"].tolist(), ROUNDED),
    "pyarrow, uint64": (lambda: pyarrow.json.read_json(PATH, parse_options=UINT64)["id"].to_pylist(), IDS),
    "pandas": (lambda: pandas.read_json(PATH, lines=True)["id"].tolist(), IDS),
    "polars": (lambda: polars.read_ndjson(PATH)["id"].to_list(), IDS),
    "duckdb": (duck, IDS),
    "orjson": (lambda: [orjson.loads(line)["id"] for line in open(PATH, "rb")], IDS),
}
write(IDS)
same = True
for name, (read, want) in READERS.items():
    found = read()
    print(f"{name}: {found}, {len(set(found))} different ids of {len(IDS)}")
    same = same and found == want and len(set(found)) == (2 if want is ROUNDED else 3)

write(IDS[:1] * 400000 + IDS[1:])
first = pyarrow.json.read_json(PATH)["id"][0].as_py()
try:
    late = load()[0]
except datasets.exceptions.DatasetGenerationError as error:
    late = repr(error.__cause__)
print(f"first id of 400,002, the last two are large: pyarrow {first}; datasets {late}")
same = same and first == ROUNDED[0] and "truncated converting to int64" in str(late)

write([2**64 + 1])
found = duck() + [orjson.loads(line)["id"] for line in open(PATH, "rb")]
print(f"2^64 + 1: duckdb and orjson {found}")
same = same and found == [float(2**64)] * 2
sys.exit(0 if same else "these libraries do something else now")
PYTHON
