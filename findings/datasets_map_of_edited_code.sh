#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# datasets answers map() from its cache when the code of the mapped function was edited, if that is
# imported from a module: the rows are those of the code before.
#
# Guess: the cache is found by "a hash of the latest transform applied", as its documentation says, so that
# edited code is run.
# Seen (datasets 5.2.0): that holds for the script that is run, whose functions are hashed with their code
# and their globals. A function that is imported is hashed by its name alone. After an edit of a module prep.py,
# here of the template in it and of a function that the mapped one calls, the next run gets the old rows from
# the cache: the old template, and prompts that are trained though the new code masks them. An object of
# a class of that module is no better. (Reported in 2021 as issue 3297 of huggingface/datasets, open.)
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile datasets==5.2.0
cd "$work"
echo '{"prompt": "Why?", "answer": "Because."}' >rows.jsonl

# write_code FILE TEMPLATE MASKED: the code that makes a training row of a prompt and an answer.
write_code() {
  cat >"$1" <<PYTHON
TEMPLATE = "$2"


def label(text, prompt):
    return [-100 if $3 and i < len(prompt) else ord(c) for i, c in enumerate(text)]


def to_row(row):
    text = TEMPLATE.format(**row)
    return {"text": text, "trained": sum(1 for n in label(text, row["prompt"]) if n != -100)}


class Rows:
    def __call__(self, row):
        return to_row(row)
PYTHON
}

cat >load.py <<'PYTHON'
import datasets

rows = datasets.load_dataset("json", data_files="rows.jsonl", split="train")
PYTHON
# Three programs: the code beside load_dataset in the script, a function of a module, an object of it.
script() {
  { cat "$work/code.py" "$work/load.py"; echo "print(rows.map(to_row)[0])"; } >script.py
  { cat "$work/load.py"; echo "import prep; print(rows.map(prep.to_row)[0])"; } >function.py
  { cat "$work/load.py"; echo "import prep; print(rows.map(prep.Rows())[0])"; } >object.py
}
run() {
  HF_HOME="$work/hf" HF_HUB_OFFLINE=1 HF_DATASETS_DISABLE_PROGRESS_BARS=1 PYTHONDONTWRITEBYTECODE=1 \
    "$work/venv/bin/python" "$1.py"
}

before="{'prompt': 'Why?', 'answer': 'Because.', 'text': 'Why?Because.', 'trained': 12}"
after="{'prompt': 'Why?', 'answer': 'Because.', 'text': 'Why? Because.', 'trained': 9}"
status=0
# expect PROGRAM ROW: runs it and compares the row that it prints.
expect() {
  local row
  row="$(run "$1")"
  echo "$1: $row"
  [ "$row" = "$2" ] || status=1
}

write_code code.py "{prompt}{answer}" False
cp code.py prep.py
script
echo "first run"
for program in script function object; do expect "$program" "$before"; done
write_code code.py "{prompt} {answer}" True
cp code.py prep.py
script
echo "after the edit"
expect script "$after"
expect function "$before"
expect object "$before"
[ "$status" = 0 ] || echo "datasets does something else now" >&2
exit "$status"
