#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Turns a file in SQuAD's format (XQuAD, SQuAD) into given pairs for `quipu score`.

  tests/quality/squad_pairs.py xquad.en.json --every 10 --half 0 > gold.jsonl

Takes every n-th paragraph; --half 0 or 1 takes every other one of those.
"""

import argparse
import json


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--every", type=int, default=1, help="take every n-th paragraph")
    parser.add_argument("--half", type=int, choices=(0, 1), help="take one half of those")
    args = parser.parse_args()
    with open(args.file, encoding="utf-8") as file:
        data = json.load(file)["data"]
    paragraphs = [p for article in data for p in article["paragraphs"]][:: args.every]
    if args.half is not None:
        paragraphs = paragraphs[args.half :: 2]
    for paragraph in paragraphs:
        for qa in paragraph["qas"]:
            pair = {
                "id": qa["id"],
                "chunk": paragraph["context"],
                "question": qa["question"],
                "answer": qa["answers"][0]["text"],
                "form": "short",
            }
            print(json.dumps(pair, ensure_ascii=False))


if __name__ == "__main__":
    main()
