#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# datasets rewrites date answers in JSONL: "2019-05-01" becomes "2019-05-01 00:00:00", even in a
# column that is declared to be strings.
#
# Guess: JSON has no dates, so a quoted value comes out as the string that it is, above all with
# features=Features({"answer": Value("string")}).
# Seen (datasets 5.2.0, pyarrow 26.0.1): each block of the file (10 MB) is parsed by itself, and a
# string column in which every value of the block looks like a date is taken for timestamps. Then
# - a file of such rows alone has a timestamp column;
# - with declared features, the timestamps are written back as strings with a time that nobody wrote,
#   and a time zone's offset is applied and dropped;
# - in a file whose first block holds other strings, the dates of a later block (rows sorted by their
#   answer) are rewritten, and those of the other blocks are not: no error, no warning;
# - in a file whose first block holds dates alone, a later other string is an error.
# Lists of messages are hit only where all contents of a block are dates: a `completion` column of
# messages is, a `messages` column is not, since the questions are in it too.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet datasets==5.2.0 pyarrow==26.0.1
HF_HOME="$work/hf" HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import json
import logging
import os
import sys
import tempfile

import datasets

datasets.disable_progress_bars()
logging.disable(logging.CRITICAL)
WORK = sys.argv[1]
PAD = "x" * 1000
DATE = {"answer": "2019-05-01", "pad": PAD}
CITY = {"answer": "London", "pad": PAD}
STRINGS = datasets.Features({"answer": datasets.Value("string")})


def load(rows, **more):
    handle, path = tempfile.mkstemp(".jsonl", dir=WORK)
    with os.fdopen(handle, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return datasets.load_dataset("json", data_files=path, split="train", **more)


found = {}
found["dates alone"] = str(load([{"answer": "2019-05-01"}])[0]["answer"])
found["declared strings"] = load([{"answer": "2019-05-01"}], features=STRINGS)[0]["answer"]
found["with an offset"] = load([{"answer": "2019-05-01T12:00:00+02:00"}], features=STRINGS)[0]["answer"]
rows = load([CITY] * 12000 + [DATE] * 12000)
found["later block, its first row"] = rows[12000]["answer"]
found["later block, its last row"] = rows[23999]["answer"]
try:
    load([DATE] * 12000 + [CITY])
    found["first block of dates"] = "read"
except datasets.exceptions.DatasetGenerationError:
    found["first block of dates"] = "error"
question = {"role": "user", "content": "When?"}
answer = {"role": "assistant", "content": "2019-05-01"}
row = load([{"prompt": [question], "completion": [answer], "messages": [question, answer]}])[0]
found["completion of messages"] = type(row["completion"][0]["content"]).__name__
found["messages"] = row["messages"][1]["content"]

WANT = {
    "dates alone": "2019-05-01 00:00:00",
    "declared strings": "2019-05-01 00:00:00",
    "with an offset": "2019-05-01 10:00:00",
    "later block, its first row": "2019-05-01",
    "later block, its last row": "2019-05-01 00:00:00",
    "first block of dates": "error",
    "completion of messages": "datetime",
    "messages": "2019-05-01",
}
for case, value in found.items():
    print(f"{case}: {value}")
sys.exit(0 if found == WANT else "datasets does something else now")
PYTHON
