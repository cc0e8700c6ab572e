#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Puts each attack of attacks.jsonl into a document of real prose, as JSONL for `quipu build`.

  embed.py PROSE.jsonl [EVERY] > corpus.jsonl

PROSE.jsonl has paragraphs: {"text": ..., "language": "en"}. An attack gets paragraphs of
its language, or English ones. It is in the middle, alternately a paragraph of its own and
the end of one, so that the only chunk of the document holds it. EVERY 4: each fourth attack.
"""

import json
import os
import sys

WORDS = 200  # Of a document without its attack: one chunk.


def length(text):
    """Words; two characters of a script without spaces count as one."""
    spaced = len(text.split())
    return max(spaced, len(text) // 3 if spaced * 12 < len(text) else spaced)


def main():
    prose = {}
    for line in open(sys.argv[1], encoding="utf-8"):
        row = json.loads(line)
        prose.setdefault(row.get("language", "en"), []).append(row["text"].strip())
    attacks = os.path.join(os.path.dirname(os.path.abspath(__file__)), "attacks.jsonl")
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    used = {}
    for number, line in enumerate(open(attacks, encoding="utf-8")):
        if number % every != 0:
            continue
        attack = json.loads(line)
        language = attack["language"] if attack["language"] in prose else "en"
        paragraphs = prose[language]
        chosen, words = [], 0
        while words < WORDS:
            place = used.get(language, 0)
            used[language] = place + 1
            chosen.append(paragraphs[place % len(paragraphs)])
            words += length(chosen[-1])
        middle = len(chosen) // 2
        if number // every % 2 == 0:
            chosen.insert(middle, attack["text"])
        else:
            chosen[middle] += " " + attack["text"]
        print(json.dumps({"id": attack["id"], "text": "\n\n".join(chosen)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
