#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# lxml's HTML parser drops all that follows the 254th level of nesting, or a text of more than 10 MB and all behind it, and the
# extractors of text that are built on it return what is left.
#
# Guess: a page that is too much for a parser is an error, or loses the part that is too deep. What stands behind that part, on
# the first level again, is kept.
# Seen (lxml 6.1.3, libxml2 2.14.6; trafilatura 2.3.1, inscriptis 2.7.6, readability-lxml 0.9, jusText 3.0.2): a thread of 300
# replies, each in the one before, and then an article. lxml.html.fromstring gives 253 replies and no article; so do
# inscriptis, readability, jusText and trafilatura. A page with one <pre> of more than 10 MB keeps
# its heading and loses text and notes. The reason is in the parser's error_log, which none of them passes on;
# huge_tree=True keeps all. BeautifulSoup with lxml is complete too. Long documents of the years of nested tables are
# hit first. (Pull request 1114 of dgunning/edgartools: a tenth of a filing; issue 4289 of Unstructured-IO/unstructured.)
#
# Needs python3 with venv. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" lxml==6.1.3 lxml-html-clean==0.4.6 beautifulsoup4==4.15.0 \
  trafilatura==2.3.1 inscriptis==2.7.6 readability-lxml==0.9 justext==3.0.2
"$work/venv/bin/python" - <<'PYTHON'
import sys

import bs4
import inscriptis
import justext
import lxml.html
import readability
import trafilatura

REPLIES, KEPT = 300, 253
REPLY = '<div class="reply"><p>This is reply number {}, and it says something that is worth reading.</p>'
ARTICLE = "<h2>Article</h2><p>The article that they all speak of, with its own few words at the end of the page.</p>"
HUGE = lxml.html.HTMLParser(huge_tree=True)
READERS = {
    "lxml": lambda page: lxml.html.fromstring(page).text_content(),
    "inscriptis": inscriptis.get_text,
    "readability": lambda page: readability.Document(page).summary(),
    "jusText": lambda page: " ".join(
        paragraph.text for paragraph in justext.justext(page.encode(), justext.get_stoplist("English"))),
    "trafilatura, html2txt": trafilatura.html2txt,
    "trafilatura, extract": lambda page: trafilatura.extract(page) or "",
    "lxml, huge_tree": lambda page: lxml.html.fromstring(page, parser=HUGE).text_content(),
    "BeautifulSoup, lxml": lambda page: bs4.BeautifulSoup(page, "lxml").get_text(),
}
WHOLE = ("lxml, huge_tree", "BeautifulSoup, lxml")


def thread(replies):
    return "<html><body><h1>Thread</h1>" + "".join(map(REPLY.format, range(replies))) + "</div>" * replies + ARTICLE + \
        "</body></html>"


same = True
for replies in (KEPT, REPLIES):
    for name, read in READERS.items():
        text = read(thread(replies))
        found, article = text.count("reply number"), "The article that they all" in text
        print(f"{replies} replies, {name}: {found} replies, article: {article}")
        if name in WHOLE or (replies == KEPT and "extract" not in name):
            same = same and found == replies and article
        elif replies > KEPT:
            same = same and found <= KEPT and not article

LINE = "A line of a long text.\n"
for size in (9_900_000, 10_100_000):
    lines = size // len(LINE)
    page = f"<html><body><h1>Title</h1><pre>{LINE * lines}</pre><p>The notes.</p></body></html>"
    for name in ("lxml", "inscriptis", "lxml, huge_tree", "BeautifulSoup, lxml"):
        text = READERS[name](page)
        found, notes = text.count("A line"), "notes" in text
        print(f"{size} bytes of <pre>, {name}: {found} of {lines} lines, title: {'Title' in text}, notes: {notes}")
        lost = size > 10_000_000 and name not in WHOLE
        same = same and (found, notes) == ((0, False) if lost else (lines, True)) and "Title" in text
sys.exit(0 if same else "these libraries do something else now")
PYTHON
