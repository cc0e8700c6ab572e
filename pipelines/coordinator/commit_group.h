// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Submits that are written together, with one sync: what becomes of each of
// their results, and the batch that follows from it.
//
//   CommitGroup group;
//   group.submissions = std::move(batch.submissions);
//   RETURN_IF_ERROR(DecideGroup(*ledger, &group));
//   RETURN_IF_ERROR(writer.Commit(group.batch, MustBeDurable(group.batch)));
//
// Decides by what the submissions say of themselves and of the table, and reads
// stored results to tell a duplicate from a conflict. Thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_COMMIT_GROUP_H_
#define QUIPU_PIPELINES_COORDINATOR_COMMIT_GROUP_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "pipelines/coordinator/commit_queue.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/coordinator/submission.h"
#include "protos/store.pb.h"

namespace quipu::pipelines::internal {

struct CommitGroup {
  std::vector<Submission> submissions;
  std::vector<ReadyReply> replies;  // To be sent once `batch` is written.
  LedgerBatch batch;                // To be written.
  // Task ids of batch.results, with their place there.
  absl::flat_hash_map<std::string, size_t> fresh;
  v1::EngineCounters work;  // Of all submissions.
  bool worked = false;      // Whether `work` is anything.

  bool empty() const { return submissions.empty() && replies.empty() && batch.empty(); }
};

// Sets the outcome of every lease of every submission that is not refused, and
// adds the results that are new to the batch. Errors of the ledger.
absl::Status DecideGroup(const RunStore& ledger, CommitGroup* group);

// Results must be, and verdicts, without which a run that was done would not be.
// Grants and the like need not.
bool MustBeDurable(const LedgerBatch& batch);

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_COMMIT_GROUP_H_
