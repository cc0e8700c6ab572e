// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The run's secret, which signs lease tickets: 32 random bytes in a file beside
// the store that only its owner may read, so that tickets stay valid after a
// restart of the coordinator. A build on one machine uses NewRunSecret, which
// is only in memory.
//
//   ASSIGN_OR_RETURN(const std::string secret, LoadOrCreateRunSecret(SecretPathOf(store)));
//
// The file is not part of the store, so a backup does not contain it. If it is
// missing, a new one is made, and existing tickets become invalid. Thread-safe,
// but two processes must not create the same file at once (the store's lock
// prevents this).
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
// FAILED_PRECONDITION if others can read or write it or it is not a regular
// file; DATA_LOSS if it has another size; errors of base/file otherwise.
absl::StatusOr<std::string> LoadOrCreateRunSecret(absl::string_view path);

// A new secret that is stored nowhere.
std::string NewRunSecret();

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_RUN_SECRET_H_
