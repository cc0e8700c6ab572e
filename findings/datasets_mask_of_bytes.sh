#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# datasets stores a new column that is called attention_mask in single bytes: packs whose mask numbers
# their documents end the run at the first pack of more than 127, unless one was in the first batch.
#
# Guess: the type of a column that map() adds follows from its values, so Python's ints become int64,
# as they do in a column of another name.
# Seen (datasets 5.2.0): attention_mask, token_type_ids and special_tokens_mask become int8, input_ids
# int32, if the first batch fits; else int64. The type is then fixed. A mask of document numbers, which
# tells the segments of a pack apart (neat_packing of LLaMA-Factory 0.9.5 makes one by map(); read
# there, not run), thus depends on the order of the rows: 130 documents in pack 1,000 raise
# "Integer value 128 not in range" after all packs before it were made; the same pack first, and all are
# read. A pack of 128k tokens needs short rows of under 1,000 tokens for that.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile datasets==5.2.0 pyarrow==26.0.1
HF_HOME="$work/hf" HF_HUB_OFFLINE=1 HF_DATASETS_DISABLE_PROGRESS_BARS=1 "$work/venv/bin/python" - <<'PYTHON'
import sys

import datasets
import pyarrow


def packed(documents, column):
    """What map() makes of packs of so many documents, with the number of its document for each token."""
    rows = datasets.Dataset.from_dict({"documents": documents})
    try:
        packs = rows.map(lambda row: {column: [n for n in range(1, row["documents"] + 1) for _ in range(4)]})
    except pyarrow.ArrowInvalid as error:
        return str(error)
    assert [max(pack) for pack in packs[column]] == documents
    return packs.features[column].feature.dtype


early, late = [130] + [90] * 1000, [90] * 1000 + [130]
found = {
    (column, name): packed(documents, column)
    for column in ("attention_mask", "document", "input_ids")
    for name, documents in (("early", early), ("late", late))
}
for (column, name), what in found.items():
    print(f"{column}, pack of 130 documents {name}: {what}")
WANT = {
    ("attention_mask", "early"): "int64",
    ("attention_mask", "late"): "Integer value 128 not in range: -128 to 127",
    ("document", "early"): "int64",
    ("document", "late"): "int64",
    ("input_ids", "early"): "int32",
    ("input_ids", "late"): "int32",
}
sys.exit(0 if found == WANT else "datasets does something else now")
PYTHON
