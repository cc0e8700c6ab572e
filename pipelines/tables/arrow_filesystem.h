// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Arrow's file system for a URL. Only for files that include Arrow.
//
//   ASSIGN_OR_RETURN(const ObjectPlace place, PlaceOf("s3://bucket/key"));
//   auto file = place.store->OpenInputFile(place.path);
//
// Thread-safe. File systems live as long as the process.
#ifndef QUIPU_PIPELINES_TABLES_ARROW_FILESYSTEM_H_
#define QUIPU_PIPELINES_TABLES_ARROW_FILESYSTEM_H_

#include <arrow/filesystem/filesystem.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

struct ObjectPlace {
  arrow::fs::FileSystem* store = nullptr;
  std::string path;  // "bucket/key"
};

// FAILED_PRECONDITION if Arrow's library for S3 is missing; INVALID_ARGUMENT for a URL without a
// bucket; UNAVAILABLE if the store does not answer.
absl::StatusOr<ObjectPlace> PlaceOf(absl::string_view url);

// Replaces what is used for a bucket. Only before it is used.
void SetFileSystemForTest(const std::string& bucket, std::shared_ptr<arrow::fs::FileSystem> store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_ARROW_FILESYSTEM_H_
