#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Where RocksDB keeps large values in blob files, VerifyChecksum finds a damaged store whole, GetApproximateSizes says a
# thousandth of its size, and an iterator reads all values although only keys are asked for.
#
# Guess: enable_blob_files changes where values lie, and the calls mean the same; keys and values are apart so
# that reading keys is cheap.
# Seen (Debian's librocksdb 7.8.3; 1,000 values of 20,000 bytes):
# - VerifyChecksum() is OK after a bit of a blob was flipped, though each blob has a checksum of its own; a scan ends with
#   Corruption. VerifyFileChecksums() finds it; it needs file_checksum_gen_factory when the files are written, which is off by default.
# - GetApproximateSizes() of all keys is 14 kB of 20 MB: partitions that are balanced by it are not.
# - Next() reads and unpacks the value at once: listing 1,000 keys reads 20 MB, as much as listing the values. (Later
#   versions have ReadOptions::allow_unprepared_value.)
# The comments in db.h speak of table files there; that their blobs are not covered follows from it.
#
# Needs librocksdb-dev and a C++ compiler. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cat >"$work/blobs.cc" <<'CPP'
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "rocksdb/db.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/metadata.h"
#include "rocksdb/statistics.h"
#include "rocksdb/version.h"

constexpr int kValues = 1000;
constexpr size_t kValueBytes = 20000;
constexpr long kInFirstBlob = 5000;

void Ok(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(2);
}

std::unique_ptr<rocksdb::DB> Open(const rocksdb::Options& options, const std::string& path) {
  rocksdb::DB* db = nullptr;
  Ok(rocksdb::DB::Open(options, path, &db));
  return std::unique_ptr<rocksdb::DB>(db);
}

void Fill(rocksdb::DB& db) {
  std::mt19937 random(1);
  for (int i = 0; i < kValues; ++i) {
    std::string value(kValueBytes, '\0');
    for (char& c : value) c = static_cast<char>(random());
    Ok(db.Put({}, std::to_string(100000 + i), value));
  }
  Ok(db.Flush({}));
}

struct Scan {
  int keys = 0;
  rocksdb::Status status;
};

Scan ScanKeys(rocksdb::DB& db) {
  Scan scan;
  const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator({}));
  for (at->SeekToFirst(); at->Valid(); at->Next()) ++scan.keys;
  scan.status = at->status();
  return scan;
}

void FlipBit(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(kInFirstBlob);
  const char c = static_cast<char>(file.get() ^ 1);
  file.seekp(kInFirstBlob);
  file.put(c);
}

int main(int, char** argv) {
  const std::string path = argv[1];
  rocksdb::Options options;
  options.create_if_missing = true;
  options.enable_blob_files = true;
  options.min_blob_size = 4096;
  options.statistics = rocksdb::CreateDBStatistics();
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  std::unique_ptr<rocksdb::DB> db = Open(options, path);
  Fill(*db);
  uint64_t on_disk = 0, estimate = 0;
  db->GetIntProperty(rocksdb::DB::Properties::kTotalBlobFileSize, &on_disk);
  const rocksdb::Range all("0", "9");
  Ok(db->GetApproximateSizes(&all, 1, &estimate));
  const Scan whole = ScanKeys(*db);
  const uint64_t read = options.statistics->getTickerCount(rocksdb::BLOB_DB_BLOB_FILE_BYTES_READ);
  std::printf("RocksDB %d.%d.%d\nblob files: %lu bytes; GetApproximateSizes: %lu\n", ROCKSDB_MAJOR, ROCKSDB_MINOR,
              ROCKSDB_PATCH, on_disk, estimate);
  std::printf("an iterator over %d keys: %lu bytes of blobs read\n", whole.keys, read);

  rocksdb::ColumnFamilyMetaData files;
  db->GetColumnFamilyMetaData(&files);
  const rocksdb::BlobMetaData& blobs = files.blob_files.at(0);
  Ok(db->Close());
  db.reset();
  FlipBit(path + "/" + blobs.blob_file_name);
  db = Open(options, path);
  const rocksdb::Status blocks = db->VerifyChecksum();
  const rocksdb::Status whole_files = db->VerifyFileChecksums({});
  const Scan damaged = ScanKeys(*db);
  std::printf("a bit of a blob flipped: opens\nVerifyChecksum: %s\nVerifyFileChecksums: %s\niterator: %d keys, %s\n",
              blocks.ToString().c_str(), whole_files.IsCorruption() ? "Corruption" : "OK", damaged.keys,
              damaged.status.ToString().c_str());
  const bool sizes = on_disk >= kValues * kValueBytes && estimate < on_disk / 1000;
  const bool reads = whole.status.ok() && whole.keys == kValues && read >= kValues * kValueBytes;
  const bool checks = blocks.ok() && whole_files.IsCorruption() && damaged.status.IsCorruption();
  return sizes && reads && checks ? 0 : 1;
}
CPP
c++ -std=c++17 "$work/blobs.cc" -o "$work/blobs" -lrocksdb
"$work/blobs" "$work/store"
