#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# ICU's word iterator takes "@" for a letter, although Unicode's properties say that it is none.
#
# Guess: boundaries follow the property Word_Break and the rules of Unicode's annex 29, so that code
# which reads the property of each character finds the iterator's boundaries: "me@here" is three
# pieces, as "me#here" is.
# Seen (ICU 72.1 of Debian 12, Unicode 15.0, PyICU 2.13.1): "me@here" and "@here" are one piece each,
# while Word_Break of "@" is Other. The iterator's own rules add it to the letters. So a splitter of
# one's own must be checked against the iterator, character by character, and not against the property.
#
# Needs python3 with venv, a C++ compiler and libicu-dev. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet PyICU==2.13.1
"$work/venv/bin/python" - <<'PYTHON'
import sys

import icu

WANT = {"me@here": ["me@here"], "@here": ["@here"], "me#here": ["me", "#", "here"]}


def pieces(text):
    iterator = icu.BreakIterator.createWordInstance(icu.Locale("root"))
    iterator.setText(text)
    begin, found = 0, []
    for end in iterator:
        found.append(text[begin:end])
        begin = end
    return found


print("ICU", icu.ICU_VERSION, "Unicode", icu.UNICODE_VERSION, "PyICU", icu.VERSION)
same = True
for text, wanted in WANT.items():
    found = pieces(text)
    print(f"{text!r}: {found}")
    same = same and found == wanted
name = icu.Char.getPropertyValueName(
    icu.UProperty.WORD_BREAK, icu.Char.getIntPropertyValue("@", icu.UProperty.WORD_BREAK))
print("Word_Break of '@':", name, "(XX is Other)")
sys.exit(0 if same and name == "XX" else "ICU does something else now")
PYTHON
