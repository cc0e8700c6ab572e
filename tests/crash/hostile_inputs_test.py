#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Input files that have no end, are no files, or decompress to a thousand times their size.

`quipu build` reads each; the most memory that it ever has resident is 128 MiB. A line is 1 GiB
long; QUIPU_LINE_GIB sets another length (10, by hand: no room on the disk is needed).
"""

import bz2
import contextlib
import json
import lzma
import mmap
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import unittest
import zlib

QUIPU = os.path.abspath("pipelines/quipu")
MOST_KIB = 128 << 10
MIB = 1 << 20
GIB = 1 << 30
BOMB_BYTES = 10 * GIB
LINE_BYTES = int(os.environ.get("QUIPU_LINE_GIB", "1")) * GIB
LIMIT_OF_A_LINE = 64 * MIB


def document(who):
    text = " ".join(
        f"The {who} of village {i} sold {3 * i + 2} sacks of flour in the year {1300 + i}." for i in range(220)
    )
    return (json.dumps({"text": text}) + "\n").encode()


def is_sanitized():
    """Sanitizers keep freed memory."""
    with open(QUIPU, "rb") as program, mmap.mmap(program.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return text.find(b"__asan_init") >= 0 or text.find(b"__tsan_init") >= 0


def deflate_bomb(path):
    """One member, of 10 MiB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(document("miller")) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"a" * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    with open(path, "wb") as out:
        out.write(b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + first + block * (BOMB_BYTES // MIB))
        out.write(packer.flush(zlib.Z_FINISH) + bytes(8))


def gzip_members(path):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    member = packer.compress(b"a" * MIB) + packer.flush()
    with open(path, "wb") as out:
        out.write(member * (BOMB_BYTES // MIB))


def zstd_bomb(path):
    """Blocks of one byte that is repeated: 128 KiB in four bytes."""
    size = 128 << 10
    count = BOMB_BYTES // size
    block = (1 << 1 | size << 3).to_bytes(3, "little") + b"a"
    last = (1 | 1 << 1 | size << 3).to_bytes(3, "little") + b"a"
    with open(path, "wb") as out:
        out.write(struct.pack("<I", 0xFD2FB528) + b"\x00\x58" + block * (count - 1) + last)


def streams(compress, path):
    """Streams behind each other."""
    piece = 16 * MIB
    with open(path, "wb") as out:
        out.write(compress(b"a" * piece) * (BOMB_BYTES // piece))


BOMBS = {
    "one.jsonl.gz": deflate_bomb,
    "members.jsonl.gz": gzip_members,
    "blocks.jsonl.zst": zstd_bomb,
    "streams.jsonl.xz": lambda path: streams(lambda data: lzma.compress(data, preset=0), path),
    "streams.jsonl.bz2": lambda path: streams(bz2.compress, path),
}


def make_socket(path):
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as end:
        end.bind(path)


SPECIAL = {
    "a FIFO": lambda path: os.mkfifo(path),
    "a socket": make_socket,
    "a device": lambda path: os.symlink("/dev/zero", path),
    "a terminal": lambda path: os.symlink("/dev/tty", path),
    "a link to itself": lambda path: os.symlink(path, path),
    "a link to nothing": lambda path: os.symlink("nothing", path),
}


class HostileInputs(unittest.TestCase):
    def setUp(self):
        # Short: it has a socket.
        self.directory = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))

    def path(self, name):
        return os.path.join(self.directory, name)

    def build(self, documents):
        """Exit code, output, and the most KiB that were resident."""
        spec = self.path("spec.textproto")
        with open(spec, "w", encoding="utf-8") as out:
            out.write(
                f'seed: 7 store: "{self.path("store")}" export_dir: "{self.path("export")}"\n'
                f'documents {{ path: "{documents}" }} engine {{ kind: SCRIPTED }}\n'
                "chunks { min_tokens: 100 max_tokens: 200 tokens_per_chunk: 1000 }\n"
            )
        with open(self.path("log"), "w+", encoding="utf-8", errors="replace") as log:
            child = subprocess.Popen([QUIPU, "build", spec], stdout=log, stderr=log)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            log.seek(0)
            text = log.read()
        if not is_sanitized():
            self.assertLessEqual(usage.ru_maxrss, MOST_KIB, text)
        print(f"{os.path.basename(documents)}: {usage.ru_maxrss // 1024} MiB at most", flush=True)
        return child.returncode, text

    def test_a_line_without_an_end_is_counted_and_its_neighbours_are_read(self):
        corpus = self.path("corpus.jsonl")
        with open(corpus, "wb") as out:
            out.write(document("miller"))
            out.truncate(out.tell() + LINE_BYTES)
            out.seek(0, os.SEEK_END)
            out.write(b"\n" + document("weaver"))
        code, log = self.build(corpus)
        self.assertEqual(code, 0, log)
        self.assertIn(f"line of {LINE_BYTES} bytes is too long, the limit is {LIMIT_OF_A_LINE}", log)
        self.assertRegex(log, "read 2 documents .* 1 bad records")

    def test_markdown_of_nothing_but_marks_is_counted_and_its_neighbours_are_read(self):
        os.mkdir(self.path("corpus"))
        with open(self.path("corpus/good.jsonl"), "wb") as out:
            out.write(b"".join(document(who) for who in ("miller", "weaver", "potter", "tanner")))
        marks = "marks without an empty line between them"
        for text, what in ((b"[", marks), (b">", marks), (b"- a\n", "lines")):
            with self.subTest(text):
                with open(self.path("corpus/marks.md"), "wb") as out:
                    out.write(text * (32 * MIB // len(text)))
                code, log = self.build(self.path("corpus"))
                self.assertEqual(code, 0, log)
                self.assertRegex(log, f"more than [0-9]+ {what}, the limit of a Markdown file")
                self.assertRegex(log, "read 4 documents .* 1 bad records")
                shutil.rmtree(self.path("store"))
                shutil.rmtree(self.path("export"))

    def test_bombs_are_stopped_early(self):
        for name, make in BOMBS.items():
            with self.subTest(name):
                make(self.path(name))
                code, log = self.build(self.path(name))
                self.assertEqual(code, 1, log)
                self.assertRegex(log, r"RESOURCE_EXHAUSTED: .* expands too much: \d{8} bytes from")

    def test_what_is_no_file_is_refused_without_a_wait(self):
        for number, (name, make) in enumerate(SPECIAL.items()):
            with self.subTest(name):
                path = self.path(f"special{number}.jsonl")
                make(path)
                code, log = self.build(path)
                self.assertEqual(code, 2, log)
                self.assertIn("NOT_FOUND: documents.path: no file matches", log)
        code, log = self.build("/dev/zero")
        self.assertEqual(code, 2, log)

    def test_a_directory_reads_its_files_and_nothing_else(self):
        os.mkdir(self.path("corpus"))
        for number, make in enumerate(SPECIAL.values()):
            make(self.path(f"corpus/special{number}.jsonl"))
        with open(self.path("corpus/good.jsonl"), "wb") as out:
            out.write(document("miller"))
        code, log = self.build(self.path("corpus"))
        self.assertEqual(code, 0, log)
        self.assertRegex(log, "read 1 documents")


if __name__ == "__main__":
    unittest.main()
