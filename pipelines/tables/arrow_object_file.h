// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// An object of a store as Arrow reads files. Reads are retried, and an error of the store
// is retained: what reads Parquet gives damaged files the same kind of error. Only for
// files that include Arrow.
//
//   ASSIGN_OR_RETURN(const std::shared_ptr<ObjectFile> file, ObjectFile::Open("s3://bucket/key"));
//   auto read = file->ReadAt(0, 16);
//   if (!read.ok()) return file->StoreError(FromArrow(read.status()));
//
// ReadAt and StoreError are thread-safe, all else is thread-compatible.
#ifndef QUIPU_PIPELINES_TABLES_ARROW_OBJECT_FILE_H_
#define QUIPU_PIPELINES_TABLES_ARROW_OBJECT_FILE_H_

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace quipu::pipelines {

// NOT_FOUND, with the URL.
absl::Status NoObjectMatches(absl::string_view url);

class ObjectFile : public arrow::io::RandomAccessFile {
 public:
  // NOT_FOUND if there is no such object; UNAVAILABLE for errors of the store. They name the URL.
  static absl::StatusOr<std::shared_ptr<ObjectFile>> Open(absl::string_view url);

  // `status`, or if it is an error and the store has failed, the store's: UNAVAILABLE.
  absl::Status StoreError(const absl::Status& status) const;

  uint64_t bytes() const { return static_cast<uint64_t>(bytes_); }

  arrow::Status Close() override { return file_->Close(); }
  bool closed() const override { return file_->closed(); }
  arrow::Result<int64_t> Tell() const override { return at_; }
  arrow::Status Seek(int64_t position) override;
  arrow::Result<int64_t> GetSize() override { return bytes_; }
  arrow::Result<int64_t> Read(int64_t count, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t count) override;
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t count, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t count) override;

 private:
  ObjectFile(std::shared_ptr<arrow::io::RandomAccessFile> file, int64_t bytes)
      : file_(std::move(file)), bytes_(bytes) {}

  template <typename Value, typename Call>
  arrow::Result<Value> Retry(const Call& call);

  const std::shared_ptr<arrow::io::RandomAccessFile> file_;
  const int64_t bytes_;
  int64_t at_ = 0;
  mutable absl::Mutex mutex_;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_ARROW_OBJECT_FILE_H_
