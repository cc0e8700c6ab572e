// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A disk under RocksDB that remembers what was synced. A test takes images of what
// a power loss at a moment would leave, or lets the disk fill up at the n-th
// append.
//
//   FaultDisk disk(store_path);
//   disk.OnSync([&](const DiskImage& image) { images.push_back(image); });
//   ASSERT_OK_AND_ASSIGN(auto store, StoreImpl::Open(store_path, {}, clock, disk.env()));
//   WriteImage(images[3], Loss::kTorn, &rng, other_path);
//
// A file's bytes are durable once the file was synced; its name, rename or removal
// once its directory was. Nothing is really synced, so this is fast. Covers what
// goes through RocksDB; RUN_STATE is written by base/file. Thread-safe.
#ifndef QUIPU_TESTS_FAULTS_FAULT_DISK_H_
#define QUIPU_TESTS_FAULTS_FAULT_DISK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/rng.h"
#include "rocksdb/env.h"

namespace quipu::testing {

// A file as the disk knows it; only ever appended to.
struct DiskFile {
  std::string bytes;
  uint64_t synced = 0;
};

// A change of names that is not durable yet.
struct NameChange {
  std::string removed;  // Empty: nothing.
  std::string added;    // Empty: nothing.
  std::shared_ptr<DiskFile> file;
};

struct DiskImage {
  struct Extent {
    std::shared_ptr<DiskFile> file;
    uint64_t synced = 0;
    uint64_t written = 0;
  };
  std::map<std::string, std::shared_ptr<DiskFile>> names;  // Durable ones.
  std::vector<NameChange> changes;                         // The others, in order.
  std::map<const DiskFile*, Extent> extents;
  std::string run_state;  // RUN_STATE's bytes at that moment; empty if there is none.
};

// What happens to bytes and names that were not synced.
enum class Loss {
  kDropped,    // All are gone.
  kTorn,       // A random part of each file's and of the names' changes is there.
  kReordered,  // Sectors and names' changes arrived in any order; missing sectors are zeros.
};

// Writes the files that a power loss would leave into the new directory `to`.
// REQUIRES: nobody writes to the disk any more.
void WriteImage(const DiskImage& image, Loss loss, Rng* rng, const std::string& to);

class FaultDisk {
 public:
  // For the store at `root`; what is there is durable.
  explicit FaultDisk(const std::string& root);
  ~FaultDisk();
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;

  rocksdb::Env* env() const;

  // Called after each sync, with no other operation in progress.
  void OnSync(std::function<void(const DiskImage&)> fn);
  // The disk is full after this many more appends.
  void FillAfter(int64_t appends);
  // There is room again.
  void Free();
  // Appends so far.
  int64_t appends() const;

  // The disk's state, shared with its files; defined in the .cc.
  class State;

 private:
  std::shared_ptr<State> state_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_FAULTS_FAULT_DISK_H_
