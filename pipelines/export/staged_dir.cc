// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/staged_dir.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/export/manifest.h"

namespace quipu::pipelines {
namespace {

namespace fs = std::filesystem;

// The place itself where `out_dir` is a link to it, without slashes at the end.
std::string RealPlace(absl::string_view out_dir) {
  while (out_dir.size() > 1 && absl::EndsWith(out_dir, "/")) out_dir.remove_suffix(1);
  std::error_code error;
  const fs::path real = fs::canonical(std::string(out_dir), error);
  return error ? std::string(out_dir) : real.string();
}

absl::Status NotOurs(const std::string& dir, absl::string_view what) {
  return absl::AlreadyExistsError(absl::StrCat(Snippet(dir, 300), " is not replaced: ", what));
}

// That replacing `dir` loses nothing but an export.
absl::Status CheckReplaceable(const std::string& dir) {
  struct stat info;
  if (lstat(dir.c_str(), &info) != 0) {
    return errno == ENOENT ? absl::OkStatus() : PosixError(errno, "cannot look at", dir);
  }
  if (!S_ISDIR(info.st_mode)) return NotOurs(dir, "it is not a directory");
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(dir));
  if (names.empty()) return absl::OkStatus();
  const absl::StatusOr<std::string> text =
      ReadFile(JoinPath(dir, kManifestName), kMaxManifestBytes);
  if (absl::IsNotFound(text.status())) {
    return NotOurs(dir, absl::StrCat("it has no ", kManifestName, ", but ", Snippet(names[0])));
  }
  if (!text.ok()) return text.status();
  const absl::StatusOr<ParsedManifest> manifest = ParseManifest(*text);
  if (!manifest.ok()) {
    return NotOurs(dir, absl::StrCat(kManifestName, ": ", manifest.status().message()));
  }
  std::set<std::string> ours = {kManifestName};
  for (const ShardInfo& shard : manifest->shards) ours.insert(shard.name);
  for (const std::string& name : names) {
    if (ours.count(name) == 0) {
      return NotOurs(dir, absl::StrCat("it holds ", Snippet(name), ", which is not of the export"));
    }
  }
  return absl::OkStatus();
}

// Puts `from` in the place of `to`, which is there, and leaves that in `from`.
absl::Status Exchange(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) {
    return absl::OkStatus();
  }
  if (errno != EINVAL && errno != ENOSYS) return PosixError(errno, "cannot replace", to);
  // A file system that cannot exchange: for a moment nothing is there.
  const std::string aside = absl::StrCat(from, ".old");
  RETURN_IF_ERROR(RemoveTree(aside));
  if (rename(to.c_str(), aside.c_str()) != 0) return PosixError(errno, "cannot replace", to);
  if (rename(from.c_str(), to.c_str()) != 0) {
    const absl::Status status = PosixError(errno, "cannot replace", to);
    rename(aside.c_str(), to.c_str());
    return status;
  }
  return RemoveTree(aside);
}

}  // namespace

absl::StatusOr<std::unique_ptr<StagedDir>> StagedDir::Create(absl::string_view out_dir) {
  const std::string place = RealPlace(out_dir);
  const fs::path as_path(place);
  const std::string parent = as_path.has_parent_path() ? as_path.parent_path().string() : ".";
  RETURN_IF_ERROR(MakeDirs(parent));
  RETURN_IF_ERROR(CheckReplaceable(place));
  const std::string path =
      JoinPath(parent, absl::StrCat(".", as_path.filename().string(), ".quipu-export"));
  RETURN_IF_ERROR(MakeDirs(path));
  const int lock = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (lock < 0) return PosixError(errno, "cannot open", path);
  absl::Cleanup close_lock = [lock] { close(lock); };
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("another process is exporting to ", Snippet(place, 300)));
  }
  // What a killed export left.
  ASSIGN_OR_RETURN(const std::vector<std::string> left, ListDir(path));
  for (const std::string& name : left) RETURN_IF_ERROR(RemoveTree(JoinPath(path, name)));
  std::move(close_lock).Cancel();
  return std::unique_ptr<StagedDir>(new StagedDir(place, path, lock));
}

StagedDir::~StagedDir() {
  if (!published_) RemoveTree(path_).IgnoreError();
  close(lock_);
}

absl::Status StagedDir::Publish() {
  RETURN_IF_ERROR(SyncDir(path_));
  // Again: it may have been filled while we wrote.
  RETURN_IF_ERROR(CheckReplaceable(out_dir_));
  if (FileExists(out_dir_) || IsDirectory(out_dir_)) {
    RETURN_IF_ERROR(Exchange(path_, out_dir_));
  } else if (rename(path_.c_str(), out_dir_.c_str()) != 0) {
    return PosixError(errno, "cannot create", out_dir_);
  }
  published_ = true;
  const fs::path parent = fs::path(out_dir_).parent_path();
  RETURN_IF_ERROR(SyncDir(parent.empty() ? "." : parent.string()));
  return RemoveTree(path_);
}

}  // namespace quipu::pipelines
