# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""What the checks of trainers have in common: quipu's own rows, as plain lists.

  rows = common.rows(export)           # long rows and packs, without padding
  common.expect_same("mds", got, rows)
"""

import glob
import json
import os

IGNORED = -100


def lines(pattern):
    for path in sorted(glob.glob(pattern)):
        with open(path, encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)


def _unpadded(row):
    sources = len(row["sources"])
    lengths = row["seq_lengths"][:sources]
    size = sum(lengths)
    return {
        "input_ids": row["input_ids"][:size],
        "labels": row["labels"][:size],
        "seq_lengths": lengths,
        "position_ids": row["position_ids"][:size],
    }


def rows(export, split="train"):
    """Long rows and packs of the formats `tokens` and `packs`, without padding."""
    found = []
    for name in ("tokens", "packs"):
        pattern = os.path.join(export, name, split, "*.jsonl")
        found.extend(_unpadded(row) for row in lines(pattern))
    assert found, f"no rows in {export}"
    return found


def conversations(export, split="train"):
    """The same, one conversation each."""
    found = []
    for row in rows(export, split):
        begin = 0
        for length in row["seq_lengths"]:
            end = begin + length
            found.append({
                "input_ids": row["input_ids"][begin:end],
                "labels": row["labels"][begin:end],
            })
            begin = end
    return found


def key(row, columns):
    return tuple(tuple(int(value) for value in row[column]) for column in columns)


def expect_same(what, got, want, columns=("input_ids", "labels")):
    """The same rows, in any order."""
    got = sorted(key(row, columns) for row in got)
    want = sorted(key(row, columns) for row in want)
    assert len(got) == len(want), f"{what}: {len(got)} rows, want {len(want)}"
    different = sum(a != b for a, b in zip(got, want))
    assert different == 0, f"{what}: {different} of {len(want)} rows differ"
    print(f"{what}: {len(want)} rows, {sum(len(row[0]) for row in want)} tokens: equal")
