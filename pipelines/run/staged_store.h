// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A store that appears whole: made beside its place, then put there by one
// rename. What a killed process left is removed by the next one.
//
//   ASSIGN_OR_RETURN(auto staged, StagedStore::Create("out/store"));
//   ... create a store at staged->path(), fill it, close it ...
//   RETURN_IF_ERROR(staged->Publish());
//
// Thread-compatible; a second process that stages the same store is refused.
#ifndef QUIPU_PIPELINES_RUN_STAGED_STORE_H_
#define QUIPU_PIPELINES_RUN_STAGED_STORE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

class StagedStore {
 public:
  // Makes and locks a directory ".NAME.quipu-merge" beside `store`, emptied.
  // FAILED_PRECONDITION if another process is at it.
  static absl::StatusOr<std::unique_ptr<StagedStore>> Create(absl::string_view store);
  // Removes what was not published. REQUIRES: no store is open in it.
  ~StagedStore();
  StagedStore(const StagedStore&) = delete;
  StagedStore& operator=(const StagedStore&) = delete;

  // Where the store is to be made; not there yet.
  const std::string& path() const { return path_; }

  // Puts the store in its place, durably. ALREADY_EXISTS if anything but an
  // empty directory is there. REQUIRES: the store is closed.
  absl::Status Publish();

 private:
  StagedStore(std::string place, std::string dir, int lock);

  const std::string place_;
  const std::string dir_;
  const std::string path_;
  const int lock_;  // Descriptor of dir_, locked.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_STAGED_STORE_H_
