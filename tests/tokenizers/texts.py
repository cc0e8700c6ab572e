#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes texts in many scripts, and code, each with a zero byte at its end.

  texts.py FILE

Languages: what Debian's package iso-codes has of names of languages, countries and currencies, in
the translators' languages. Code: Python's own library. Then texts that are hard on tokenizers:
every assigned character, white space of every kind, decomposed letters, long words. A text never
has a special token's spelling. Prints which scripts there are.
"""

import collections
import gettext
import glob
import os
import random
import sys
import unicodedata

LOCALES = "/usr/share/locale"
DOMAINS = ["iso_639-2", "iso_639-3", "iso_3166-1", "iso_3166-2", "iso_4217", "iso_15924"]
MAX_LANGUAGE = 60_000


def language(code):
    lines = []
    for domain in DOMAINS:
        path = os.path.join(LOCALES, code, "LC_MESSAGES", domain + ".mo")
        if os.path.exists(path):
            with open(path, "rb") as file:
                messages = gettext.GNUTranslations(file)._catalog
            lines += [text for key, text in messages.items() if key and isinstance(text, str)]
    sentences = ["; ".join(lines[i:i + 9]) + ". " for i in range(0, len(lines), 9)]
    return "\n".join("".join(sentences[i:i + 5]) for i in range(0, len(sentences), 5))[:MAX_LANGUAGE]


def code():
    for path in sorted(glob.glob(os.path.join(os.path.dirname(os.__file__), "*.py")))[:60]:
        yield open(path, encoding="utf-8").read()


def hard(rng):
    assigned = [chr(c) for c in range(32, 0x32000) if unicodedata.category(chr(c)) not in ("Cs", "Cn")]
    for begin in range(0, len(assigned), 4096):
        block = assigned[begin:begin + 4096]
        yield "".join(block)
        yield " ".join(block)
        rng.shuffle(block)
        yield "".join(c + rng.choice(["", " ", "  ", "\n", "a", "1", "'s", "\r\n", "\t"]) for c in block)
    spaces = [" ", "\t", "\n", "\r", "\r\n", "\u00a0", "\u3000", "\u2003", "\x0b", "\x0c", "\x85", "\u2028"]
    yield "".join(rng.choice(spaces + ["x", "word", "12345", "...", "It's", "WE'LL"]) for _ in range(5000))
    yield "a" * 3000 + " " * 3000 + "\n" * 500 + "9" * 1000 + "=" * 700
    yield "".join(rng.choice("aAbBcC'sStT dD.1\n") for _ in range(6000))
    words = ["don't", "I'LL", "camelCaseWord", "HTTPServer", "x86_64", "3.14159", "1,000,000", "naïve", "ſ's"]
    yield " ".join(rng.choice(words) for _ in range(2000))
    yield unicodedata.normalize("NFD", "Việt Nam: tiếng Việt có nhiều dấu. 한국어 문장. Ǭ ṩ café " * 50)


def main():
    rng = random.Random(1)
    texts = ["", " ", "a", "  two  spaces  "]
    codes = sorted(os.path.basename(path) for path in glob.glob(LOCALES + "/*"))
    texts += [text for text in map(language, codes) if len(text) > 2000]
    texts += list(code())
    scripts = collections.Counter()
    for c in "".join(texts):
        if c.isalpha():
            scripts[unicodedata.name(c, "?").split()[0]] += 1
    texts += list(hard(rng))
    with open(sys.argv[1], "wb") as file:
        for text in texts:
            file.write(text.replace("\0", " ").encode("utf-8", "replace") + b"\0")
    common = [name for name, count in scripts.most_common() if count >= 500]
    print("%d texts, %d scripts: %s" % (len(texts), len(common), " ".join(common)))


if __name__ == "__main__":
    main()
