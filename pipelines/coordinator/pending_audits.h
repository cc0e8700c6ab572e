// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The results that auditors have submitted so far, kept until an audit is
// complete and can be compared with the stored results. In a dispute also the
// first auditor's results, until a third worker has decided. In memory only:
// after a restart, the audits are requested again.
//
//   audits.Add(chunk, token, bit, result);
//   if (audits.Has(chunk, token) == all_bits) Compare(audits.ResultsOf(chunk));
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_PENDING_AUDITS_H_
#define QUIPU_PIPELINES_COORDINATOR_PENDING_AUDITS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "protos/lease.pb.h"
#include "protos/sample.pb.h"

namespace quipu::pipelines {

class PendingAudits {
 public:
  // By the task's number in its chunk.
  using Results = std::map<int, v1::Result>;

  enum class Added {
    kNew,
    kSame,   // Already present.
    kOther,  // Another result was present, and is kept.
  };
  // Drops results under another token of the same chunk: their lease is over.
  Added Add(const v1::ChunkId& chunk, uint64_t token, int task, const v1::Result& result);
  // Bits of the tasks that have a result under this token.
  uint64_t Has(const v1::ChunkId& chunk, uint64_t token) const;
  // REQUIRES: Has(chunk, token) != 0.
  const Results& ResultsOf(const v1::ChunkId& chunk) const;

  // Drops what an update invalidates: an audit whose lease ended unfinished, a
  // chunk whose results were removed.
  void OnUpdate(const v1::LeaseUpdate& update);
  // Drops the results under this token.
  void Drop(const v1::ChunkId& chunk, uint64_t token);
  // Drops the results under any token, after the comparison.
  void Finish(const v1::ChunkId& chunk);
  // Keeps the first auditor's results, to compare a third worker's with them.
  void Dispute(const v1::ChunkId& chunk, const Results& made);
  // Nullptr if this process knows of no dispute.
  const Results* Disputed(const v1::ChunkId& chunk) const;
  // Drops the dispute, if there is one.
  void ClearDispute(const v1::ChunkId& chunk);

  // Drops everything: the chunk's audit ended without a verdict.
  void Forget(const v1::ChunkId& chunk);

  size_t size() const { return open_.size() + disputed_.size(); }

 private:
  struct Open {
    uint64_t token = 0;
    Results results;
  };

  absl::flat_hash_map<std::string, Open> open_;
  absl::flat_hash_map<std::string, Results> disputed_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_PENDING_AUDITS_H_
