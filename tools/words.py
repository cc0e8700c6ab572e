#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Finds the words that docs/words.md replaces.

  tools/words.py             # the whole repository
  tools/words.py FILE...     # some files
  tools/words.py --count     # how often each entry is found, most frequent first

The list is the second table of docs/words.md. Backquotes in its column "not"
contain regular expressions, which match at word boundaries, in either case and
across line ends. In C++ and protos only comments and strings are searched, in
other files everything. Data (.jsonl) and lines with "taste-ok" are skipped.

Prints each finding as file:line: found (say: ...). Exit status 1 if anything
was found.
"""

import collections
import os
import re
import subprocess
import sys

LIST = "docs/words.md"
# The list itself, a list of old names, and texts by others.
SKIPPED = (LIST, "docs/moved.md", "LICENSE", "tools/demo_docs.txt")
DATA = (".jsonl",)
PROSE_ONLY = (".h", ".cc", ".proto")

ROW = re.compile(r"^\|([^|]*)\|((?:[^|`]|`[^`]*`)*)\|")
TOKEN = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|(?P<raw>R"(?P<delimiter>[^()\s]*)\(.*?\)(?P=delimiter)")'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>'(?:\\.|[^'\\\n])+')",
    re.S)
WORD = re.compile(r"\w")
# A blank, or a line end inside a paragraph.
BLANK = r"(?:[ \t]*\n[ \t]*|[ \t]+)"


def read_list(text):
    """The entries of the table under "Say, not": (say, compiled expression)."""
    entries = []
    for line in text.split("## Say, not", 1)[1].splitlines():
        row = ROW.match(line)
        if not row:
            continue
        say = row.group(1).strip()
        for expression in re.findall(r"`([^`]+)`", row.group(2)):
            expression = expression.replace("\\|", "|")  # Escaped for the Markdown table.
            entries.append((say, expression,
                            re.compile(r"(?:%s)\b" % expression.replace(" ", BLANK))))
    return entries


def blank_out(text):
    """As many blanks as the text is long; line ends are kept."""
    return re.sub(r"[^\n]", " ", text)


def code_to_prose(text):
    """Comments and strings at their positions. Code becomes a character that no
    expression matches, so that no finding spans code."""
    out, end = [], 0

    def add_code(code):
        # Between two comments or two strings there are only blanks.
        out.append(re.sub(r"\S", "\x01", code))

    for token in TOKEN.finditer(text):
        add_code(text[end:token.start()])
        end = token.end()
        found = token.group(0)
        if token.group("comment"):
            out.append("  " + re.sub(r"(?m)^\s*\*", blank_match, found[2:]))
        elif token.group("string"):
            out.append(" " + found[1:-1].replace("\\n", "\x01 ") + " ")
        elif token.group("raw"):
            out.append(found)
        else:
            add_code(found)
    add_code(text[end:])
    return "".join(out)


def blank_match(match):
    return blank_out(match.group(0))


def prose_of(path, text):
    if path.endswith(PROSE_ONLY):
        return code_to_prose(text)
    # The marks of comments, lists and quotes at the beginning of a line.
    return re.sub(r"(?m)^[ \t]*[#>*|-]+", blank_match, text)


def find(path, entries):
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (UnicodeDecodeError, OSError):
        return
    # The text is lower case and the boundary before a match is checked here, so
    # that Python can search by first letters, which is ten times as fast.
    prose, lines = prose_of(path, text).lower(), text.split("\n")
    for say, expression, pattern in entries:
        for match in pattern.finditer(prose):
            if match.start() > 0 and WORD.match(prose[match.start() - 1]):
                continue
            line = prose.count("\n", 0, match.start()) + 1
            if "taste-ok" not in lines[line - 1]:
                yield line, " ".join(match.group(0).split()), say, expression


def all_files():
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                         capture_output=True, text=True, check=True)
    return out.stdout.split("\n")


def main(argv):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    with open(LIST, encoding="utf-8") as file:
        entries = read_list(file.read())
    paths = [path for path in argv if path != "--count"] or all_files()
    counts, findings = collections.Counter(), 0
    for path in paths:
        if path in SKIPPED or path.endswith(DATA) or not os.path.isfile(path):
            continue
        for line, found, say, expression in sorted(find(path, entries)):
            findings += 1
            counts[(expression, say)] += 1
            if "--count" not in argv:
                print("%s:%d: %s (say: %s)" % (path, line, found, say))
    if "--count" in argv:
        for (expression, say), count in counts.most_common():
            print("%5d  %s (say: %s)" % (count, expression, say))
    if findings:
        print("%d findings; see %s" % (findings, LIST))
        return 1
    print("no findings")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
