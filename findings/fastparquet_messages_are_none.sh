#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# fastparquet reads a column of messages as None in all rows, without an error.
#
# Guess: a reader that does not know lists of structs says so.
# Seen (fastparquet 2026.9.0, alone and as pandas' engine; the file by pyarrow 26.0.1): the column is there, with its
# name and its rows, and each value is None, also when it alone is asked for; the other columns are right,
# lists of integers too. Its documentation says that it reads one level of nesting. polars and DuckDB read the same
# file whole. (Lists of lists are like that too: its issue 917.)
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile fastparquet==2026.9.0 pandas==3.1.1 pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1
"$work/venv/bin/python" -W ignore - "$work/train.parquet" <<'PYTHON'
import sys

import duckdb
import fastparquet
import pandas
import polars
import pyarrow
import pyarrow.parquet

PATH = sys.argv[1]
MESSAGES = [{"role": "user", "content": "What is the capital of France?"}, {"role": "assistant", "content": "Paris."}]
IDS = [[1, 2, 3], [4]]
pyarrow.parquet.write_table(pyarrow.table({"messages": [MESSAGES, MESSAGES[:1]], "input_ids": IDS}), PATH)

WHOLE = [MESSAGES, MESSAGES[:1]]
READERS = {
    "fastparquet": (lambda: fastparquet.ParquetFile(PATH).to_pandas(), [None, None]),
    "fastparquet, messages alone": (lambda: fastparquet.ParquetFile(PATH).to_pandas(columns=["messages"]), [None, None]),
    "pandas, fastparquet": (lambda: pandas.read_parquet(PATH, engine="fastparquet"), [None, None]),
    "polars": (lambda: polars.read_parquet(PATH), WHOLE),
    "duckdb": (lambda: duckdb.sql(f"SELECT * FROM '{PATH}'").to_arrow_table(), WHOLE),
}
same = True
for name, (read, want) in READERS.items():
    table = read()
    messages = table["messages"].to_pylist() if isinstance(table, pyarrow.Table) else table["messages"].to_list()
    print(f"{name}: {messages}")
    same = same and messages == want
ids = [[int(token) for token in row] for row in fastparquet.ParquetFile(PATH).to_pandas()["input_ids"]]
print(f"fastparquet, input_ids: {ids}")
sys.exit(0 if same and ids == IDS else "these libraries do something else now")
PYTHON
