// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Files with keys and tokens, read only if nobody else can read them.
//
//   ASSIGN_OR_RETURN(const std::string key, ReadSecretFile(path, kMaxSecretFileBytes));
//
// Thread-safe.
#ifndef QUIPU_BASE_SECRET_FILE_H_
#define QUIPU_BASE_SECRET_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu {

// Returns the content. PERMISSION_DENIED, with the mode, unless this user owns
// the file and nobody else has rights (0600 or stricter), or root owns it and
// at most a group may read it (0640 or stricter, as Kubernetes mounts secrets).
// FAILED_PRECONDITION if it is not a regular file; otherwise the errors of
// base/file.h.
absl::StatusOr<std::string> ReadSecretFile(absl::string_view path, uint64_t max_bytes);

}  // namespace quipu

#endif  // QUIPU_BASE_SECRET_FILE_H_
