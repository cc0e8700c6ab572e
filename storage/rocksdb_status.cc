// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/rocksdb_status.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace quipu::storage {
namespace {

// What the C library calls ENOSPC.
constexpr char kNoSpace[] = "No space left on device";

absl::StatusCode CodeOf(const rocksdb::Status& status) {
  using SubCode = rocksdb::Status::SubCode;
  // The cause first, then the kind: a full disk is reported as several kinds.
  // Where RocksDB wraps a status, only the text says so.
  if (status.subcode() == SubCode::kNoSpace || status.subcode() == SubCode::kSpaceLimit ||
      status.IsMemoryLimit() || absl::StrContains(status.ToString(), kNoSpace)) {
    return absl::StatusCode::kResourceExhausted;
  }
  // Only RocksDB removes the files of a healthy store.
  if (status.IsPathNotFound()) return absl::StatusCode::kDataLoss;
  if (status.IsNotFound()) return absl::StatusCode::kNotFound;
  if (status.IsCorruption()) return absl::StatusCode::kDataLoss;
  if (IsLockHeld(status) || status.IsNotSupported()) {
    return absl::StatusCode::kFailedPrecondition;
  }
  if (status.IsInvalidArgument()) return absl::StatusCode::kInternal;
  return absl::StatusCode::kUnavailable;
}

}  // namespace

bool IsLockHeld(const rocksdb::Status& status) {
  if (!status.IsIOError()) return false;
  const std::string text = status.ToString();
  // Not each error of the file: it may be one that cannot be opened, or on a disk without locks.
  return absl::StrContains(text, "lock hold by current process") ||
         (absl::StrContains(text, "While lock file") &&
          absl::StrContains(text, "/LOCK: Resource temporarily unavailable"));
}

absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view context) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(CodeOf(status), absl::StrCat(context, ": ", status.ToString()));
}

}  // namespace quipu::storage
