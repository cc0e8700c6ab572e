// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The only place where RocksDB options are set.
#ifndef QUIPU_STORAGE_OPTIONS_H_
#define QUIPU_STORAGE_OPTIONS_H_

#include <vector>

#include "absl/types/span.h"
#include "rocksdb/db.h"
#include "storage/keys.h"
#include "storage/store_memory.h"

namespace quipu::storage {

// Bytes of checksum that each key and value carries from the batch to the log
// and the memtable.
inline constexpr size_t kProtectionBytes = 8;

// Options of the database; with `create`, a missing database is created and an
// incomplete one completed.
rocksdb::DBOptions MakeDbOptions(bool create, StoreMemory memory = StoreMemory::kSmall);

// Descriptors of `families` and of RocksDB's own "default", which stays empty
// and comes last. All families share one block cache.
std::vector<rocksdb::ColumnFamilyDescriptor> MakeFamilyDescriptors(
    absl::Span<const Family> families, StoreMemory memory = StoreMemory::kSmall);

rocksdb::WriteOptions MakeWriteOptions(bool sync);
// For reading one value.
rocksdb::ReadOptions MakeReadOptions(const rocksdb::Snapshot* snapshot);
// For a scan of a few keys, one of many; `upper_bound` must outlive the iterator.
rocksdb::ReadOptions MakeShortScanOptions(const rocksdb::Slice* upper_bound);
// For a scan; `upper_bound` must outlive the iterator.
rocksdb::ReadOptions MakeScanOptions(const rocksdb::Snapshot* snapshot,
                                     const rocksdb::Slice* upper_bound);

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_OPTIONS_H_
