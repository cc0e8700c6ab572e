// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The run's secret, under which lease tickets are signed: 32 random bytes in a
// file beside the store that nobody but its owner may read, so that tickets are
// good after the coordinator was started again. A build on one machine takes
// NewRunSecret, which lives in memory alone.
//
//   ASSIGN_OR_RETURN(const std::string secret, LoadOrCreateRunSecret(SecretPathOf(store)));
//
// The file is no part of the store: a backup does not hold it, and without it a
// new one is made and the tickets that are out are worth nothing. Thread-safe,
// but two processes must not create one file at once (the store's lock sees to
// that).
#ifndef QUIPU_PIPELINES_COORDINATOR_RUN_SECRET_H_
#define QUIPU_PIPELINES_COORDINATOR_RUN_SECRET_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

inline constexpr size_t kRunSecretBytes = 32;

// `<store>.secret`.
std::string SecretPathOf(absl::string_view store_path);

// Reads the file, or makes it (mode 0600, synced with its directory).
// FAILED_PRECONDITION if it can be read or written by others or is no regular
// file; DATA_LOSS if it has another size; errors of base/file otherwise.
absl::StatusOr<std::string> LoadOrCreateRunSecret(absl::string_view path);

// A fresh one that is stored nowhere.
std::string NewRunSecret();

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_RUN_SECRET_H_
