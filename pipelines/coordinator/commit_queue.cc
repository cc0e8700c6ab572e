// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/commit_queue.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "pipelines/lease/journal.h"

namespace quipu::pipelines::internal {

bool CommitQueue::Journal(const v1::LeaseUpdate& update) {
  if (JournalingOf(update) != Journaling::kWhenApplied) return false;
  changes_.updates.push_back(update);
  return true;
}

void CommitQueue::MarkAudited(const std::vector<std::string>& task_ids) {
  changes_.audited.insert(changes_.audited.end(), task_ids.begin(), task_ids.end());
}

absl::Status CommitQueue::Reserve(size_t bytes) {
  if (reserved_bytes_ + bytes > kMaxQueuedSubmitBytes) {
    return absl::ResourceExhaustedError(absl::StrCat("submits waiting to be stored have ",
                                                     reserved_bytes_, " bytes, limit ",
                                                     kMaxQueuedSubmitBytes, ": retry later"));
  }
  reserved_bytes_ += bytes;
  return absl::OkStatus();
}

CommitQueue::Batch CommitQueue::Take() {
  Batch batch;
  batch.changes = std::exchange(changes_, {});
  writing_ = !batch.changes.empty();
  batch.replies = std::exchange(replies_, {});
  int results = 0;
  size_t bytes = 0;
  while (!submissions_.empty()) {
    Submission& next = submissions_.front();
    results += next.results;
    bytes += next.bytes;
    const bool fits = results <= kMaxCommitResults && bytes <= kMaxCommitBytes;
    if (!fits && !batch.submissions.empty()) break;
    reserved_bytes_ -= next.bytes;
    batch.submissions.push_back(std::move(next));
    submissions_.pop_front();
  }
  return batch;
}

void CommitQueue::RefuseAll(const absl::Status& status, Effects* effects) {
  for (ReadyReply& ready : replies_) {
    effects->Answer<v1::LeaseReply>(std::move(ready.done), status);
  }
  replies_.clear();
  for (Submission& submission : submissions_) {
    reserved_bytes_ -= submission.bytes;
    effects->Answer<v1::SubmitReply>(std::move(submission.done), status);
  }
  submissions_.clear();
}

}  // namespace quipu::pipelines::internal
