// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/posix_error.h"

#include <cerrno>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace quipu {
namespace {

absl::StatusCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
      return absl::StatusCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return absl::StatusCode::kResourceExhausted;
    case EISDIR:
    case ENOTDIR:
    case EEXIST:
    case ENOTEMPTY:
      return absl::StatusCode::kFailedPrecondition;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

}  // namespace

absl::Status PosixError(int error, absl::string_view action, absl::string_view path) {
  // Thread-safe, unlike strerror.
  const std::string reason = std::generic_category().message(error);
  return absl::Status(CodeOf(error), absl::StrCat(action, " ", path, ": ", reason));
}

}  // namespace quipu
