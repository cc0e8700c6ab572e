// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/run_secret.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/posix_error.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status CheckFile(int fd, const std::string& path) {
  struct stat info = {};
  if (fstat(fd, &info) != 0) return PosixError(errno, "cannot stat", path);
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the run's secret ", path, " is not a regular file"));
  }
  if ((info.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(
        absl::StrFormat("the run's secret %s is accessible to others: mode %04o, want 0600 "
                        "(chmod 600, or remove it if others may have seen it)",
                        path, info.st_mode & 07777));
  }
  if (info.st_size != static_cast<off_t>(kRunSecretBytes)) {
    return absl::DataLossError(absl::StrCat("the run's secret ", path, " has ", info.st_size,
                                            " bytes, want ", kRunSecretBytes,
                                            "; remove it to create a new one"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Load(const std::string& path) {
  // Non-blocking: a pipe of that name would block the coordinator.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) {
    // open's error for a link, with O_NOFOLLOW.
    if (errno == ELOOP) {
      return absl::FailedPreconditionError(
          absl::StrCat("the run's secret ", path, " is not a regular file"));
    }
    return PosixError(errno, "cannot open", path);
  }
  auto closer = absl::MakeCleanup([fd] { close(fd); });
  RETURN_IF_ERROR(CheckFile(fd, path));
  std::string secret(kRunSecretBytes, '\0');
  const ssize_t got = read(fd, &secret[0], secret.size());
  if (got < 0) return PosixError(errno, "cannot read", path);
  if (got != static_cast<ssize_t>(secret.size())) {
    return absl::DataLossError(absl::StrCat("cannot read ", path, ": it became shorter"));
  }
  return secret;
}

absl::Status WriteNew(const std::string& path, absl::string_view secret) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return PosixError(errno, "cannot create", path);
  auto closer = absl::MakeCleanup([fd] { close(fd); });
  const ssize_t written = write(fd, secret.data(), secret.size());
  if (written != static_cast<ssize_t>(secret.size())) {
    return PosixError(written < 0 ? errno : ENOSPC, "cannot write", path);
  }
  if (fsync(fd) != 0) return PosixError(errno, "cannot sync", path);
  return absl::OkStatus();
}

// Write it completely under another name first, so that a kill leaves no short
// secret. Link rather than rename, so that an existing secret is never
// replaced.
absl::Status Create(const std::string& path, absl::string_view secret) {
  const std::string temporary = absl::StrCat(path, ".new");
  if (unlink(temporary.c_str()) != 0 && errno != ENOENT) {
    return PosixError(errno, "cannot remove", temporary);
  }
  auto remover = absl::MakeCleanup([&temporary] { unlink(temporary.c_str()); });
  RETURN_IF_ERROR(WriteNew(temporary, secret));
  if (link(temporary.c_str(), path.c_str()) != 0) {
    return PosixError(errno, "cannot create", path);
  }
  return SyncDir(DirectoryOf(path));
}

}  // namespace

std::string SecretPathOf(absl::string_view store_path) {
  while (store_path.size() > 1 && store_path.back() == '/') store_path.remove_suffix(1);
  return absl::StrCat(store_path, ".secret");
}

absl::StatusOr<std::string> LoadOrCreateRunSecret(absl::string_view path) {
  const std::string name(path);
  absl::StatusOr<std::string> secret = Load(name);
  if (!absl::IsNotFound(secret.status())) return secret;
  std::string fresh = NewRunSecret();
  RETURN_IF_ERROR(Create(name, fresh));
  return fresh;
}

std::string NewRunSecret() { return RandomBytes(kRunSecretBytes); }

}  // namespace quipu::pipelines
