// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/staged_dir.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/file.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu {
namespace {

namespace fs = std::filesystem;

// How much of a path messages show.
constexpr size_t kShownPathBytes = 300;

// `place` without trailing slashes or, if it is a link, the path it points to.
std::string RealPlace(absl::string_view place) {
  while (place.size() > 1 && absl::EndsWith(place, "/")) place.remove_suffix(1);
  std::error_code error;
  const fs::path real = fs::canonical(std::string(place), error);
  return error ? std::string(place) : real.string();
}

std::string ParentOf(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

absl::Status NotReplaced(const std::string& place, absl::string_view why) {
  return absl::AlreadyExistsError(
      absl::StrCat(Snippet(place, kShownPathBytes), " is not replaced: ", why));
}

// Whether `path` still names the open directory. A process that published has
// renamed it: its lock is then free and means nothing.
bool StillNames(const std::string& path, int dir) {
  struct stat named, opened;
  return lstat(path.c_str(), &named) == 0 && fstat(dir, &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

absl::StatusOr<UniqueFd> Lock(const std::string& path, absl::string_view busy) {
  UniqueFd dir(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!dir.valid()) return PosixError(errno, "cannot open", path);
  if (flock(dir.get(), LOCK_EX | LOCK_NB) != 0 || !StillNames(path, dir.get())) {
    return absl::FailedPreconditionError(absl::StrCat("another process is ", busy));
  }
  return dir;
}

// Puts `from` in the place of the existing `to`, whose old content goes to
// `from`.
absl::Status Exchange(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) {
    return absl::OkStatus();
  }
  if (errno != EINVAL && errno != ENOSYS) return PosixError(errno, "cannot replace", to);
  // The file system cannot exchange the two: for a moment nothing is there.
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

StagedDir::StagedDir(std::string place, std::string path, StagedDirOptions options, UniqueFd lock)
    : place_(std::move(place)),
      path_(std::move(path)),
      options_(std::move(options)),
      lock_(std::move(lock)) {}

absl::StatusOr<std::unique_ptr<StagedDir>> StagedDir::Create(absl::string_view place,
                                                             StagedDirOptions options) {
  const std::string real = RealPlace(place);
  const std::string parent = ParentOf(real);
  const std::string path =
      JoinPath(parent, absl::StrCat(".", fs::path(real).filename().string(), ".", options.suffix));
  RETURN_IF_ERROR(MakeDirs(path));
  ASSIGN_OR_RETURN(UniqueFd lock,
                   Lock(path, absl::StrCat(options.activity, " ", Snippet(real, kShownPathBytes))));
  std::unique_ptr<StagedDir> staged(new StagedDir(real, path, std::move(options), std::move(lock)));
  RETURN_IF_ERROR(staged->CheckReplaceable());
  // Left over from a killed process.
  ASSIGN_OR_RETURN(const std::vector<std::string> left, ListDir(path));
  for (const std::string& name : left) RETURN_IF_ERROR(RemoveTree(JoinPath(path, name)));
  return staged;
}

StagedDir::~StagedDir() {
  if (!published_) RemoveTree(path_).IgnoreError();
}

absl::Status StagedDir::CheckReplaceable() const {
  struct stat info;
  if (lstat(place_.c_str(), &info) != 0) {
    return errno == ENOENT ? absl::OkStatus() : PosixError(errno, "cannot inspect", place_);
  }
  if (!S_ISDIR(info.st_mode)) return NotReplaced(place_, "it is not a directory");
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(place_));
  if (names.empty()) return absl::OkStatus();
  if (options_.check_replaceable == nullptr) {
    return NotReplaced(place_, absl::StrCat("it contains ", Snippet(names[0])));
  }
  const absl::Status checked = options_.check_replaceable(place_, names);
  return absl::IsAlreadyExists(checked) ? NotReplaced(place_, checked.message()) : checked;
}

absl::Status StagedDir::Move(bool* exchanged) const {
  *exchanged = false;
  // Replaces an empty directory as well, but nothing else.
  if (rename(path_.c_str(), place_.c_str()) == 0) return absl::OkStatus();
  const bool in_the_way = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
  if (!in_the_way) return PosixError(errno, "cannot create", place_);
  if (options_.check_replaceable == nullptr) return NotReplaced(place_, "it is not empty");
  *exchanged = true;
  return Exchange(path_, place_);
}

absl::Status StagedDir::Publish() {
  RETURN_IF_ERROR(SyncDir(path_));
  // Checked again: it may have been filled meanwhile.
  RETURN_IF_ERROR(CheckReplaceable());
  RETURN_IF_ERROR(Failpoint("staged.before_rename"));
  bool exchanged;
  RETURN_IF_ERROR(Move(&exchanged));
  published_ = true;
  RETURN_IF_ERROR(Failpoint("staged.after_rename"));
  RETURN_IF_ERROR(SyncDir(ParentOf(place_)));
  // If nothing was exchanged, the directory at path_ belongs to another
  // process.
  return exchanged ? RemoveTree(path_) : absl::OkStatus();
}

}  // namespace quipu
