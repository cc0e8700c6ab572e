// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/arrow_object_file.h"

#include <arrow/buffer.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/tables/arrow_filesystem.h"
#include "pipelines/tables/arrow_status.h"

namespace quipu::pipelines {

absl::Status NoObjectMatches(absl::string_view url) {
  return absl::NotFoundError(absl::StrCat("no object matches ", Snippet(url, 300)));
}

absl::StatusOr<std::shared_ptr<ObjectFile>> ObjectFile::Open(absl::string_view url) {
  ASSIGN_OR_RETURN(const ObjectPlace place, PlaceOf(url));
  std::shared_ptr<ObjectFile> opened;
  const auto open = [&]() -> absl::Status {
    const auto info = place.store->GetFileInfo(place.path);
    RETURN_IF_ERROR(FromStore(info.status()));
    if (!info->IsFile()) return NoObjectMatches(url);
    auto file = place.store->OpenInputFile(*info);
    RETURN_IF_ERROR(FromStore(file.status()));
    const auto bytes = (*file)->GetSize();
    RETURN_IF_ERROR(FromStore(bytes.status()));
    opened = std::shared_ptr<ObjectFile>(new ObjectFile(*std::move(file), *bytes));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(Annotate(Retried([&] { return Guard(open); }), Snippet(url, 300)));
  return opened;
}

absl::Status ObjectFile::StoreError(const absl::Status& status) const {
  if (status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  return error_.ok() ? status : error_;
}

template <typename Value, typename Call>
arrow::Result<Value> ObjectFile::Retry(const Call& call) {
  arrow::Result<Value> result;
  const absl::Status status = Retried([&] {
    result = call();
    return FromStore(result.status());
  });
  if (absl::IsUnavailable(status)) {
    absl::MutexLock lock(&mutex_);
    error_ = status;
  }
  return result;
}

arrow::Status ObjectFile::Seek(int64_t position) {
  if (position < 0) return arrow::Status::Invalid("a position before the object");
  at_ = position;
  return arrow::Status::OK();
}

arrow::Result<int64_t> ObjectFile::Read(int64_t count, void* out) {
  ARROW_ASSIGN_OR_RAISE(const int64_t read, ReadAt(at_, count, out));
  at_ += read;
  return read;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ObjectFile::Read(int64_t count) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> read, ReadAt(at_, count));
  at_ += read->size();
  return read;
}

arrow::Result<int64_t> ObjectFile::ReadAt(int64_t position, int64_t count, void* out) {
  return Retry<int64_t>([&] { return file_->ReadAt(position, count, out); });
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ObjectFile::ReadAt(int64_t position, int64_t count) {
  return Retry<std::shared_ptr<arrow::Buffer>>([&] { return file_->ReadAt(position, count); });
}

}  // namespace quipu::pipelines
