#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# RocksDB of Debian 12 aborts the process when its own log file, LOG, cannot grow.
#
# Guess: a library from a distribution is built without assertions, and a log of messages that cannot be
# written is lost; the write to the database that fails says so by its status.
# Seen (librocksdb 7.8.3-2): the library has its assertions (it is built without NDEBUG). The writer of
# LOG is used again after a write has failed, and asserts that it is not: the next message ends the
# process with SIGABRT, in DB::Open already, which logs all options. A `rocksdb::Logger` of one's own
# (DBOptions::info_log) avoids it: then the same program gets a status.
#
# Here a limit of the file size takes the place of a full disk: no root is needed.
#
# Needs a C++ compiler and librocksdb-dev. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cat >"$work/open.cc" <<'CPP'
#include <rocksdb/db.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>
#include <memory>
#include <string>

// Drops everything.
class NoLog : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// open DIRECTORY own|none: opens a database whose files cannot grow beyond 40,000 bytes.
int main(int, char** argv) {
  signal(SIGXFSZ, SIG_IGN);
  const rlimit limit = {40000, 40000};
  setrlimit(RLIMIT_FSIZE, &limit);
  rocksdb::Options options;
  options.create_if_missing = true;
  if (std::string(argv[2]) == "none") options.info_log = std::make_shared<NoLog>();
  // Each family's options are logged.
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g", "h"};
  rocksdb::DB* db = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, argv[1], &db);
  for (const std::string& name : names) {
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    if (status.ok()) status = db->CreateColumnFamily(options, name, &handle);
    delete handle;
  }
  for (int i = 0; status.ok() && i < 100; ++i) {
    status = db->Put({}, std::to_string(i), std::string(10000, 'x'));
  }
  std::printf("status: %s\n", status.ToString().c_str());
  return status.ok() ? 3 : 0;
}
CPP
g++ -std=c++17 -O1 -o "$work/open" "$work/open.cc" -lrocksdb
dpkg-query -W -f='${Package} ${Version}\n' librocksdb7.8
code=0
(ulimit -c 0 && "$work/open" "$work/own" own) >"$work/out" 2>&1 || code=$?
printf 'with its own LOG: exit status %s\n' "$code"
cat "$work/out"
[[ $code -eq 134 ]] && grep -q 'AssertFalseAndGetStatusForPrevError' "$work/out" || exit 1
printf 'with a logger that drops messages:\n'
"$work/open" "$work/none" none
