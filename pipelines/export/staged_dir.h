// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A directory that is replaced as a whole: filled beside its place, then put
// there by one rename.
//
//   ASSIGN_OR_RETURN(auto staged, StagedDir::Create("out/export"));
//   ... write files into staged->path() ...
//   RETURN_IF_ERROR(staged->Publish());
//
// What is there before must be an export of ours, with nothing else in it, or
// empty. Thread-compatible; a second process that stages the same directory is
// refused.
#ifndef QUIPU_PIPELINES_EXPORT_STAGED_DIR_H_
#define QUIPU_PIPELINES_EXPORT_STAGED_DIR_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// The largest MANIFEST.json that is read.
inline constexpr uint64_t kMaxManifestBytes = 64 << 20;

class StagedDir {
 public:
  // Makes an empty directory beside `out_dir`. ALREADY_EXISTS, naming what is
  // in the way, if `out_dir` holds something that is not an export of ours;
  // FAILED_PRECONDITION if another process is at it.
  static absl::StatusOr<std::unique_ptr<StagedDir>> Create(absl::string_view out_dir);
  // Removes what was not published.
  ~StagedDir();
  StagedDir(const StagedDir&) = delete;
  StagedDir& operator=(const StagedDir&) = delete;

  const std::string& path() const { return path_; }

  // Syncs, and puts the directory in its place; what was there before is
  // removed. REQUIRES: every file in it is closed and synced.
  absl::Status Publish();

 private:
  StagedDir(std::string out_dir, std::string path, int lock)
      : out_dir_(std::move(out_dir)), path_(std::move(path)), lock_(lock) {}

  const std::string out_dir_;
  const std::string path_;
  const int lock_;  // Descriptor of the staged directory, locked.
  bool published_ = false;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_STAGED_DIR_H_
