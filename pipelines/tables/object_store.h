// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Objects in S3 and in stores with its interface (MinIO, Ceph), by Apache Arrow's file
// systems: listed, read, and published so that nothing half-written looks complete.
//
//   ASSIGN_OR_RETURN(auto urls, ListObjects("s3://bucket/corpus/**/*.jsonl.gz"));
//   ASSIGN_OR_RETURN(auto object, OpenObject(urls[0]));
//   ASSIGN_OR_RETURN(const size_t count, object->Read(buffer, sizeof(buffer)));
//
// Keys, region and address are AWS's own: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
// AWS_REGION, AWS_ENDPOINT_URL, AWS_PROFILE and ~/.aws. FAILED_PRECONDITION in a build
// without Arrow, or if its library for S3 is not beside it. Functions are thread-safe,
// objects thread-compatible.
#ifndef QUIPU_PIPELINES_TABLES_OBJECT_STORE_H_
#define QUIPU_PIPELINES_TABLES_OBJECT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// "s3://..."
bool IsObjectUrl(absl::string_view path);

struct ObjectInfo {
  uint64_t bytes = 0;
  int64_t modified_unix_ns = 0;
};

class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  // Reads up to `size` bytes; 0 at the end. The store is asked for at most 8 MiB at a time, and
  // again after an error; UNAVAILABLE if it fails still.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;
  // DATA_LOSS if the object ends first.
  virtual absl::Status Skip(uint64_t count) = 0;
};

// NOT_FOUND if there is no such object.
absl::StatusOr<std::unique_ptr<ObjectReader>> OpenObject(absl::string_view url);
absl::StatusOr<ObjectInfo> StatObject(absl::string_view url);

// The objects that a URL names, in order of name: an object, all under a prefix that are not hidden
// (object_glob.h), or those that match a pattern that is not the name of either. NOT_FOUND if there are none.
absl::StatusOr<std::vector<std::string>> ListObjects(absl::string_view url);

// Whether objects may be replaced by others: `manifest` is the manifest that is among them, `names`
// are all of them.
using ReplaceCheck =
    std::function<absl::Status(absl::string_view manifest, const std::vector<std::string>& names)>;

// Publishes files of `dir` (names within it, the manifest among them) under `url`: first all of them
// under a prefix that no reader looks at, then under their own names, the manifest last. Earlier
// objects under `url` are replaced if `check` agrees, or if they are the rest of a publication that
// was killed; ALREADY_EXISTS if there is no manifest among them.
absl::Status PublishObjects(const std::string& dir, const std::vector<std::string>& files,
                            const std::string& manifest, absl::string_view url,
                            const ReplaceCheck& check);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_OBJECT_STORE_H_
