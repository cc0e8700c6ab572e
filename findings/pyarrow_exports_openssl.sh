#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# A C++ program that links pyarrow's libparquet gets its OpenSSL in place of its own.
#
# Guess: a wheel's shared library keeps the libraries inside it to itself, as libarrow does with its OpenSSL.
# Seen (pyarrow 26.0.1, manylinux_2_28, Debian 12): libparquet exports all symbols of the OpenSSL (and of the
# simdjson) in it, 7,504 functions and objects of C, without versions. In a program that is linked with it
# before libssl and libcrypto, libcrypto's functions are those in libparquet, of another version of OpenSSL,
# and libssl is the system's. tools/fetch_arrow.py hides these symbols.
#
# Needs g++, libssl-dev, python3 with pip. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 311 --implementation cp \
  --abi cp311 --platform manylinux_2_28_x86_64 pyarrow==26.0.1
python3 -m zipfile -e pyarrow-*.whl wheel
exported="$(nm -D --defined-only wheel/pyarrow/libparquet.so.2600 |
  awk '$3 !~ /^_Z/ && $3 !~ /arrow|parquet/' | wc -l)"
echo "libparquet exports $exported symbols of C that are not its own"
cat >where.cc <<'SOURCE'
#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <iostream>

int main() {
  for (void* function : {reinterpret_cast<void*>(&EVP_sha256), reinterpret_cast<void*>(&SSL_new)}) {
    Dl_info info;
    dladdr(function, &info);
    std::cout << info.dli_fname << "\n";
  }
}
SOURCE
g++ -O1 where.cc -o where -Wl,--no-as-needed "-Wl,-rpath,$work/wheel/pyarrow" -Lwheel/pyarrow \
  -l:libparquet.so.2600 -l:libarrow.so.2600 -lssl -lcrypto
mapfile -t found < <(./where)
echo "EVP_sha256 is in ${found[0]##*/}, SSL_new in ${found[1]##*/}"
[[ $exported -gt 7000 && ${found[0]} == */libparquet.so.2600 && ${found[1]} == */libssl.so.3 ]]
