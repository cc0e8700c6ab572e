#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes the tables of this folder as the libraries write them.

    python3 -m venv VENV
    VENV/bin/pip install pyarrow==26.0.1 pandas polars datasets
    VENV/bin/python pipelines/tables/testdata/write.py

The versions that wrote the files in git are in versions.txt.
"""

import datetime
import decimal
import os
import shutil

import datasets
import pandas
import polars
import pyarrow
import pyarrow.compute
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet

FOLDER = os.path.dirname(os.path.abspath(__file__))
TEXTS = ["The first text.", "Der zweite Text: ä, \"q\" \\ \n\ttab.", None, "第四", ""]
ROWS = {"id": [10, 11, 12, 13, 14], "text": TEXTS}
MESSAGES = [
    [{"role": "user", "content": f"Question {i}?"}, {"role": "assistant", "content": f"Answer {i}."}]
    for i in range(3)
]


def path(name):
    return os.path.join(FOLDER, name)


def types():
    """One column of each type, three rows; the last one is null."""
    instant = datetime.datetime(2024, 2, 29, 12, 30, 15, 250000)
    columns = {
        "string": pyarrow.array(["a", "b", None]),
        "large_string": pyarrow.array(["a", "b", None], pyarrow.large_string()),
        "string_view": pyarrow.array(["a", "a text of more than twelve bytes", None],
                                     pyarrow.string_view()),
        "dictionary": pyarrow.array(["x", "x", None]).dictionary_encode(),
        "bool": pyarrow.array([True, False, None]),
        "int8": pyarrow.array([-128, 127, None], pyarrow.int8()),
        "uint64": pyarrow.array([0, 2**64 - 1, None], pyarrow.uint64()),
        "float": pyarrow.array([0.5, -1.25, None], pyarrow.float32()),
        "double": pyarrow.array([0.1, float("nan"), None]),
        "decimal": pyarrow.array([decimal.Decimal("1.50"), decimal.Decimal("-2.25"), None]),
        "date": pyarrow.array([instant.date(), instant.date(), None]),
        "time": pyarrow.array([instant.time(), instant.time(), None]),
        "timestamp": pyarrow.array([instant, instant, None], pyarrow.timestamp("us")),
        "instant": pyarrow.array([instant, instant, None], pyarrow.timestamp("ms", "UTC")),
        "bytes": pyarrow.array([b"text", b"\xff\xfe", None]),
        "strings": pyarrow.array([["a", "b"], [], None]),
        "large_list": pyarrow.array([[1, 2], [], None], pyarrow.large_list(pyarrow.int64())),
        "pair": pyarrow.array([[1, 2], [3, 4], None], pyarrow.list_(pyarrow.int32(), 2)),
        "struct": pyarrow.array([{"body": {"text": "deep"}, "n": 1}, {"body": None, "n": 2}, None]),
        "map": pyarrow.array([[("k", 1)], [], None],
                             pyarrow.map_(pyarrow.string(), pyarrow.int64())),
    }
    return pyarrow.table(columns)


def newer_types():
    """Types that Parquet does not have."""
    types = pyarrow.array([0, 1, 0], pyarrow.int8())
    offsets = pyarrow.array([0, 0, 1], pyarrow.int32())
    texts = pyarrow.array(["a", "b"])
    columns = {
        "runs": pyarrow.compute.run_end_encode(pyarrow.array(["a", "a", None])),
        "list_view": pyarrow.array([["a", "b"], [], None], pyarrow.list_view(pyarrow.string())),
        "large_list_view": pyarrow.array([[1], [2, 3], None],
                                         pyarrow.large_list_view(pyarrow.int64())),
        "dense_union": pyarrow.UnionArray.from_dense(types, offsets, [
            texts, pyarrow.array([7])]),
        "sparse_union": pyarrow.UnionArray.from_sparse(types, [
            pyarrow.array(["a", None, "c"]), pyarrow.array([None, 8, None])]),
    }
    return pyarrow.table(columns)


def halves():
    """Half floats, which pandas writes for a column of float16."""
    return pyarrow.table({"weight": pyarrow.array([0.5, -2048.0, None, float("nan")], pyarrow.float16())})


def write_pyarrow():
    pyarrow.parquet.write_table(halves(), path("halves.parquet"))
    table = newer_types()
    with pyarrow.ipc.new_file(path("newer_types.arrow"), table.schema) as out:
        out.write_table(table, max_chunksize=2)
    table = types()
    pyarrow.parquet.write_table(table, path("types.parquet"), row_group_size=2)
    with pyarrow.ipc.new_file(path("types.arrow"), table.schema) as out:
        out.write_table(table, max_chunksize=2)
    with pyarrow.ipc.new_stream(path("types_stream.arrow"), table.schema) as out:
        out.write_table(table, max_chunksize=2)
    rows = pyarrow.table(ROWS)
    for codec in ("none", "snappy", "gzip", "brotli", "lz4", "zstd"):
        pyarrow.parquet.write_table(rows, path(f"{codec}.parquet"), compression=codec,
                                    row_group_size=2)
    pyarrow.parquet.write_table(rows, path("pages_v2.parquet"), data_page_version="2.0",
                                use_dictionary=False, column_encoding={
                                    "id": "DELTA_BINARY_PACKED", "text": "DELTA_BYTE_ARRAY"})
    for codec in ("uncompressed", "lz4", "zstd"):
        pyarrow.feather.write_feather(rows, path(f"{codec}.feather"), compression=codec)
    pyarrow.parquet.write_table(pyarrow.table({"messages": MESSAGES, "source": ["s"] * 3}),
                                path("messages.parquet"))
    pyarrow.parquet.write_table(rows.slice(0, 0), path("empty.parquet"))


def write_broken_map():
    """A map of strings; one value and one key are invalid UTF-8."""
    def strings(values):
        raw = pyarrow.array(values, pyarrow.binary())
        return pyarrow.Array.from_buffers(pyarrow.string(), len(raw), raw.buffers())

    maps = pyarrow.MapArray.from_arrays(
        [0, 1, 2, 3, 3, 5], strings([b"k", b"k", b"\xff", b"k", b"l"]),
        strings([b"a", b"\xff", b"b", b"c", b"d"]))
    table = pyarrow.table({"id": [1, 2, 3, 4, 5], "meta": maps})
    pyarrow.parquet.write_table(table, path("broken_map.parquet"))
    with pyarrow.ipc.new_file(path("broken_map.arrow"), table.schema) as out:
        out.write_table(table)
    with pyarrow.ipc.new_stream(path("broken_map_stream.arrow"), table.schema) as out:
        out.write_table(table)


def write_pandas():
    frame = pandas.DataFrame(ROWS, index=[7, 8, 9, 10, 11])
    frame["kind"] = pandas.Categorical(["a", "b", "a", "a", "b"])
    frame.to_parquet(path("pandas.parquet"))
    frame.reset_index().to_feather(path("pandas.feather"))


def write_polars():
    frame = polars.DataFrame(ROWS)
    frame.write_parquet(path("polars.parquet"))
    frame.write_ipc(path("polars.arrow"))
    frame.write_ipc_stream(path("polars_stream.arrow"))


def write_datasets():
    rows = datasets.Dataset.from_dict(ROWS)
    shutil.rmtree(path("saved"), ignore_errors=True)
    datasets.DatasetDict({"train": rows, "test": rows.select([0])}).save_to_disk(path("saved"))
    rows.to_parquet(path("datasets.parquet"))


def main():
    write_pyarrow()
    write_broken_map()
    write_pandas()
    write_polars()
    write_datasets()
    with open(path("versions.txt"), "w", encoding="utf-8") as out:
        for library in (pyarrow, pandas, polars, datasets):
            out.write(f"{library.__name__} {library.__version__}\n")


if __name__ == "__main__":
    main()
