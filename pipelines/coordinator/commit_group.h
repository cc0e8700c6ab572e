// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Submits that are written together, with one sync: the outcome of each of
// their results, and the resulting batch.
//
//   CommitGroup group;
//   group.submissions = std::move(batch.submissions);
//   RETURN_IF_ERROR(DecideGroup(*run_store, &group));
//   RETURN_IF_ERROR(writer.Commit(group.batch, MustBeDurable(group.batch)));
//
// Decides from the submissions' own fields (which include the table's view),
// and reads stored results to tell a duplicate from a conflict.
// Thread-compatible.
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
  std::vector<ReadyReply> replies;  // Sent once `batch` is written.
  JournalBatch batch;               // To be written.
  // Task ids of batch.results, with their positions.
  absl::flat_hash_map<std::string, size_t> fresh;
  v1::EngineCounters work;  // Of all submissions.
  bool worked = false;      // Whether `work` was set.

  bool empty() const { return submissions.empty() && replies.empty() && batch.empty(); }
};

// Sets the outcome of every lease of every submission that is not refused, and
// adds new results to the batch. Errors of the run store.
absl::Status DecideGroup(const RunStore& run_store, CommitGroup* group);

// Results have to be, and verdicts, without which a finished run would become
// unfinished. Grants and similar updates need not.
bool MustBeDurable(const JournalBatch& batch);

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_COMMIT_GROUP_H_
