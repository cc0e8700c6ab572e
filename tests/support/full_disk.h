// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A disk under RocksDB that may have no room for an append, or fail at it. Its files are real ones.
//
//   const auto disk = std::make_shared<FullDisk>(
//       [&](const std::string& file) { return !absl::EndsWith(file, ".sst"); });
//   const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
//
// Thread-safe if its functions are.
#ifndef QUIPU_TESTS_SUPPORT_FULL_DISK_H_
#define QUIPU_TESTS_SUPPORT_FULL_DISK_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "rocksdb/file_system.h"

namespace quipu::testing {

class FullDisk final : public rocksdb::FileSystemWrapper {
 public:
  // `has_room` is asked before each append to a file, by the thread that appends; `looked`, if
  // there is one, is called when RocksDB wants to know how much room there is. Without room an
  // append returns `error`.
  explicit FullDisk(std::function<bool(const std::string& file)> has_room,
                    std::function<void()> looked = nullptr,
                    rocksdb::IOStatus error = rocksdb::IOStatus::NoSpace("injected"))
      : FileSystemWrapper(rocksdb::FileSystem::Default()),
        has_room_(std::move(has_room)),
        looked_(std::move(looked)),
        error_(std::move(error)) {}

  const char* Name() const override { return "FullDisk"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override;
  // So that RocksDB's own log would be on this disk too.
  rocksdb::IOStatus NewLogger(const std::string& name, const rocksdb::IOOptions& options,
                              std::shared_ptr<rocksdb::Logger>* result,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options,
                                 uint64_t* bytes, rocksdb::IODebugContext* debug) override;

 private:
  const std::function<bool(const std::string& file)> has_room_;
  const std::function<void()> looked_;
  const rocksdb::IOStatus error_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_FULL_DISK_H_
