#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# warcio gives pages that a server sent as zstd, or as br, in their compressed bytes, without an error, and datatrove leaves them out of
# the corpus without a word.
#
# Guess: content_stream() gives the page, which is what it is for, or an error where it cannot. A reader of a crawl counts what it
# leaves out.
# Seen (warcio 1.8.1, datatrove 0.10.1, FastWARC 2.0.1): a WARC file with one page four times, as crawlers that are browsers store it:
# plain, gzip, br and zstd. warcio decodes gzip. It does not know zstd, and br only if a package brotli is there, which it does not
# ask for; an encoding that it does not know counts as none. datatrove's WarcReader calls that, and two of the four
# pages are missing from what it gives, also where the record says that its payload is text/html
# (WARC-Identified-Payload-Type). FastWARC's reader, as it comes, decodes none of the three. (Common Crawl's own files hold decoded
# pages.)
#
# Needs python3 with venv, and libmagic. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" warcio==1.8.1 "datatrove[io,processing]==0.10.1" \
  fastwarc==2.0.1 zstandard
"$work/venv/bin/uv" pip uninstall --quiet --python "$work/venv/bin/python" brotli brotlicffi
"$work/venv/bin/uv" pip install --quiet --target "$work/brotli-alone" brotli
HF_HUB_OFFLINE=1 "$work/venv/bin/python" -W ignore - "$work" <<'PYTHON'
import gzip
import importlib.util
import io
import os
import subprocess
import sys

import fastwarc
import zstandard
from datatrove.pipeline.readers import WarcReader
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

WORK = sys.argv[1]
PAGE = ("<html><head><title>Bridges</title></head><body>" + "".join(
    f"<p>Paragraph {i} of a page about the bridges of a town, which were built in {1500 + i}.</p>" for i in range(60)) +
    "</body></html>").encode()
BROTLI = subprocess.run(
    [sys.executable, "-c", "import brotli, sys; sys.stdout.buffer.write(brotli.compress(sys.stdin.buffer.read()))"],
    input=PAGE, stdout=subprocess.PIPE, check=True, env=os.environ | {"PYTHONPATH": WORK + "/brotli-alone"}).stdout
BODIES = {"identity": PAGE, "gzip": gzip.compress(PAGE), "br": BROTLI, "zstd": zstandard.compress(PAGE)}


def write(path, headers):
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=False)
        for name, body in BODIES.items():
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", name),
                                               ("Content-Length", str(len(body)))], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(
                f"https://example.org/{name}", "response", payload=io.BytesIO(body), http_headers=http,
                warc_headers_dict=headers))


def name_of(url):
    return url.rsplit("/", 1)[1]


def by_warcio(path):
    with open(path, "rb") as file:
        return {name_of(record.rec_headers.get_header("WARC-Target-URI")): record.content_stream().read()
                for record in ArchiveIterator(file)}


def by_fastwarc(path):
    with open(path, "rb") as file:
        return {name_of(record.headers["WARC-Target-URI"]): record.reader.read() for record in fastwarc.ArchiveIterator(file)}


def by_datatrove(path):
    reader = WarcReader(WORK, glob_pattern=os.path.basename(path), compression=None)
    return {name_of(document.metadata["url"]): document.text.encode() for document in reader()}


def seen(pages):
    return {name: "missing" if name not in pages else "right" if pages[name] == PAGE else
            "compressed" if pages[name] == body else "other text" for name, body in BODIES.items()}


SOME = {"identity": "right", "gzip": "right"}
NONE = {"br": "compressed", "zstd": "compressed"}
write(WORK + "/plain.warc", {})
write(WORK + "/identified.warc", {"WARC-Identified-Payload-Type": "text/html"})
same = importlib.util.find_spec("brotli") is None
for name, read, file, want in [
        ("warcio", by_warcio, "plain", SOME | NONE),
        ("FastWARC", by_fastwarc, "plain", NONE | {"identity": "right", "gzip": "compressed"}),
        ("datatrove", by_datatrove, "plain", SOME | {"br": "missing", "zstd": "missing"}),
        ("datatrove, records with a payload type", by_datatrove, "identified", None)]:
    found = seen(read(f"{WORK}/{file}.warc"))
    print(f"{name}: {found}")
    if want:
        same = same and found == want
    else:
        same = same and found | {"br": "", "zstd": ""} == SOME | {"br": "", "zstd": ""} and "right" not in (
            found["br"], found["zstd"])
sys.exit(0 if same else "these libraries do something else now")
PYTHON
