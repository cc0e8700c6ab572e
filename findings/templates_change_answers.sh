#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Chat templates of ten of twenty-five models cut an answer that mentions "</think>", or move its beginning into a block of
# thoughts; twelve take the indentation from the first line of code.
#
# Guess: the content of an assistant's message is in the rendered conversation as it is, at most without white space at
# its end.
# Seen (the templates that TRL 1.16.0 ships as copies of published ones, jinja2 3.1.6): "The tag <think> begins it and
# </think> ends it." becomes " ends it." with DeepSeek-V3 and R1's distilled models. Qwen3, Qwen3.5, Qwen3.6 and GLM-4.5 write
# "begins it and" as thoughts of the model, and "The tag" is lost. In a turn before the last one all up to the tag is lost,
# with LFM2.5 and Nemotron 3 as well. An empty reasoning_content, which says that there are no thoughts, keeps the answer with GLM
# and Qwen, not with DeepSeek. What is trained is another answer than the one in the data.
# "    x = 1\n    y = 2" loses its indentation with Llama 3 to 3.2, Gemma to Gemma 4, GLM-4.5, Qwen3.5 and later ones, and Cohere.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile jinja2==3.1.6
"$work/venv/bin/pip" install --quiet --no-compile --no-deps trl==1.16.0
"$work/venv/bin/python" - "$work"/venv/lib/python3*/site-packages/trl/chat_templates <<'PYTHON'
import json
import pathlib
import sys

from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

MODELS = """cohere cohere2 deepseek_r1_distill deepseekv3 gemma gemma3 gemma4 glm4moe gptoss lfm2 lfm2_2_5 llama3 llama3_1
llama3_2 nemotron_3_nano nemotron_3_super phi3 phi3_5 qwen2_5 qwen3 qwen3_5_nothink qwen3_5_think qwen3_6 qwen3_8
qwen3_instruct_2507""".split()


class Generation(Extension):
    """{% generation %}, the mark around what a model writes: its content as it is."""

    tags = {"generation"}

    def parse(self, parser):
        next(parser.stream)
        return parser.parse_statements(["name:endgeneration"], drop_needle=True)


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
environment.filters["tojson"] = lambda value, **options: json.dumps(value, ensure_ascii=False)
environment.globals["strftime_now"] = lambda form: "2026-11-30"
QUESTION, OTHER = ({"role": "user", "content": text} for text in ("How?", "Yes?"))
ANSWER = {"role": "assistant", "content": "Yes."}
TAGS = {"role": "assistant", "content": "The tag <think> begins it and </think> ends it."}
CODE = {"role": "assistant", "content": "    x = 1\n    y = 2"}
CASES = {
    "tags": ([QUESTION, TAGS], TAGS),
    "tags, no thoughts": ([QUESTION, TAGS | {"reasoning_content": ""}], TAGS),
    "tags in an earlier turn": ([QUESTION, TAGS, OTHER, ANSWER], TAGS),
    "code": ([QUESTION, CODE], CODE),
}
changed = {case: set() for case in CASES}
for model in MODELS:
    template = environment.from_string((pathlib.Path(sys.argv[1]) / f"{model}.jinja").read_text())
    for case, (messages, answer) in CASES.items():
        text = template.render(messages=messages, bos_token="<s>", eos_token="</s>")
        if answer["content"] not in text:
            changed[case].add(model)
            print(f"{model}, {case}: {text[text.index('How?') + 4:]!r}")
for case, models in changed.items():
    print(f"{case}: changed by {len(models)} of {len(MODELS)}")
cut, moved = {"deepseek_r1_distill", "deepseekv3"}, {"glm4moe", "qwen3", "qwen3_5_nothink", "qwen3_5_think", "qwen3_6"}
want = {
    "tags": cut | moved,
    "tags, no thoughts": cut,
    "tags in an earlier turn": cut | moved | {"lfm2_2_5", "nemotron_3_nano", "nemotron_3_super"},
    "code": {"cohere", "gemma", "gemma3", "gemma4", "glm4moe", "llama3", "llama3_1", "llama3_2", "qwen3_5_nothink",
             "qwen3_5_think", "qwen3_6", "qwen3_8"},
}
sys.exit(0 if changed == want else "these templates do something else now")
PYTHON
