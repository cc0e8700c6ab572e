// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/store_lock.h"

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/rocksdb_status.h"

namespace quipu::storage {

absl::StatusOr<std::unique_ptr<StoreLock>> StoreLock::Take(absl::string_view path) {
  rocksdb::FileLock* lock = nullptr;
  // As RocksDB spells it: within a process it compares names.
  const rocksdb::Status taken =
      rocksdb::Env::Default()->LockFile(absl::StrCat(path, "/LOCK"), &lock);
  if (taken.IsPathNotFound()) return absl::NotFoundError(absl::StrCat("no store at ", path));
  if (IsLockHeld(taken)) {
    return absl::FailedPreconditionError(
        absl::StrCat("store ", path, " is in use by another process (", taken.ToString(), ")"));
  }
  RETURN_IF_ERROR(FromRocksDb(taken, absl::StrCat("cannot lock store ", path)));
  return absl::WrapUnique(new StoreLock(lock));
}

StoreLock::~StoreLock() {
  // It ends with its descriptor in any case.
  rocksdb::Env::Default()->UnlockFile(lock_).PermitUncheckedError();
}

}  // namespace quipu::storage
