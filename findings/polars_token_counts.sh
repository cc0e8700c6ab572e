#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# polars counts the tokens of a corpus modulo 2^32: the sum of list.len() starts again at 0 behind 4,294,967,295.
#
# Guess: the sum of many small numbers is right, as in numpy, pandas, Arrow and DuckDB, which sum integers of 32 bits in 64. Or it is
# an error. polars itself sums integers of 8 and 16 bits in 64.
# Seen (polars 2.1.0; pyarrow 26.0.1, pandas 3.1.1, duckdb 2.0.1): list.len(), str.len_bytes() and str.len_chars() give 32 bits, and
# sum() and cum_sum() keep them. A data set of 5,000,000,000 tokens has 705,032,704 then, with group_by, the streaming engine
# and SQL too, and the mean is right. So steps of an epoch, shares of a mixture and offsets into a file of tokens are
# those of a corpus of another size. The same lengths in the other libraries sum to 5,000,000,000. (Issues 13782 and 17340 of pola-rs/polars,
# open.)
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile polars==2.1.0 pyarrow==26.0.1 pandas==3.1.1 duckdb==2.0.1
"$work/venv/bin/python" - <<'PYTHON'
import sys

import duckdb
import polars
import pyarrow.compute

ROW, ROWS, COPIES = 100_000, 100, 500
TOKENS = ROW * ROWS * COPIES
ids = polars.Series([7], dtype=polars.Int32).new_from_index(0, ROW)
part = polars.DataFrame({"source": ["web"] * ROWS, "input_ids": [ids] * ROWS, "text": ["x" * ROW] * ROWS})
corpus = polars.concat([part] * COPIES, rechunk=False)  # The copies share their memory.
lengths = corpus.select("source", tokens=polars.col("input_ids").list.len())
column = polars.col("tokens")
SUMS = {
    "list.len().sum()": corpus.select(polars.col("input_ids").list.len().sum()).item(),
    "str.len_bytes().sum()": corpus.select(polars.col("text").str.len_bytes().sum()).item(),
    "group_by": lengths.group_by("source").agg(column.sum())["tokens"].item(),
    "streaming": lengths.lazy().select(column.sum()).collect(engine="streaming").item(),
    "SQL": polars.SQLContext(lengths=lengths).execute("SELECT SUM(tokens) FROM lengths").collect().item(),
    "the last of cum_sum()": lengths.select(column.cum_sum().last()).item(),
}
OTHERS = {
    "polars, as 64 bits": lengths.select(column.cast(polars.UInt64).sum()).item(),
    "polars, the mean times the rows": round(lengths["tokens"].mean() * len(lengths)),
    "pyarrow": pyarrow.compute.sum(lengths.to_arrow()["tokens"]).as_py(),
    "pandas": int(lengths.to_pandas()["tokens"].sum()),
    "duckdb": int(duckdb.sql("SELECT sum(tokens) FROM lengths").fetchall()[0][0]),
}
print(f"{len(corpus):,} rows of {ROW:,} tokens; {lengths.schema}")
for name, found in (SUMS | OTHERS).items():
    print(f"{name}: {found:,}")
same = all(found == TOKENS % 2**32 for found in SUMS.values()) and all(found == TOKENS for found in OTHERS.values())
sys.exit(0 if same else "polars does something else now")
PYTHON
