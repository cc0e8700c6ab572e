// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/arrow_filesystem.h"

#include <dlfcn.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/tables/arrow_status.h"

namespace quipu::pipelines {
namespace {

namespace fs = arrow::fs;

using Open = arrow::Result<std::shared_ptr<fs::FileSystem>> (*)(const std::string&, std::string*);

// Arrow's library for S3, beside Arrow itself: 17 MB that are loaded when they are needed.
std::string S3Library() {
  const Open open = &fs::FileSystemFromUri;
  Dl_info arrow;
  if (dladdr(reinterpret_cast<void*>(open), &arrow) == 0) return std::string();
  std::string path = arrow.dli_fname;
  const std::string name = "libarrow.so";
  const size_t at = path.rfind(name);
  if (at == std::string::npos) return std::string();
  return path.replace(at, name.size(), "libarrow_s3.so");
}

// The library has threads of its own, which must end before its memory does.
void Finish();

class FileSystems {
 public:
  absl::StatusOr<fs::FileSystem*> Of(const std::string& bucket) {
    absl::MutexLock lock(&mutex_);
    std::shared_ptr<fs::FileSystem>& found = by_bucket_[bucket];
    if (found != nullptr) return found.get();
    RETURN_IF_ERROR(Load());
    // Asks the store for the bucket's region, unless it is set.
    arrow::Result<std::shared_ptr<fs::FileSystem>> made;
    RETURN_IF_ERROR(Retried([&] {
      made = fs::FileSystemFromUri(absl::StrCat("s3://", bucket), nullptr);
      return FromStore(made.status());
    }));
    // Only now: what the library makes for its first file system must be destroyed after Finish.
    if (!finishes_ && std::atexit(Finish) != 0) {
      return absl::ResourceExhaustedError("atexit: no room");
    }
    finishes_ = true;
    found = *std::move(made);
    return found.get();
  }

  void Set(const std::string& bucket, std::shared_ptr<fs::FileSystem> store) {
    absl::MutexLock lock(&mutex_);
    by_bucket_[bucket] = std::move(store);
  }

  void Clear() {
    absl::MutexLock lock(&mutex_);
    by_bucket_.clear();
  }

 private:
  absl::Status Load() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  bool loaded_ ABSL_GUARDED_BY(mutex_) = false;
  bool finishes_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, std::shared_ptr<fs::FileSystem>> by_bucket_ ABSL_GUARDED_BY(mutex_);
};

// Never destroyed.
FileSystems& All() {
  static auto& all = *new FileSystems();
  return all;
}

void Finish() {
  All().Clear();
  fs::EnsureFinalized();
}

absl::Status FileSystems::Load() {
  if (loaded_) return absl::OkStatus();
  const std::string library = S3Library();
  if (library.empty() || !FileExists(library)) {
    return absl::FailedPreconditionError(
        absl::StrCat("objects in S3 need Apache Arrow's library for S3 (", library,
                     "), which is not there: tools/setup.sh fetches it"));
  }
  RETURN_IF_ERROR(Annotate(FromArrow(fs::LoadFileSystemFactories(library.c_str())), library));
  loaded_ = true;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ObjectPlace> PlaceOf(absl::string_view url) {
  ObjectPlace place;
  absl::string_view path = url;
  absl::ConsumePrefix(&path, "s3://");
  const std::string bucket(path.substr(0, path.find('/')));
  if (bucket.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Snippet(url, 300), ": want s3://BUCKET/NAME, and there is no bucket"));
  }
  const absl::Status made = Guard([&] {
    ASSIGN_OR_RETURN(place.store, All().Of(bucket));
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(Annotate(made, Snippet(url, 300)));
  place.path = std::string(path);
  while (!place.path.empty() && place.path.back() == '/') place.path.pop_back();
  return place;
}

void SetFileSystemForTest(const std::string& bucket, std::shared_ptr<arrow::fs::FileSystem> store) {
  All().Set(bucket, std::move(store));
}

}  // namespace quipu::pipelines
