// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A run store in memory, on a disk that can lose unsynced writes.
//
//   MemoryDisk disk(header, chunks);
//   auto run_store = std::make_unique<MemoryRunStore>(&disk);   // opens it: a new epoch
//   run_store->SetFate([](const JournalBatch&, bool) { return Fate::kCrashWritten; });
//   Use(run_store.get());
//   run_store.reset();
//   disk.LosePower(0);   // Unsynced writes are gone.
//
// Thread-compatible.
#ifndef QUIPU_TESTS_SIMULATION_MEMORY_RUN_STORE_H_
#define QUIPU_TESTS_SIMULATION_MEMORY_RUN_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::simulation {

// One chunk of the plan.
struct PlannedChunk {
  v1::ChunkId id;
  pipelines::ChunkContent content;
};

// The state that survives a process.
class MemoryDisk {
 public:
  using Made = storage::JournalBatch::Made;

  // `chunks` in order of document and chunk.
  MemoryDisk(v1::RunHeader header, std::vector<PlannedChunk> chunks);
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  const v1::RunHeader& header() const { return header_; }
  const std::vector<PlannedChunk>& chunks() const { return chunks_; }
  const std::vector<v1::LeaseUpdate>& journal() const { return journal_; }
  uint64_t epoch() const { return epoch_; }
  uint64_t commit_number() const { return commit_number_; }
  size_t num_results() const { return results_.size(); }
  // Nullptr if the task has no result.
  const Made* Find(absl::string_view task_id) const;
  // Number of the task's chunk; -1 if it was never planned.
  int ChunkOf(absl::string_view task_id) const;
  int NumberOf(const v1::ChunkId& chunk) const;
  // Whether everything written is synced.
  bool synced() const { return unsynced_.empty(); }
  size_t unsynced_writes() const { return unsynced_.size(); }

  // Begins a new epoch, durably.
  uint64_t Open();
  // As RunStore::Commit.
  absl::Status Check(const pipelines::JournalBatch& batch) const;
  void Write(const pipelines::JournalBatch& batch);
  void Sync() { unsynced_.clear(); }
  // Drops all unsynced writes but the first `keep`: a log keeps its order.
  void LosePower(size_t keep);

 private:
  // How to undo one write.
  struct Undo {
    std::vector<std::string> added;
    std::vector<std::pair<std::string, Made>> before;
    size_t journal = 0;
  };

  const v1::RunHeader header_;
  const std::vector<PlannedChunk> chunks_;
  absl::flat_hash_map<std::string, int> chunk_numbers_;  // By serialised id.
  absl::flat_hash_map<std::string, int> chunk_of_task_;
  absl::flat_hash_map<std::string, Made> results_;  // By task id.
  std::vector<v1::LeaseUpdate> journal_;
  std::vector<Undo> unsynced_;
  uint64_t epoch_ = 0;
  std::atomic<uint64_t> commit_number_{0};  // Read while another thread commits.
};

// The fate of a commit.
enum class Fate {
  kOk,
  kFail,          // An error, and nothing was written.
  kFailWritten,   // An error, but it was written, unsynced.
  kCrashBefore,   // The process dies before it writes anything,
  kCrashWritten,  // ... when it was written and not synced,
  kCrashSynced,   // ... when it was synced and nobody knows.
};

class MemoryRunStore : public pipelines::RunStore {
 public:
  using FateFn = std::function<Fate(const pipelines::JournalBatch&, bool sync)>;

  // `disk` must outlive it.
  explicit MemoryRunStore(MemoryDisk* disk) : disk_(disk), epoch_(disk->Open()) {}

  void SetFate(FateFn fate) { fate_ = std::move(fate); }
  // Called when a batch was written.
  void SetCommitted(std::function<void(const pipelines::JournalBatch&, bool sync)> committed) {
    committed_ = std::move(committed);
  }
  // Called before a chunk is read.
  void SetReading(std::function<void()> reading) { reading_ = std::move(reading); }
  // The process that owns it has died in a commit: every call fails.
  bool dead() const { return dead_; }

  const v1::RunHeader& header() const override { return disk_->header(); }
  uint64_t epoch() const override { return epoch_; }
  uint64_t commit_number() const override { return disk_->commit_number(); }
  absl::Status ForEachChunk(
      absl::FunctionRef<absl::Status(const v1::ChunkAdded&)> fn) const override;
  absl::Status ForEachAttempt(
      absl::FunctionRef<absl::Status(const v1::ChunkId&, absl::string_view worker, uint64_t made,
                                     uint64_t audited)>
          fn) const override;
  absl::Status ForEachUpdate(
      absl::FunctionRef<absl::Status(const v1::LeaseUpdate&)> fn) const override;
  absl::StatusOr<pipelines::ChunkContent> ReadChunk(const v1::ChunkId& chunk) override;
  absl::StatusOr<v1::Result> GetResult(absl::string_view task_id) const override;
  absl::Status Commit(const pipelines::JournalBatch& batch, bool sync) override;
  absl::Status AddCounters(const v1::EngineCounters&) override { return absl::OkStatus(); }

 private:
  MemoryDisk* const disk_;
  const uint64_t epoch_;
  FateFn fate_;
  std::function<void(const pipelines::JournalBatch&, bool sync)> committed_;
  std::function<void()> reading_;
  bool dead_ = false;
};

}  // namespace quipu::simulation

#endif  // QUIPU_TESTS_SIMULATION_MEMORY_RUN_STORE_H_
