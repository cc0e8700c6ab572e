// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/limits.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/unique_fd.h"

namespace quipu {
namespace {

absl::Status CheckFile(const struct stat& info, absl::string_view path) {
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(Snippet(path, kMaxPathBytes), " is not a regular file"));
  }
  const uid_t user = geteuid();
  if (info.st_uid != user && info.st_uid != 0) {
    return absl::PermissionDeniedError(absl::StrCat(Snippet(path, kMaxPathBytes),
                                                    " is a secret of user ", info.st_uid,
                                                    ", but this process runs as user ", user));
  }
  const mode_t rights = info.st_mode & 0777;
  const mode_t refused = info.st_uid == user ? 0077 : 0037;
  if ((rights & refused) != 0) {
    return absl::PermissionDeniedError(
        absl::StrFormat("%s is a secret that others can access: its mode is %04o, want at most %s",
                        Snippet(path, kMaxPathBytes), rights,
                        info.st_uid == user ? "0600" : "0640 if root owns it"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(absl::string_view path, uint64_t max_bytes) {
  const std::string name(path);
  // Checks what it reads: one descriptor. A FIFO must not block.
  const UniqueFd file(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid()) return PosixError(errno, "open", path);
  struct stat info;
  if (fstat(file.get(), &info) != 0) return PosixError(errno, "stat", path);
  RETURN_IF_ERROR(CheckFile(info, path));
  std::string content;
  char buffer[4096];
  while (true) {
    const ssize_t got = read(file.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return PosixError(errno, "read", path);
    if (got == 0) return content;
    content.append(buffer, static_cast<size_t>(got));
    if (content.size() > max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(Snippet(path, kMaxPathBytes), " has more than ", max_bytes, " bytes"));
    }
  }
}

}  // namespace quipu
