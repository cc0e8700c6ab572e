#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# transformers 5 ignores a new RoPE base that is set the old way, and writes it into config.json all the
# same, where other readers take it.
#
# Guess: config.rope_theta = 500000, or from_pretrained(path, rope_theta=500000), changes the base of a
# model for longer contexts, as in transformers 4 and in most recipes, or is an error.
# Seen (transformers 5.23.0 and 4.57.6): for a new config, LlamaConfig(rope_theta=...) does; for a
# loaded one both ways do nothing, without a warning (with torch 2.15.0 the model's inv_freq was seen to
# stay). The base is in config.rope_parameters. save_pretrained then writes the old base there and
# the new one beside it: version 5 reads the first, version 4 and tools of its time the second, so that
# a model trained with one base is served with the other. A "rope_theta" added to such a file by hand is
# ignored too. But of rope_scaling and rope_parameters in one file the older name wins.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
for version in 5.23.0 4.57.6; do
  python3 -m venv "$work/$version"
  "$work/$version/bin/pip" install --quiet --no-compile "transformers==$version"
done
cat >"$work/new.py" <<'PYTHON'
import json
import sys

from transformers import AutoConfig, LlamaConfig

WORK = sys.argv[1]
LlamaConfig(rope_theta=10000.0).save_pretrained(WORK + "/model")


def base(config):
    return config.rope_parameters["rope_theta"]


def edited(**fields):
    """The saved config with more fields in its file, as the library reads it."""
    with open(WORK + "/model/config.json") as file:
        config = json.load(file)
    LlamaConfig().save_pretrained(WORK + "/edited")
    with open(WORK + "/edited/config.json", "w") as file:
        json.dump(config | fields, file)
    return AutoConfig.from_pretrained(WORK + "/edited")


config = AutoConfig.from_pretrained(WORK + "/model")
config.rope_theta = 500000.0
config.save_pretrained(WORK + "/trained")
linear = {"rope_type": "linear", "factor": 4.0}
both = edited(rope_scaling=linear)
found = {
    "a new config": base(LlamaConfig(rope_theta=500000.0)),
    "from_pretrained(rope_theta=)": base(AutoConfig.from_pretrained(WORK + "/model", rope_theta=500000.0)),
    "config.rope_theta =": base(config),
    "saved and read again": base(AutoConfig.from_pretrained(WORK + "/trained")),
    "rope_theta in the file by hand": base(edited(rope_theta=500000.0)),
    "rope_scaling in the file by hand": both.rope_parameters.get("factor"),
}
WANT = dict(zip(found, [500000.0, 10000.0, 10000.0, 10000.0, 10000.0, 4.0]))
for way, value in found.items():
    print(f"transformers 5, {way}: {value}")
sys.exit(0 if found == WANT else "transformers 5 does something else now")
PYTHON
cat >"$work/old.py" <<'PYTHON'
import sys

from transformers import AutoConfig

base = AutoConfig.from_pretrained(sys.argv[1] + "/trained").rope_theta
print(f"transformers 4, the same file: {base}")
sys.exit(0 if base == 500000.0 else "transformers 4 reads something else")
PYTHON
export TRANSFORMERS_VERBOSITY=error HF_HUB_OFFLINE=1
"$work/5.23.0/bin/python" "$work/new.py" "$work"
"$work/4.57.6/bin/python" "$work/old.py" "$work"
