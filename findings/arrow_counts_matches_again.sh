#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Arrow, and so the default strings of pandas 3, count matches of ^ and \b that are not there: after
# each match they search the rest as if the text began there.
#
# Guess: Series.str.count(r"(?m)^#") is the number of lines that begin with "#", as in pandas 2 and re.
# Seen (pandas 3.1.1, pyarrow 26.0.1): "### Results" counts 3, and r"\b[A-Z]" (words with a capital)
# counts all four letters of "NASA", since what is left of the last match is forgotten. No error, no
# warning; the same column with dtype=object, DuckDB (which has RE2 too) and polars count right, and
# str.replace is right. pyarrow.compute.split_pattern_regex cuts at such places too. Filters
# of a corpus by headings, list marks, indented lines or words with capitals are off, most where a text
# has most of them.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile pandas==3.1.1 pyarrow==26.0.1 duckdb==2.0.1 polars==2.1.0
"$work/venv/bin/python" - <<'PYTHON'
import re
import sys

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.compute

CASES = [
    # What is counted, pattern, text, matches, matches by Arrow.
    ("headings", r"(?m)^#", "# Title\n\n## Methods\n\ntext # 1\n\n### Results\n", 3, 6),
    ("indented lines", r"(?m)^ ", "def f():\n    x = 1\n    return x\n", 2, 8),
    ("words with a capital", r"\b[A-Z]", "NASA and ESA signed in Paris.", 3, 8),
    ("words", r"\b\w", "the quick brown fox", 4, 16),
    ("words, whole", r"\b\w+", "the quick brown fox", 4, 4),
]
same = True
for what, pattern, text, matches, by_arrow in CASES:
    by_duckdb = duckdb.execute("SELECT len(regexp_extract_all(?, ?))", [text, pattern]).fetchone()[0]
    found = {
        "re": len(re.findall(pattern, text)),
        "pandas, object": int(pandas.Series([text], dtype=object).str.count(pattern)[0]),
        "duckdb": by_duckdb,
        "polars": polars.Series([text]).str.count_matches(pattern)[0],
        "pandas": int(pandas.Series([text]).str.count(pattern)[0]),
        "pyarrow": pyarrow.compute.count_substring_regex(pyarrow.array([text]), pattern)[0].as_py(),
    }
    print(f"{what} {pattern}: {found}")
    same = same and list(found.values()) == [matches] * 4 + [by_arrow] * 2
pieces = pyarrow.compute.split_pattern_regex(pyarrow.array(["## One\n## Two"]), "(?m)^#")[0].as_py()
print("split by pyarrow:", pieces, "by re:", re.split("(?m)^#", "## One\n## Two"))
same = same and pieces == ["", "", " One\n", "", " Two"]
sys.exit(0 if same else "pandas or Arrow do something else now")
PYTHON
