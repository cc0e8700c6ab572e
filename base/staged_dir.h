// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A directory that appears complete or not at all: it is filled beside its
// place, then moved there by one rename. The next process removes what a killed
// one left.
//
//   ASSIGN_OR_RETURN(auto staged, StagedDir::Create("out/store", {"quipu-merge", "merging into"}));
//   RETURN_IF_ERROR(WriteFiles(staged->path()));
//   RETURN_IF_ERROR(staged->Publish());
//
// Whatever is at the place before must be an empty directory or pass the
// caller's check. A second process that stages the same place is refused.
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
  // The directory is ".NAME.SUFFIX" beside the place. Its previous content is
  // removed, so the suffix must be unique to this program.
  std::string suffix;
  // For messages: "another process is ACTIVITY out/store".
  std::string activity;
  // Returns OK if the directory, which contains these names, may be replaced.
  // Called by Create and again by Publish. If unset, only an empty directory
  // may be replaced.
  std::function<absl::Status(const std::string& dir, const std::vector<std::string>& names)>
      check_replaceable;
};

class StagedDir {
 public:
  // Makes an empty directory beside `place` or, if that is a link, beside its
  // target. ALREADY_EXISTS, naming the obstacle, if `place` may not be
  // replaced; FAILED_PRECONDITION if another process is staging it.
  static absl::StatusOr<std::unique_ptr<StagedDir>> Create(absl::string_view place,
                                                           StagedDirOptions options);
  // Removes the directory if it was not published. REQUIRES: no file in it is
  // open.
  ~StagedDir();
  StagedDir(const StagedDir&) = delete;
  StagedDir& operator=(const StagedDir&) = delete;

  const std::string& path() const { return path_; }

  // Syncs the directory and moves it to its place, durably; removes what was
  // there. ALREADY_EXISTS as for Create. REQUIRES: every file in it is closed
  // and synced.
  absl::Status Publish();

 private:
  StagedDir(std::string place, std::string path, StagedDirOptions options, UniqueFd lock);

  absl::Status CheckReplaceable() const;
  // Renames the directory to its place. If the place was not empty, its old
  // content is then at path_.
  absl::Status Move(bool* exchanged) const;

  const std::string place_;
  const std::string path_;
  const StagedDirOptions options_;
  const UniqueFd lock_;  // The staged directory, locked.
  bool published_ = false;
};

}  // namespace quipu

#endif  // QUIPU_BASE_STAGED_DIR_H_
