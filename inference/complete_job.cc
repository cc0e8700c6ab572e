// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/complete_job.h"

#include <utility>

#include "base/log.h"

namespace quipu::inference {

CompleteJob::CompleteJob(std::shared_ptr<CachedPrefix> prefix, SkeletonRun run,
                         std::vector<TokenId> prompt)
    : Job(std::move(prefix)), run_(std::move(run)) {
  QUIPU_CHECK(!prompt.empty()) << "nothing between prefix and reply";
  max_length_ = this->prefix()->size() + static_cast<int64_t>(prompt.size()) +
                run_.max_tokens();
  Sequence sequence;
  sequence.pending = std::move(prompt);
  sequence.first_output = sequence.left() - 1;
  sequences_.push_back(std::move(sequence));
}

int CompleteJob::max_pages() const {
  return PagesFor(max_length_) - FullPages(prefix()->size());
}

absl::Status CompleteJob::OnLogits(const Sequence&, int,
                                   absl::Span<float> logits) {
  return run_.Sample(logits);
}

absl::StatusOr<bool> CompleteJob::Advance(KvCache*) {
  Sequence& sequence = sequences_[0];
  if (sequence.left() > 0) return false;
  ++sampled_tokens_;
  if (run_.done()) return true;
  sequence.first_is_sampled = run_.first_forced_is_sampled();
  sequence.pending = run_.TakeForced();
  sequence.done = 0;
  sequence.first_output = sequence.left() - 1;
  sequence.decoding = true;
  return false;
}

}  // namespace quipu::inference
