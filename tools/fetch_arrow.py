#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Fetches Apache Arrow for C++, which reads and writes Parquet and Arrow files.

    tools/fetch_arrow.py            # headers and three libraries, 90 MB
    tools/fetch_arrow.py --check    # says whether they are there, fetches nothing

Debian 12 has no package of Arrow, but its Python package contains the headers and
the shared libraries. pip fetches that package as it fetches the models
(tools/fetch_model.py): pinned by version and SHA-256. It is unpacked beside its
place and then renamed, so the folder is complete or absent:

    include/, lib/, LICENSE.txt, NOTICE.txt, version

Every symbol of the libraries that is not Arrow's own is hidden on the way:
libparquet exports the OpenSSL and simdjson that it contains, and a program that
uses Debian's would find either, depending on the order of its libraries.

Exit status: 0 Arrow is there; 2 wrong usage; 3 it is unavailable (or, with
--check, not there); 4 no room, or the folder cannot be written.
"""

import argparse
import fcntl
import os
import platform
import re
import shutil
import struct
import sys
import zipfile

import fetch_model

VERSION = "26.0.1"
# Of which Python the package is makes no difference to the libraries in it.
WHEELS = {
    "x86_64": "39cb0f2418282c24bea6ceda77b03e5a8f0a5766b63a8bf194d4e2a2c423548c",
    "aarch64": "22a96a225de107eb9acd1ad9a818198ca832df2a4c0952412f754a7ed2105a98",
}
# What is unpacked, and where it goes. A change makes another version file.
FILES = [
    (re.compile(r"pyarrow/(include/(?:arrow|parquet)/.*[^/])"), r"\1"),
    (re.compile(r"pyarrow/(lib(?:arrow|arrow_s3|parquet)\.so\.[0-9]+)"), r"lib/\1"),
    (re.compile(r"pyarrow-[^/]+/licenses/((?:LICENSE|NOTICE)\.txt)"), r"\1"),
]
# Symbols that stay visible: Arrow's, and templates of the C++ library.
VISIBLE = re.compile(rb"arrow|parquet|^_Z(T[IVS]|GV|GR)?N?K?St")

SECTION_DYNSYM = 11
SYMBOL_BYTES = 24
WEAK = 2
HIDDEN = 2


class ArrowWheel(fetch_model.Wheel):
    """The Python package of one processor."""

    def __init__(self, processor):
        super().__init__("pyarrow", VERSION, WHEELS[processor], member=None)
        self.system = f"manylinux_2_28_{processor}"
        self.pip_options = ["--python-version", "311", "--implementation", "cp",
                            "--abi", "cp311", "--platform", self.system]

    @property
    def filename(self):
        return f"pyarrow-{VERSION}-cp311-cp311-{self.system}.whl"


def version_text(wheel):
    """What `version` says: another text, and it is fetched again."""
    return f"{VERSION} sha256:{wheel.sha256} layout:2\n"


def is_there(wheel, folder):
    try:
        with open(os.path.join(folder, "version"), encoding="utf-8") as source:
            return source.read() == version_text(wheel)
    except OSError:
        return False


def dynamic_symbols(data):
    """(offset of its entry, offset of its name) of each symbol in an ELF file."""
    (sections_at,) = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, sections_at + size * i)
                for i in range(count)]
    for section in sections:
        if section[1] == SECTION_DYNSYM:
            begin, length, names_at = section[4], section[5], sections[section[6]][4]
            for at in range(begin, begin + length, SYMBOL_BYTES):
                yield at, names_at


def hide_symbols(path):
    """Hides what a library defines beside Arrow; returns how many symbols."""
    with open(path, "r+b") as library:
        data = bytearray(library.read())
        if data[:6] != b"\x7fELF\x02\x01":
            raise fetch_model.Unavailable(f"{path} is no 64-bit little-endian library")
        hidden = 0
        for at, names_at in dynamic_symbols(data):
            name_at, info, other, index = struct.unpack_from("<IBBH", data, at)
            start = names_at + name_at
            name = bytes(data[start:data.index(0, start)])
            if index == 0 or other & 3 or VISIBLE.search(name):
                continue
            # The loader binds the library's own uses of a hidden symbol to it, and no other
            # library finds it. The linker would find it all the same, so for the linker it
            # is a symbol that the library uses if somebody defines it.
            struct.pack_into("<BBH", data, at + 4, WEAK << 4 | info & 15, other | HIDDEN, 0)
            hidden += 1
        library.seek(0)
        library.write(data)
    return hidden


def unpack(wheel_path, folder):
    with zipfile.ZipFile(wheel_path) as archive:
        for name in archive.namelist():
            for pattern, place in FILES:
                match = pattern.fullmatch(name)
                if match is None:
                    continue
                path = os.path.join(folder, match.expand(place))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with archive.open(name) as source, open(path, "wb") as out:
                    shutil.copyfileobj(source, out)
    libraries = os.path.join(folder, "lib")
    for name in sorted(os.listdir(libraries)):
        hidden = hide_symbols(os.path.join(libraries, name))
        fetch_model.say(f"{name}: {hidden:,} symbols that are not Arrow's are hidden")


def fetch(wheel, folder):
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_there(wheel, folder):
            fetch_model.say(f"{VERSION} in {folder}")
            return
        fetch_model.say(f"fetching Arrow {VERSION} (55 MB)")
        parts = f"{folder}.parts"
        shutil.rmtree(parts, ignore_errors=True)
        unpacked = os.path.join(parts, "arrow")
        os.makedirs(unpacked)
        try:
            unpack(fetch_model.fetch_wheel(wheel, parts, "[1/1]"), unpacked)
            fetch_model.write_whole(os.path.join(unpacked, "version"), version_text(wheel))
            shutil.rmtree(folder, ignore_errors=True)
            os.rename(unpacked, folder)
        finally:
            shutil.rmtree(parts, ignore_errors=True)
        fetch_model.say(f"{VERSION} in {folder}")


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser(description="Fetches Apache Arrow for C++.")
    parser.add_argument("--dir", default=os.path.join(root, ".cache", "arrow"),
                        help="where it goes (default: .cache/arrow)")
    parser.add_argument("--check", action="store_true",
                        help="fetch nothing; exit status 3 if it is not there")
    args = parser.parse_args()
    folder = os.path.abspath(args.dir)
    fetch_model.SUBJECT = "arrow"
    try:
        if platform.machine() not in WHEELS:
            raise fetch_model.Unavailable(f"there is none for {platform.machine()}")
        wheel = ArrowWheel(platform.machine())
        if not args.check:
            fetch(wheel, folder)
        elif not is_there(wheel, folder):
            raise fetch_model.Unavailable(f"Arrow {VERSION} is not in {folder}")
    except fetch_model.Unavailable as error:
        print(f"arrow: {error}", file=sys.stderr)
        return fetch_model.EXIT_UNAVAILABLE
    except OSError as error:
        print(f"arrow: {error}", file=sys.stderr)
        return fetch_model.EXIT_DISK
    return 0


if __name__ == "__main__":
    sys.exit(main())
