#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes texts with their languages, for language_accuracy.

  language_texts.py xquad DIR [--half 1|2]   # DIR has xquad.de.json, ...: paragraphs, questions
  language_texts.py man DIR [--half 1|2]     # DIR is /usr/share/man: paragraphs of manual pages

Half 1 has the first half of the articles (pages), half 2 the others: one was looked at while the
words were chosen, the other was not.
"""

import argparse
import glob
import gzip
import json
import os
import re


def write(code, kind, text):
    print(code, kind, re.sub(r"\s+", " ", text).strip(), sep="\t")


def half_of(items, half):
    items, middle = list(items), len(items) // 2
    return items if not half else items[:middle] if half == 1 else items[middle:]


def xquad(folder, half):
    for path in sorted(glob.glob(os.path.join(folder, "xquad.*.json"))):
        code = path.split(".")[-2]
        for article in half_of(json.load(open(path))["data"], half):
            for paragraph in article["paragraphs"]:
                write(code, "text", paragraph["context"])
                for pair in paragraph["qas"]:
                    write(code, "question", pair["question"])
                    write(code, "answer", pair["answers"][0]["text"])


def man(folder, half):
    for directory in sorted(glob.glob(os.path.join(folder, "[a-z][a-z]*", ""))):
        code = os.path.basename(directory[:-1]).split("_")[0]
        pages = sorted({os.path.realpath(p) for p in glob.glob(directory + "man*/*.gz")})
        if not re.fullmatch("[a-z][a-z]", code):
            continue
        for page in half_of(pages, half):
            source = gzip.open(page, "rt", encoding="utf-8", errors="replace").read()
            source = re.sub(r"(?m)^[.'].*\n?", "\n", source)  # Requests.
            source = re.sub(r"\\f.|\\\(..|\\[-&e:%|^]", "", source)
            for paragraph in re.split(r"\n\s*\n", source):
                letters = sum(c.isalpha() for c in paragraph)
                if letters >= (60 if code in ("zh", "ja", "ko") else 200):
                    write(code, "text", paragraph)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["xquad", "man"])
    parser.add_argument("folder")
    parser.add_argument("--half", type=int, choices=[1, 2])
    options = parser.parse_args()
    (xquad if options.kind == "xquad" else man)(options.folder, options.half)


main()
