#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# The same JSON schema forces other replies in xgrammar, llguidance and outlines, the engines of servers: where a
# question must end with "?", one allows every such question, one the string "?" alone, and one nothing.
#
# Guess: engines differ in what they support, and refuse the rest; what they take means what the schema says.
# Seen (xgrammar 0.2.8, llguidance 1.9.1, outlines_core 0.2.14), all without an error or a warning:
# - "pattern" may match anywhere in a string, says the standard. xgrammar makes it the whole string, so the model
#   is forced to write "?". outlines puts it between the quotes with its "$" in it: no string matches. llguidance is right.
# - With any pattern, such as "^.*\?$", xgrammar allows no escaped character: no question quotes a title any more.
# - A name in "required" that "properties" lacks: llguidance demands it; xgrammar and outlines demand nothing, and
#   allow the reply that has it no longer.
# vLLM has all three. A data set that is made with a schema should be checked against it afterwards, and patterns be
# anchored on both sides. (xgrammar's issue 838; llama.cpp's own converter refuses such patterns, issue 26930.)
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile llguidance==1.9.1 outlines_core==0.2.14 apache-tvm-ffi==0.1.15.post2 \
  numpy pydantic
"$work/venv/bin/pip" install --quiet --no-compile --no-deps xgrammar==0.2.8
mkdir "$work/substitutes"
cat >"$work/substitutes/torch.py" <<'PYTHON'
"""Instead of torch and transformers, which xgrammar needs for the tokens of a model, and not here."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {"__init__": lambda self, *args, **options: None})
PYTHON
cp "$work/substitutes/torch.py" "$work/substitutes/transformers.py"
"$work/venv/bin/python" - "$work/substitutes" <<'PYTHON'
import json
import re
import sys
from importlib.metadata import version

import llguidance
import tvm_ffi  # Before the substitute: it would take it for torch.
from outlines_core.json_schema import build_regex_from_schema

sys.path.append(sys.argv[1])
import xgrammar
from xgrammar.testing import _is_grammar_accept_string

BYTES = llguidance.LLTokenizer("byte")


def by_xgrammar(schema, reply):
    return _is_grammar_accept_string(xgrammar.Grammar.from_json_schema(schema), reply)


def by_llguidance(schema, reply):
    grammar = llguidance.LLMatcher.grammar_from_json_schema(schema)
    fault = llguidance.LLMatcher.validate_grammar(grammar, BYTES)
    if fault:
        raise ValueError(fault)
    matcher = llguidance.LLMatcher(BYTES, grammar)
    tokens = BYTES.tokenize_str(reply)
    return matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()


def by_outlines(schema, reply):
    return re.fullmatch(build_regex_from_schema(schema), reply) is not None


ENGINES = {"xgrammar": by_xgrammar, "llguidance": by_llguidance, "outlines_core": by_outlines}
ENDS = {"type": "string", "pattern": r"\?$"}
ANCHORED = {"type": "string", "pattern": r"^.*\?$"}
PLAIN = {"type": "string"}
REQUIRED = {"type": "object", "properties": {"question": {"type": "string"}}, "required": ["question", "answer"]}
# Whether the schema allows the reply; then what xgrammar, llguidance and outlines_core say.
CASES = [
    (ENDS, '"Who was it?"', True, [False, True, False]),
    (ENDS, '"?"', True, [True, True, False]),
    (ANCHORED, '"Who was it?"', True, [True, True, True]),
    (ANCHORED, r'"Who wrote \"Emma\"?"', True, [False, True, True]),
    (PLAIN, r'"Who wrote \"Emma\"?"', True, [True, True, True]),
    (REQUIRED, '{"question": "x", "answer": "y"}', True, [False, True, False]),
    (REQUIRED, '{"question": "x"}', False, [True, False, True]),
]
print(*(f"{package} {version(package)}" for package in ENGINES))
same = True
for schema, reply, allowed, want in CASES:
    found = [engine(json.dumps(schema), reply) for engine in ENGINES.values()]
    print(f"{json.dumps(schema)}\n  {reply}: schema {allowed}, " +
          ", ".join(f"{name} {is_allowed}" for name, is_allowed in zip(ENGINES, found)))
    same = same and found == want
sys.exit(0 if same else "these engines do something else now")
PYTHON
