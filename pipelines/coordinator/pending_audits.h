// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What auditors have submitted so far: results of tasks that have results
// already, until there are all of an audit's, to be compared with the stored ones;
// and those of the first auditor where they differed, until a third worker has
// decided. In memory alone: what dies with the process is asked again.
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
  // By number of the task in its chunk.
  using Results = std::map<int, v1::Result>;

  enum class Added {
    kNew,
    kSame,   // Was there already.
    kOther,  // Another one was there, which stays.
  };
  // Results under another token of the same chunk are forgotten: their lease is
  // over.
  Added Add(const v1::ChunkId& chunk, uint64_t token, int task, const v1::Result& result);
  // Bits of the tasks that have a result under this token.
  uint64_t Has(const v1::ChunkId& chunk, uint64_t token) const;
  // REQUIRES: Has(chunk, token) != 0.
  const Results& ResultsOf(const v1::ChunkId& chunk) const;

  // Forgets what an update makes void: an audit whose lease ended without being
  // done, a chunk whose results are no more.
  void OnUpdate(const v1::LeaseUpdate& update);
  // Forgets what came in under this token.
  void Drop(const v1::ChunkId& chunk, uint64_t token);
  // Forgets what came in under any token: it is compared.
  void Finish(const v1::ChunkId& chunk);
  // Keeps the first auditor's results, to compare a third worker's with them.
  void Dispute(const v1::ChunkId& chunk, const Results& made);
  // Nullptr if there is no dispute that this process knows of.
  const Results* Disputed(const v1::ChunkId& chunk) const;
  // Forgets the dispute, if there is one.
  void ClearDispute(const v1::ChunkId& chunk);

  // Forgets all of it: the chunk's audit is over without a verdict.
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
