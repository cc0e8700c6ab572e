// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The invariants of a run, checked from outside: from the writes to the disk
// and the coordinator's replies to workers.
//
//   judge.Committed(batch, sync);    // after every write
//   judge.Finish();                  // when the coordinator is done
//   for (const std::string& violation : judge.violations()) Report(violation);
//
// Thread-compatible.
#ifndef QUIPU_TESTS_SIMULATION_JUDGE_H_
#define QUIPU_TESTS_SIMULATION_JUDGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "pipelines/lease/table.h"
#include "protos/coordinator.pb.h"
#include "tests/simulation/memory_run_store.h"

namespace quipu::simulation {

class Judge {
 public:
  // `liar`: name of the one worker that lies; empty if none does.
  // `poison`: number of the chunk that kills its workers; -1 if none does.
  Judge(const MemoryDisk* disk, const pipelines::LeaseOptions& options, std::string liar,
        int poison);

  void Committed(const pipelines::JournalBatch& batch, bool sync);
  // The coordinator sends these replies.
  void Leased(const v1::LeaseReply& reply);
  void Answered(const v1::SubmitRequest& request, const v1::SubmitReply& reply);
  void Refused(absl::string_view verb, const absl::Status& status);
  // Call when the coordinator's process has died, with or without its machine's
  // unsynced writes.
  void Died(bool power_lost);
  // The equation of the counts of tasks.
  void Counted(const v1::StatusReply& status);
  void Finish();
  void Violation(std::string what) {
    if (violations_.size() < kMostViolations) violations_.push_back(std::move(what));
  }

  bool caught() const { return caught_; }
  // Whether results of the liar were ever withdrawn.
  bool withdrawn() const { return withdrawn_; }
  // Whether, at the end, tasks of the poison chunk are quarantined.
  bool poison_quarantined() const { return poison_quarantined_; }
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  static constexpr size_t kMostViolations = 20;  // The first are the most useful.

  void CheckResult(const MemoryDisk::Made& made);
  void CheckUpdate(const v1::LeaseUpdate& update);
  void CheckWrong(int chunk, const MemoryDisk::Made& made);
  bool Justified(int chunk) const;
  bool Right(const v1::Result& result) const;
  void CheckAcknowledged();
  bool InJournal() const;

  const MemoryDisk* const disk_;
  const pipelines::LeaseOptions options_;
  const std::string liar_;
  const int poison_;
  absl::flat_hash_map<std::string, std::string> right_;  // By task id.
  bool caught_ = false;
  bool withdrawn_ = false;
  bool poison_quarantined_ = false;
  // Greatest token that a worker may have for a chunk.
  absl::flat_hash_map<int, uint64_t> fences_;
  // By chunk with withdrawn results: the greatest token before that.
  absl::flat_hash_map<int, uint64_t> withdrawn_after_;
  uint64_t last_token_ = 0;
  absl::flat_hash_set<uint64_t> tokens_;
  // Tokens of audits: their results are compared, not stored.
  absl::flat_hash_set<uint64_t> audits_;
  // Results reported to workers as stored.
  absl::flat_hash_map<std::string, std::string> acknowledged_;
  absl::flat_hash_set<std::string> unsynced_;
  absl::flat_hash_map<std::string, std::string> makers_;
  std::vector<std::string> violations_;
};

}  // namespace quipu::simulation

#endif  // QUIPU_TESTS_SIMULATION_JUDGE_H_
