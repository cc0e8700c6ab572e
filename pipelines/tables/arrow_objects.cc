// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <arrow/io/interfaces.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/tables/arrow_filesystem.h"
#include "pipelines/tables/arrow_object_file.h"
#include "pipelines/tables/arrow_status.h"
#include "pipelines/tables/object_glob.h"
#include "pipelines/tables/object_store.h"

namespace quipu::pipelines {
namespace {

namespace fs = arrow::fs;

constexpr int64_t kUploadBytes = 8 << 20;
// What is not published yet. Programs that list files leave out names that begin with a dot.
constexpr char kStaging[] = ".quipu-staging";
// While it is there, all under the prefix belongs to an export that is being published.
constexpr char kMarker[] = ".quipu-staging/PUBLISHING";

// An object is read in pieces, of which each is a request: the first is small, for many files are
// only looked at.
constexpr int64_t kFirstReadBytes = 256 << 10;
constexpr int64_t kReadBytes = 8 << 20;

// Calls `function` with the place of `url`; errors name the URL.
template <typename Function>
absl::Status AtPlace(absl::string_view url, const Function& function) {
  ASSIGN_OR_RETURN(const ObjectPlace place, PlaceOf(url));
  return Annotate(Retried([&] { return Guard([&] { return function(place); }); }),
                  Snippet(url, 300));
}

class ArrowObject : public ObjectReader {
 public:
  ArrowObject(absl::string_view url, std::shared_ptr<ObjectFile> file)
      : url_(Snippet(url, 300)), file_(std::move(file)), bytes_(file_->bytes()) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (piece_.empty()) RETURN_IF_ERROR(Annotate(ReadPiece(), url_));
    const size_t count = std::min(size, piece_.size());
    if (count > 0) std::memcpy(buffer, piece_.data(), count);  // At the end there is no piece.
    Advance(count);
    return count;
  }

  absl::Status Skip(uint64_t count) override {
    if (count > bytes_ - at_) {
      return absl::DataLossError(
          absl::StrCat("cannot skip to byte ", at_ + count, ": the object has ", bytes_, " bytes"));
    }
    Advance(count);
    return absl::OkStatus();
  }

 private:
  absl::Status ReadPiece() {
    const int64_t count = std::min(next_bytes_, static_cast<int64_t>(bytes_ - at_));
    if (count == 0) return absl::OkStatus();
    next_bytes_ = std::min(2 * next_bytes_, kReadBytes);
    const absl::Status status = Guard([&] {
      auto read = file_->ReadAt(static_cast<int64_t>(at_), count);
      RETURN_IF_ERROR(FromStore(read.status()));
      buffer_ = *std::move(read);
      piece_ = absl::string_view(reinterpret_cast<const char*>(buffer_->data()),
                                 static_cast<size_t>(buffer_->size()));
      return absl::OkStatus();
    });
    if (absl::IsInvalidArgument(status)) return absl::UnavailableError(status.message());
    RETURN_IF_ERROR(status);
    if (!piece_.empty()) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("it ends at byte ", at_, " of ", bytes_));
  }

  void Advance(uint64_t count) {
    at_ += count;
    piece_.remove_prefix(std::min<uint64_t>(count, piece_.size()));
    if (piece_.empty()) buffer_.reset();
  }

  const std::string url_;
  const std::shared_ptr<ObjectFile> file_;
  const uint64_t bytes_;
  uint64_t at_ = 0;
  int64_t next_bytes_ = kFirstReadBytes;
  std::shared_ptr<arrow::Buffer> buffer_;
  absl::string_view piece_;  // What is left of it.
};

// The objects under a place; none if there is nothing.
absl::StatusOr<std::vector<fs::FileInfo>> ObjectsUnder(const ObjectPlace& place,
                                                       const std::string& folder) {
  fs::FileSelector selector;
  selector.base_dir = folder;
  selector.recursive = true;
  selector.allow_not_found = true;
  arrow::Result<std::vector<fs::FileInfo>> infos;
  RETURN_IF_ERROR(Retried([&] {
    infos = place.store->GetFileInfo(selector);
    return FromStore(infos.status());
  }));
  std::vector<fs::FileInfo> objects;
  for (fs::FileInfo& info : *infos) {
    if (info.IsFile()) objects.push_back(std::move(info));
  }
  return objects;
}

// Copies a local file to an object. An error leaves no object: a stream of Arrow's that is only
// dropped would complete it with what it has.
absl::Status Upload(const std::string& file, const std::string& object, fs::FileSystem* store) {
  auto in = arrow::io::ReadableFile::Open(file);
  RETURN_IF_ERROR(FromArrow(in.status()));
  auto out = store->OpenOutputStream(object, nullptr);
  RETURN_IF_ERROR(FromStore(out.status()));
  arrow::Status status;
  while (status.ok()) {
    const auto piece = (*in)->Read(kUploadBytes);
    status = piece.status();
    if (!status.ok() || (*piece)->size() == 0) break;
    status = (*out)->Write(*piece);
  }
  if (status.ok()) return FromStore((*out)->Close());
  const arrow::Status aborted = (*out)->Abort();
  return FromStore(aborted.ok() ? status : aborted);
}

class Publication {
 public:
  Publication(const ObjectPlace& place, std::vector<std::string> files, std::string manifest)
      : store_(place.store), at_(place), files_(std::move(files)), manifest_(std::move(manifest)) {
    // The manifest is the last.
    std::stable_partition(files_.begin(), files_.end(),
                          [&](const std::string& name) { return name != manifest_; });
  }

  absl::Status Run(const std::string& dir, const ReplaceCheck& check) {
    ASSIGN_OR_RETURN(const std::vector<fs::FileInfo> before, ObjectsUnder(at_, at_.path));
    RETURN_IF_ERROR(CheckBefore(before, check));
    for (const std::string& name : files_) {
      const auto upload = [&] {
        return Upload(absl::StrCat(dir, "/", name), Staged(name), store_);
      };
      RETURN_IF_ERROR(Annotate(Retried(upload), name));
    }
    RETURN_IF_ERROR(Retried([&] { return WriteMarker(); }));
    // From here on an earlier export is no more.
    RETURN_IF_ERROR(
        Remove(before, [&](const std::string& path) { return path == Final(manifest_); }));
    for (const std::string& name : files_) {
      const auto copy = [&] { return FromStore(store_->CopyFile(Staged(name), Final(name))); };
      RETURN_IF_ERROR(Annotate(Retried(copy), name));
    }
    std::set<std::string> published;
    for (const std::string& name : files_) published.insert(Final(name));
    RETURN_IF_ERROR(Remove(before, [&](const std::string& path) {
      return published.count(path) == 0 && !absl::StartsWith(path, Staged(""));
    }));
    return Retried([&] { return FromStore(store_->DeleteDir(Final(kStaging))); });
  }

 private:
  std::string Staged(absl::string_view name) const {
    return absl::StrCat(at_.path, "/", kStaging, "/", name);
  }
  std::string Final(absl::string_view name) const { return absl::StrCat(at_.path, "/", name); }

  absl::Status WriteMarker() const {
    auto marker = store_->OpenOutputStream(Final(kMarker), nullptr);
    RETURN_IF_ERROR(FromStore(marker.status()));
    return FromStore((*marker)->Close());
  }

  absl::StatusOr<std::string> ReadManifest() const {
    auto object = store_->OpenInputFile(Final(manifest_));
    RETURN_IF_ERROR(FromStore(object.status()));
    const auto size = (*object)->GetSize();
    RETURN_IF_ERROR(FromStore(size.status()));
    const auto text = (*object)->Read(std::min(*size, static_cast<int64_t>(kMaxManifestBytes)));
    RETURN_IF_ERROR(FromStore(text.status()));
    return (*text)->ToString();
  }

  absl::Status CheckBefore(const std::vector<fs::FileInfo>& before,
                           const ReplaceCheck& check) const {
    std::vector<std::string> names;
    for (const fs::FileInfo& info : before) {
      if (info.path() == Final(kMarker)) return absl::OkStatus();
      if (absl::StartsWith(info.path(), Staged(""))) continue;
      names.push_back(info.path().substr(Final("").size()));
    }
    if (names.empty()) return absl::OkStatus();
    if (std::find(names.begin(), names.end(), manifest_) == names.end()) {
      return absl::AlreadyExistsError(
          absl::StrCat("it has no ", manifest_, ", but ", Snippet(names[0])));
    }
    ASSIGN_OR_RETURN(const std::string manifest, ReadManifest());
    return check(manifest, names);
  }

  template <typename Condition>
  absl::Status Remove(const std::vector<fs::FileInfo>& infos, const Condition& condition) {
    for (const fs::FileInfo& info : infos) {
      if (!condition(info.path())) continue;
      RETURN_IF_ERROR(Retried([&] { return RemoveOne(info.path()); }));
    }
    return absl::OkStatus();
  }

  absl::Status RemoveOne(const std::string& path) {
    const arrow::Status removed = store_->DeleteFile(path);
    if (removed.ok()) return absl::OkStatus();
    const auto info = store_->GetFileInfo(path);  // Somebody else may have removed it.
    return info.ok() && info->type() == fs::FileType::NotFound ? absl::OkStatus()
                                                               : FromStore(removed);
  }

  fs::FileSystem* const store_;
  const ObjectPlace at_;
  std::vector<std::string> files_;
  const std::string manifest_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectReader>> OpenObject(absl::string_view url) {
  ASSIGN_OR_RETURN(std::shared_ptr<ObjectFile> file, ObjectFile::Open(url));
  return std::make_unique<ArrowObject>(url, std::move(file));
}

absl::StatusOr<ObjectInfo> StatObject(absl::string_view url) {
  ObjectInfo object;
  RETURN_IF_ERROR(AtPlace(url, [&](const ObjectPlace& place) -> absl::Status {
    const auto info = place.store->GetFileInfo(place.path);
    RETURN_IF_ERROR(FromStore(info.status()));
    if (!info->IsFile()) return NoObjectMatches(url);
    object.bytes = static_cast<uint64_t>(std::max<int64_t>(info->size(), 0));
    object.modified_unix_ns =
        std::chrono::duration_cast<std::chrono::nanoseconds>(info->mtime().time_since_epoch())
            .count();
    return absl::OkStatus();
  }));
  return object;
}

absl::StatusOr<std::vector<std::string>> ListObjects(absl::string_view url) {
  std::vector<std::string> urls;
  RETURN_IF_ERROR(AtPlace(url, [&](const ObjectPlace& place) -> absl::Status {
    // A name that exists is meant literally, even with a * or [ in it.
    const auto info = place.store->GetFileInfo(place.path);
    RETURN_IF_ERROR(FromStore(info.status()));
    if (info->IsFile()) {
      urls.push_back(absl::StrCat("s3://", place.path));
      return absl::OkStatus();
    }
    const bool glob = IsGlob(place.path) && !info->IsDirectory();
    ASSIGN_OR_RETURN(const std::vector<fs::FileInfo> objects,
                     ObjectsUnder(place, glob ? std::string(GlobBase(place.path)) : place.path));
    for (const fs::FileInfo& object : objects) {
      if (absl::StrContains(object.path(), absl::StrCat("/", kStaging, "/"))) continue;
      if (glob ? !MatchesGlob(place.path, object.path())
               : IsHidden(absl::string_view(object.path()).substr(place.path.size()))) {
        continue;
      }
      urls.push_back(absl::StrCat("s3://", object.path()));
    }
    return urls.empty() ? NoObjectMatches(url) : absl::OkStatus();
  }));
  std::sort(urls.begin(), urls.end());
  return urls;
}

absl::Status PublishObjects(const std::string& dir, const std::vector<std::string>& files,
                            const std::string& manifest, absl::string_view url,
                            const ReplaceCheck& check) {
  return AtPlace(url, [&](const ObjectPlace& place) -> absl::Status {
    if (!absl::StrContains(place.path, '/')) {
      return absl::InvalidArgumentError("want s3://BUCKET/NAME: an export is not a whole bucket");
    }
    return Publication(place, files, manifest).Run(dir, check);
  });
}

}  // namespace quipu::pipelines
