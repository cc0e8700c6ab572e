// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/full_disk.h"

// RocksDB leaks the new memtable when the disk is too full to switch to it.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:rocksdb::DBImpl::SwitchMemtable\n";
}

namespace quipu::testing {
namespace {

using rocksdb::DataVerificationInfo;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

using HasRoom = std::function<bool(const std::string& file)>;

class FullDiskFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FullDiskFile(std::unique_ptr<FSWritableFile> file, std::string name, const HasRoom* has_room,
               const IOStatus* error)
      : FSWritableFileOwnerWrapper(std::move(file)),
        name_(std::move(name)),
        has_room_(has_room),
        error_(error) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (!(*has_room_)(name_)) return *error_;
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const DataVerificationInfo& info,
                  IODebugContext* debug) override {
    if (!(*has_room_)(name_)) return *error_;
    return FSWritableFileOwnerWrapper::Append(data, options, info, debug);
  }

 private:
  const std::string name_;
  const HasRoom* const has_room_;
  const IOStatus* const error_;
};

}  // namespace

IOStatus FullDisk::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                   std::unique_ptr<FSWritableFile>* result, IODebugContext* debug) {
  const IOStatus status = FileSystemWrapper::NewWritableFile(name, options, result, debug);
  if (status.ok()) {
    *result = std::make_unique<FullDiskFile>(std::move(*result), name, &has_room_, &error_);
  }
  return status;
}

IOStatus FullDisk::NewLogger(const std::string& name, const IOOptions& options,
                             std::shared_ptr<rocksdb::Logger>* result, IODebugContext* debug) {
  return FileSystem::NewLogger(name, options, result, debug);  // NOLINT: not the wrapper's
}

IOStatus FullDisk::GetFreeSpace(const std::string& path, const IOOptions& options, uint64_t* bytes,
                                IODebugContext* debug) {
  if (looked_ != nullptr) looked_();
  return FileSystemWrapper::GetFreeSpace(path, options, bytes, debug);
}

}  // namespace quipu::testing
