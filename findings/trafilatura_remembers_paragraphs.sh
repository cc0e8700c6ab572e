#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# With deduplicate=True, as datatrove calls it, trafilatura leaves out of a page what the same process has seen in
# other pages: the text depends on the order of the corpus and on the number of workers.
#
# Guess: deduplicate=True removes what occurs twice in the page, so the text is a function of the page.
# Seen (trafilatura 2.3.1, datatrove 0.10.1): the process remembers paragraphs of all pages. The one that six pages
# share is in the first three of them only, whichever these are; the same page given five times is complete
# three times, then there is None. Another process begins with an empty memory, so two workers keep the paragraph
# in six pages. datatrove's extractor has deduplicate=True as its default, and a worker reads many files in one process.
# Licences, refrains and quoted sources go first. trafilatura's issue 778, closed, found it in FineWeb 2;
# with deduplicate=False the text is a function of the page.
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile trafilatura==2.3.1 lxml_html_clean
"$work/venv/bin/pip" install --quiet --no-compile --no-deps datatrove==0.10.1
"$work/venv/bin/pip" install --quiet --no-compile dill fsspec huggingface-hub humanize loguru multiprocess numpy tqdm
cat >"$work/extract.py" <<'PYTHON'
"""extract.py DEDUPLICATE PAGE...: as a worker of datatrove does; prints the length of each page's text, -1 if there is none."""
import sys

from datatrove.pipeline.extractors import Trafilatura

SHARED = ("This text is part of the archive of the historical society, which has collected letters, maps and "
          "photographs since 1911 and lends them to schools.")
OWN = ["The harbour of the old town was built by merchants who came from the north and wanted a safe place.",
       "Its walls were made of granite, which had to be carried over forty miles of bad roads from the hills.",
       "Today it is a museum, and the ships in it are copies made by volunteers in thirty years."]


def page(name):
    own = "".join(f"<p>{text} (page {name}, {i})</p>" for i, text in enumerate(OWN))
    return f"<html><body><article><h1>Page {name}</h1>{own}<p>{SHARED}</p></article></body></html>"


extractor = Trafilatura() if sys.argv[1] == "default" else Trafilatura(deduplicate=False)
texts = [extractor.extract(page(name)) for name in sys.argv[2:]]
print(*[-1 if text is None else len(text) for text in texts], *[SHARED in (text or "") for text in texts])
PYTHON
extract() { "$work/venv/bin/python" "$work/extract.py" "$@"; }
echo "trafilatura 2.3.1, datatrove 0.10.1: lengths of the texts, and is the shared paragraph in them?"
forwards="$(extract default 1 2 3 4 5 6)"
backwards="$(extract default 6 5 4 3 2 1)"
workers="$(extract default 1 2 3) / $(extract default 4 5 6)"
again="$(extract default 1 1 1 1 1)"
off="$(extract off 1 1 1 1 1)"
printf '%s\n' "pages 1 to 6: $forwards" "pages 6 to 1: $backwards" "two workers: $workers" \
  "page 1 five times: $again" "page 1 five times, deduplicate=False: $off"
[[ "$forwards" == *"True True True False False False" && "$backwards" == *"True True True False False False" ]]
[[ "$workers" == *"True True True / "*"True True True" ]]
read -r first _ _ _ last _ <<<"$again"
((first > 0 && last == -1))
[[ "$off" == *"True True True True True" ]]
