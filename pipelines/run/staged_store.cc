// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/staged_store.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/posix_error.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

namespace fs = std::filesystem;

std::string ParentOf(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

}  // namespace

StagedStore::StagedStore(std::string place, std::string dir, int lock)
    : place_(std::move(place)), dir_(std::move(dir)), path_(JoinPath(dir_, "store")), lock_(lock) {}

absl::StatusOr<std::unique_ptr<StagedStore>> StagedStore::Create(absl::string_view store) {
  while (store.size() > 1 && absl::EndsWith(store, "/")) store.remove_suffix(1);
  const std::string place(store);
  const std::string dir = JoinPath(
      ParentOf(place), absl::StrCat(".", fs::path(place).filename().string(), ".quipu-merge"));
  RETURN_IF_ERROR(MakeDirs(dir));
  const int lock = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (lock < 0) return PosixError(errno, "cannot open", dir);
  absl::Cleanup close_lock = [lock] { close(lock); };
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(absl::StrCat("another process is merging into ", place));
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> left, ListDir(dir));
  for (const std::string& name : left) RETURN_IF_ERROR(RemoveTree(JoinPath(dir, name)));
  std::move(close_lock).Cancel();
  return std::unique_ptr<StagedStore>(new StagedStore(place, dir, lock));
}

StagedStore::~StagedStore() {
  RemoveTree(dir_).IgnoreError();
  close(lock_);
}

absl::Status StagedStore::Publish() {
  RETURN_IF_ERROR(SyncDir(path_));
  if (rename(path_.c_str(), place_.c_str()) != 0) {
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
      return absl::AlreadyExistsError(
          absl::StrCat("cannot put the merged store at ", place_, ": something is there"));
    }
    return PosixError(errno, "cannot create", place_);
  }
  return SyncDir(ParentOf(place_));
}

}  // namespace quipu::pipelines
