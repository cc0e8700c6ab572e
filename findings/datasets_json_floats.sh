#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# datasets writes floats to JSON with ten decimals: small loss weights lose their digits or become 0.
# JSON lines are read with other last digits when a row among them has another type.
#
# Guess: Dataset.to_json and load_dataset("json") keep each float, as Python's json and Parquet do.
# Seen (datasets 5.2.0, pandas 3.1.1): to_json leaves the rows to pandas, which writes ten digits
# behind the point and no exponent. A weight that shares 0.01 among the 131,072 tokens of a prompt, 7.63e-08,
# keeps three digits; 1e-11 becomes 0.0, and a trainer takes that for a token without a loss. With
# double_precision=15, the most that pandas allows, digits are lost too. When it reads, datasets takes pandas'
# parser for a file that is not of one type, such as tool calls whose arguments are not all alike, and for
# load_dataset(field=...): 0.7 is then 0.7000000000000001, which a chat template writes into the training
# text. The same lines without that row give 0.7. There is no warning.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile datasets==5.2.0 pandas==3.1.1 pyarrow==26.0.1
HF_HOME="$work/hf" HF_HUB_OFFLINE=1 HF_DATASETS_DISABLE_PROGRESS_BARS=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import json
import sys

import datasets

WORK = sys.argv[1]
weights = [0.01 / 131072, 1e-11, -1.1920928955078125e-07, 0.1]
rows = datasets.Dataset.from_dict({"loss_weights": [weights]})


def written(**options):
    rows.to_json(WORK + "/out.jsonl", **options)
    with open(WORK + "/out.jsonl") as file:
        return json.loads(file.read())["loss_weights"]


def read(text, **options):
    with open(WORK + "/in.json", "w") as file:
        file.write(text)
    data = datasets.load_dataset("json", data_files=WORK + "/in.json", split="train", **options)
    return [row["arguments"]["temperature"] for row in data]


rows.to_parquet(WORK + "/out.parquet")
parquet = datasets.load_dataset("parquet", data_files=WORK + "/out.parquet", split="train")
calls = [{"arguments": {"temperature": value}} for value in (0.7, 0.3, 0.1)]
lines = "".join(json.dumps(call) + "\n" for call in calls)
found = {
    "to_parquet": parquet[0]["loss_weights"],
    "to_json": written(),
    "to_json, 15 decimals": written(double_precision=15),
    "JSON lines": read(lines),
    "JSON lines, one differs": read(lines + '{"arguments": {"temperature": "low"}}\n'),
    "a field": read(json.dumps({"data": calls}), field="data"),
}
for case, values in found.items():
    print(f"{case}: {values}")
WANT = {
    "to_parquet": weights,
    "to_json": [7.63e-08, 0.0, -1.192e-07, 0.1],
    "to_json, 15 decimals": [7.6293945e-08, 1e-11, -1.19209290e-07, 0.1],
    "JSON lines": [0.7, 0.3, 0.1],
    "JSON lines, one differs": [0.7000000000000001, 0.30000000000000004, 0.1, "low"],
    "a field": [0.7000000000000001, 0.30000000000000004, 0.1],
}
sys.exit(0 if found == WANT else "datasets or pandas does something else now")
PYTHON
