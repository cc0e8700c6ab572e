// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The lock that a process has on a store which it opened for writing, without opening it: for
// what is done to a store as a whole.
//
//   ASSIGN_OR_RETURN(const auto lock, StoreLock::Take("out/mine/store"));
//   // Nobody opens it for writing now; the directory may be renamed.
//
// Thread-safe.
#ifndef QUIPU_STORAGE_STORE_LOCK_H_
#define QUIPU_STORAGE_STORE_LOCK_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/env.h"

namespace quipu::storage {

class StoreLock {
 public:
  // FAILED_PRECONDITION if a process, also this one, has the store open for writing; NOT_FOUND if
  // there is no such directory; UNAVAILABLE for other errors.
  static absl::StatusOr<std::unique_ptr<StoreLock>> Take(absl::string_view path);
  // Gives it back.
  ~StoreLock();
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

 private:
  explicit StoreLock(rocksdb::FileLock* lock) : lock_(lock) {}

  rocksdb::FileLock* const lock_;
};

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_STORE_LOCK_H_
