// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A directory that appears whole: filled beside its place, then put there by
// one rename. What a killed process left is removed by the next one.
//
//   ASSIGN_OR_RETURN(auto staged, StagedDir::Create("out/store", {"quipu-merge", "merging into"}));
//   ... write files into staged->path() ...
//   RETURN_IF_ERROR(staged->Publish());
//
// What is at the place before must be an empty directory, or pass the caller's
// check. A second process that stages the same place is refused.
// Thread-compatible.
#ifndef QUIPU_BASE_STAGED_DIR_H_
#define QUIPU_BASE_STAGED_DIR_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"

namespace quipu {

struct StagedDirOptions {
  // The directory is ".NAME.SUFFIX" beside the place; whatever is in it is
  // removed, so the suffix must be this program's own.
  std::string suffix;
  // For messages: "another process is ACTIVITY out/store".
  std::string activity;
  // Returns OK if the directory, with these names in it, may be replaced. Asked
  // by Create, and by Publish again. Without it only an empty one is.
  std::function<absl::Status(const std::string& dir, const std::vector<std::string>& names)>
      check_replaceable;
};

class StagedDir {
 public:
  // Makes an empty directory beside `place`, or beside what `place` links to.
  // ALREADY_EXISTS, naming what is in the way, if `place` may not be replaced;
  // FAILED_PRECONDITION if another process stages it.
  static absl::StatusOr<std::unique_ptr<StagedDir>> Create(absl::string_view place,
                                                           StagedDirOptions options);
  // Removes what was not published. REQUIRES: no file in it is open.
  ~StagedDir();
  StagedDir(const StagedDir&) = delete;
  StagedDir& operator=(const StagedDir&) = delete;

  const std::string& path() const { return path_; }

  // Syncs the directory and puts it in its place, durably; what was there
  // before is removed. ALREADY_EXISTS as Create. REQUIRES: every file in it is
  // closed and synced.
  absl::Status Publish();

 private:
  StagedDir(std::string place, std::string path, StagedDirOptions options, UniqueFd lock);

  absl::Status CheckReplaceable() const;
  // Renames the directory to its place. What was there, if it was not empty, is
  // at path_ then.
  absl::Status Move(bool* exchanged) const;

  const std::string place_;
  const std::string path_;
  const StagedDirOptions options_;
  const UniqueFd lock_;  // The staged directory, locked.
  bool published_ = false;
};

}  // namespace quipu

#endif  // QUIPU_BASE_STAGED_DIR_H_
