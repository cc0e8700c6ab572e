#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# datasets reads all configurations of a dataset card with one reader, that of the first one's files.
#
# Guess: each configuration of a README.md (the `configs` that the Hugging Face Hub documents) names
# its own files, so one may be JSON lines and another Parquet; or mixing them is an error that says so.
# Seen (datasets 5.2.0): the reader is chosen once, by the files of the configuration that is the
# default or the first; every other configuration gets it too. Parquet beside JSON lines is parsed as JSON and
# fails with "JSON parse error: Invalid value" in its first byte; each of the two kinds alone loads,
# and so does the folder of the Parquet files without a card.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet datasets==5.2.0 pyarrow==26.0.1
HF_HOME="$work/hf" HF_HUB_OFFLINE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import logging
import os
import sys

import datasets
import pyarrow
import pyarrow.parquet

datasets.disable_progress_bars()
logging.disable(logging.CRITICAL)
CONFIG = "- config_name: {0}\n  data_files:\n  - split: train\n    path: {0}/train/*\n"


def make(name, *configs):
    folder = os.path.join(sys.argv[1], name)
    for config in configs:
        os.makedirs(os.path.join(folder, config, "train"))
    if "lines" in configs:
        with open(os.path.join(folder, "lines/train/0.jsonl"), "w") as file:
            file.write('{"a": 1}\n')
    if "table" in configs:
        pyarrow.parquet.write_table(pyarrow.table({"a": [2]}),
                                    os.path.join(folder, "table/train/0.parquet"))
    with open(os.path.join(folder, "README.md"), "w") as file:
        file.write("---\nconfigs:\n" + "".join(map(CONFIG.format, configs)) + "---\n")
    return folder


def load(folder, *config):
    try:
        return datasets.load_dataset(folder, *config, split="train")[0]["a"]
    except datasets.exceptions.DatasetGenerationError as error:
        return f"error: {error.__cause__}"


both = make("both", "lines", "table")
found = {
    "lines beside a table": load(both, "lines"),
    "table beside lines": load(both, "table"),
    "the table's folder": load(os.path.join(both, "table")),
    "table alone": load(make("one", "table"), "table"),
}
for case, value in found.items():
    print(f"datasets {datasets.__version__}: {case}: {value}")
right = (found["lines beside a table"] == 1 and found["the table's folder"] == 2
         and found["table alone"] == 2 and "JSON parse error" in str(found["table beside lines"]))
sys.exit(0 if right else "datasets does something else now")
PYTHON
