// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Statuses from errno, with the codes that file.h promises.
#ifndef QUIPU_BASE_POSIX_ERROR_H_
#define QUIPU_BASE_POSIX_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu {

// Returns "`action` `path`: what `error` means": NOT_FOUND, PERMISSION_DENIED,
// RESOURCE_EXHAUSTED, FAILED_PRECONDITION (a directory where a file is
// expected, or vice versa), or UNAVAILABLE for everything else.
absl::Status PosixError(int error, absl::string_view action, absl::string_view path);

}  // namespace quipu

#endif  // QUIPU_BASE_POSIX_ERROR_H_
