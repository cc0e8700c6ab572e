// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Backups: a copy of a run's store in a directory of its own, made while a build
// or a coordinator may be writing. Every value is read and checked on the way, so a
// damaged store is not backed up. The copy is the state at one commit, and is
// itself a store that can be read (`quipu check`, `show`, `export`), with a list of
// its files.
//
//   ASSIGN_OR_RETURN(const BackupSummary made, BackUp("out/store", "/backups/run"));
//   ASSIGN_OR_RETURN(const BackupSummary back, Restore("/backups/run", "out/store"));
//
// Both directories appear complete or not at all. Thread-safe.
#ifndef QUIPU_STORAGE_BACKUP_H_
#define QUIPU_STORAGE_BACKUP_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/backup_name.h"

namespace quipu::storage {

struct BackupSummary {
  std::string run_id;  // 16 bytes.
  uint64_t records = 0;
  uint64_t results = 0;
  uint64_t bytes = 0;  // Of the copy's files.
};

// Copies the run at `store` to `backup`, which must not exist, be empty, or be an earlier backup
// of the same run; that one is replaced at the end. NOT_FOUND if there is no run; DATA_LOSS,
// naming the key or file, if it is damaged; ALREADY_EXISTS if something else is at `backup`;
// INVALID_ARGUMENT if that is inside the store.
absl::StatusOr<BackupSummary> BackUp(absl::string_view store, absl::string_view backup);

// Checks every file of a backup and copies it to `store`, which must not exist or be empty. The
// copy's epoch is far behind the original's next ones, so no lease is granted under a number that
// was used before. NOT_FOUND if there is no backup; DATA_LOSS, naming the file, if it is damaged.
absl::StatusOr<BackupSummary> Restore(absl::string_view backup, absl::string_view store);

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_BACKUP_H_
