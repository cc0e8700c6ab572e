// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What tells a backup from a store that may be written to.
#ifndef QUIPU_STORAGE_BACKUP_NAME_H_
#define QUIPU_STORAGE_BACKUP_NAME_H_

namespace quipu::storage {

// The list of a backup's files, in its directory.
inline constexpr char kBackupListName[] = "BACKUP.json";

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_BACKUP_NAME_H_
