#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# datasets splits the n of IterableDataset.skip(n) among nodes and DataLoader workers: rows that take(n)
# gave to validation are trained on, and as many others are lost.
#
# Guess: stream.take(50) and stream.skip(50), the documented way to split a stream, give the same two
# sets of rows in one process and in many.
# Seen (datasets 5.2.0): two nodes (split_dataset_by_node) get half of the files each, and each skips 25
# rows of its own. Validation, read in one process, has the first 50 rows; 25 of them are then in training,
# and 25 others are in neither. With four nodes it is 37. The numbers of rows are right, and there is no
# warning. Three nodes do not divide the four files, so that each reads all and keeps its third of
# the rows: nothing is wrong then. The workers of one DataLoader do the same (seen with torch 2.15.0, which
# this script does without: 25 rows with num_workers=2).
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile datasets==5.2.0
HF_HOME="$work/hf" HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import json
import sys

import datasets
from datasets.distributed import split_dataset_by_node

WORK = sys.argv[1]
for i in range(4):
    with open(f"{WORK}/{i}.jsonl", "w") as file:
        file.writelines(json.dumps({"id": 100 * i + k}) + "\n" for k in range(100))
stream = datasets.load_dataset("json", data_files=WORK + "/*.jsonl", split="train", streaming=True)
validation = {row["id"] for row in stream.take(50)}


def train(nodes):
    """The rows of all nodes."""
    parts = [split_dataset_by_node(stream.skip(50), rank, nodes) for rank in range(nodes)]
    return [row["id"] for part in parts for row in part]


same = validation == set(range(50))
for nodes, want in [(1, 0), (2, 25), (3, 0), (4, 37)]:
    rows = train(nodes)
    leaked = len(validation & set(rows))
    lost = len(set(range(400)) - validation - set(rows))
    print(f"{nodes} nodes: {len(rows)} rows trained, {leaked} of them of validation, {lost} in neither")
    same = same and (len(rows), len(set(rows)), leaked, lost) == (350, 350, want, want)
sys.exit(0 if same else "datasets does something else now")
PYTHON
