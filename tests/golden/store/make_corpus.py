#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes corpus.jsonl and short.jsonl; their bytes never change.

  python3 make_corpus.py

Four documents, a bad record, a duplicate and a document that is too short; short
rows, of which one is longer than a pack and one longer than a context.
"""

import json
import random

WHO = ["The keeper", "A traveller", "The old captain", "Her sister", "The weaver", "A clerk",
       "The miller", "His friend"]
DID = ["counted", "carried", "found", "mended", "sold", "painted", "copied", "hid"]  # taste-ok
WHAT = ["knotted cords", "silver coins", "river stones", "woollen cloth", "wax candles",
        "paper maps", "copper bells", "clay jars"]
WHERE = ["in the harbour", "behind the church", "near the bridge", "at the market", "on the hill",
         "by the mill", "in the archive", "under the stairs"]
chance = random.Random(2309)


def text(sentences):
    parts = []
    for i in range(sentences):
        parts.append("%s %s %d %s %s%s" % (
            chance.choice(WHO), chance.choice(DID), chance.randrange(2, 900), chance.choice(WHAT),
            chance.choice(WHERE), ".\n\n" if i % 6 == 5 else ". "))
    return "".join(parts)


def main():
    with open("corpus.jsonl", "w") as out:
        documents = [text(n) for n in (60, 90, 120, 75)]
        for i, document in enumerate(documents):
            out.write(json.dumps({"id": i, "text": document}) + "\n")
            if i == 1:
                out.write('{"id": broken\n')
        out.write(json.dumps({"id": 9, "text": documents[0]}) + "\n")
        out.write(json.dumps({"id": 10, "text": "Too short."}) + "\n")
    with open("short.jsonl", "w") as out:
        for i in range(12):
            row = {"prompt": "What is %d plus %d?" % (i, i), "completion": "It is %d." % (2 * i)}
            out.write(json.dumps(row) + "\n")
        out.write(json.dumps({"prompt": "Say it all.", "completion": text(80)}) + "\n")
        out.write(json.dumps({"prompt": "Say more.", "completion": text(130)}) + "\n")


if __name__ == "__main__":
    main()
