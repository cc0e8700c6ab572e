// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The queue of the thread that commits: changes to be journaled, replies whose
// grants have to be journaled first, submits. Writes keep the order in which
// they were added here.
//
//   if (queue.Journal(update)) Wake();
//   RETURN_IF_ERROR(queue.Reserve(bytes));
//   queue.Add(std::move(submission));
//   CommitQueue::Batch batch = queue.Take();  // In the thread that commits.
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_COMMIT_QUEUE_H_
#define QUIPU_PIPELINES_COORDINATOR_COMMIT_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pipelines/coordinator/effects.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/coordinator/submission.h"
#include "protos/lease.pb.h"

namespace quipu::pipelines::internal {

// A reply that waits until its grants are journaled.
struct ReadyReply {
  v1::LeaseReply reply;
  ReplyFn<v1::LeaseReply> done;
};

class CommitQueue {
 public:
  // Keeps an applied update for the next write, if it is of a kind that is
  // journaled when applied; returns whether it is.
  bool Journal(const v1::LeaseUpdate& update);
  // Keeps, for the next write, the marks of results that passed an audit.
  void MarkAudited(const std::vector<std::string>& task_ids);
  void AddReply(ReadyReply reply) { replies_.push_back(std::move(reply)); }

  // Reserves a submit's bytes before its checks. RESOURCE_EXHAUSTED over
  // kMaxQueuedSubmitBytes. Unreserve ends the reservation; after Add, Take or
  // RefuseAll does.
  absl::Status Reserve(size_t bytes);
  void Unreserve(size_t bytes) { reserved_bytes_ -= bytes; }
  // REQUIRES: its bytes are reserved.
  void Add(Submission submission) { submissions_.push_back(std::move(submission)); }

  struct Batch {
    JournalBatch changes;
    std::vector<ReadyReply> replies;
    std::vector<Submission> submissions;
  };
  // All changes and replies, and the first submits up to kMaxCommitResults and
  // kMaxCommitBytes, at least one. Its changes count as unwritten until Written
  // is called.
  Batch Take();
  void Written() { writing_ = false; }
  // Whether all changes are written.
  bool all_written() const { return changes_.empty() && !writing_; }

  // Answers all replies and submits with the error.
  void RefuseAll(const absl::Status& status, Effects* effects);

 private:
  JournalBatch changes_;                // Updates and audit marks, not taken yet.
  bool writing_ = false;                // The changes taken last are still being written.
  std::vector<ReadyReply> replies_;     // Replies to grants in changes_ or earlier ones.
  std::deque<Submission> submissions_;  // In order of arrival.
  uint64_t reserved_bytes_ = 0;         // Bytes of submits that are being checked or waiting.
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_COMMIT_QUEUE_H_
