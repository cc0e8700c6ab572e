// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <arrow/buffer.h>
#include <arrow/filesystem/filesystem.h>
#include <arrow/filesystem/localfs.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <memory>
#include <utility>

#include "pipelines/tables/arrow_filesystem.h"
#include "pipelines/tables/arrow_status.h"
#include "pipelines/tables/folder_store.h"

namespace quipu::pipelines {
namespace {

namespace fs = arrow::fs;

// As Arrow's S3 says it: without a detail.
arrow::Status Failure() { return arrow::Status::IOError("AWS Error SLOW_DOWN: injected"); }

bool TakeFailure(StoreFaults* faults) {
  int left = faults->failing;
  while (left > 0 && !faults->failing.compare_exchange_weak(left, left - 1)) {
  }
  return left > 0;
}

class FaultyFile : public arrow::io::RandomAccessFile {
 public:
  FaultyFile(std::shared_ptr<arrow::io::RandomAccessFile> file, StoreFaults* faults)
      : file_(std::move(file)), faults_(faults) {}

  arrow::Status Close() override { return file_->Close(); }
  bool closed() const override { return file_->closed(); }
  arrow::Result<int64_t> Tell() const override { return file_->Tell(); }
  arrow::Status Seek(int64_t position) override { return file_->Seek(position); }
  arrow::Result<int64_t> GetSize() override { return file_->GetSize(); }
  arrow::Result<int64_t> Read(int64_t count, void* out) override {
    ARROW_RETURN_NOT_OK(Count());
    return file_->Read(count, out);
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t count) override {
    ARROW_RETURN_NOT_OK(Count());
    return file_->Read(count);
  }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t count, void* out) override {
    ARROW_RETURN_NOT_OK(Count());
    return file_->ReadAt(position, count, out);
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t count) override {
    ARROW_RETURN_NOT_OK(Count());
    return file_->ReadAt(position, count);
  }

 private:
  arrow::Status Count() {
    ++faults_->reads;
    if (TakeFailure(faults_) || faults_->good_reads-- <= 0) return Failure();
    return arrow::Status::OK();
  }

  const std::shared_ptr<arrow::io::RandomAccessFile> file_;
  StoreFaults* const faults_;
};

class FaultyStore : public fs::SubTreeFileSystem {
 public:
  FaultyStore(const std::string& root, StoreFaults* faults)
      : SubTreeFileSystem(root, std::make_shared<fs::LocalFileSystem>()), faults_(faults) {}

  using SubTreeFileSystem::GetFileInfo;
  arrow::Result<fs::FileInfo> GetFileInfo(const std::string& path) override {
    if (TakeFailure(faults_)) return Failure();
    return SubTreeFileSystem::GetFileInfo(path);
  }
  arrow::Result<fs::FileInfoVector> GetFileInfo(const fs::FileSelector& select) override {
    if (TakeFailure(faults_)) return Failure();
    return SubTreeFileSystem::GetFileInfo(select);
  }
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInputFile(
      const std::string& path) override {
    if (TakeFailure(faults_)) return Failure();
    ARROW_ASSIGN_OR_RAISE(auto file, SubTreeFileSystem::OpenInputFile(path));
    return std::make_shared<FaultyFile>(std::move(file), faults_);
  }
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInputFile(
      const fs::FileInfo& info) override {
    return OpenInputFile(info.path());
  }

 private:
  StoreFaults* const faults_;
};

}  // namespace

bool ServeFolder(const std::string& root, const std::string& bucket, StoreFaults* faults) {
  store_wait_ms = 1;
  SetFileSystemForTest(bucket, std::make_shared<FaultyStore>(root, faults));
  return true;
}

}  // namespace quipu::pipelines
