// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Converts between RocksDB's types and ours: statuses and slices.
//
//   RETURN_IF_ERROR(FromRocksDb(db->SyncWAL(), "cannot sync the log"));
#ifndef QUIPU_STORAGE_ROCKSDB_STATUS_H_
#define QUIPU_STORAGE_ROCKSDB_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rocksdb/slice.h"
#include "rocksdb/status.h"

namespace quipu::storage {

// Returns OK, or an error with the message "`context`: what RocksDB says":
// NOT_FOUND (no such key); DATA_LOSS (corruption, a missing file of the store);
// RESOURCE_EXHAUSTED (disk full, memory limit); FAILED_PRECONDITION (the lock is
// held, or RocksDB refuses the operation); UNAVAILABLE (other I/O errors);
// INTERNAL (RocksDB refuses our argument).
absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view context);

// Whether opening failed because another process, or this one, already has the
// store open.
bool IsLockHeld(const rocksdb::Status& status);

// Views the same bytes.
inline rocksdb::Slice ToSlice(absl::string_view s) { return {s.data(), s.size()}; }
inline absl::string_view ToView(const rocksdb::Slice& s) { return {s.data(), s.size()}; }

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_ROCKSDB_STATUS_H_
