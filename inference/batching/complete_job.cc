// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/complete_job.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/status_macros.h"
#include "inference/batching/prompt_lookup.h"

namespace quipu::inference {
namespace {

// Guesses in one step.
constexpr int kMostDrafts = 16;

}  // namespace

CompleteJob::CompleteJob(std::shared_ptr<CachedPrefix> prefix, ReplyRun run,
                         std::vector<TokenId> prompt)
    : Job(std::move(prefix)), run_(std::move(run)) {
  QUIPU_CHECK(!prompt.empty()) << "nothing between prefix and reply";
  max_length_ = this->prefix()->size() + static_cast<int64_t>(prompt.size()) + run_.max_tokens();
  prompt_ = prompt;
  text_ = this->prefix()->tokens;
  text_.insert(text_.end(), prompt.begin(), prompt.end());
  TokenSequence sequence;
  sequence.pending = std::move(prompt);
  sequence.first_output = sequence.left() - 1;
  sequences_.push_back(std::move(sequence));
}

int CompleteJob::max_pages() const { return PagesFor(max_length_) - FullPages(prefix()->size()); }

absl::Status CompleteJob::OnLogits(const TokenSequence& sequence, int index,
                                   absl::Span<float> logits) {
  const int row = index - sequence.first_output;
  if (row > 0 && !(rows_taken_ == row && run_.Confirms(sequence.pending[index]))) {
    return absl::OkStatus();  // After a wrong guess.
  }
  RETURN_IF_ERROR(run_.Sample(logits));
  rows_taken_ = row + 1;
  return absl::OkStatus();
}

void CompleteJob::Draft(TokenSequence* sequence, int most, double worth) {
  // A token is sampled after the last guess too: it must belong to this part.
  most = std::min({most, kMostDrafts, run_.tokens_left() - 1});
  const std::vector<TokenId> draft = LookUpDraft(text_, most, worth);
  sequence->pending.insert(sequence->pending.end(), draft.begin(), draft.end());
  sequence->drafts = static_cast<int>(draft.size());
}

absl::StatusOr<bool> CompleteJob::Advance(KvCache*) {
  TokenSequence& sequence = sequences_[0];
  if (sequence.left() > 0) return false;
  const int accepted = rows_taken_ - 1;
  sampled_tokens_ += rows_taken_;
  accepted_drafts_ += accepted;
  rows_taken_ = 0;
  if (run_.done()) return true;
  if (sequence.drafts > 0) {
    const auto first = sequence.pending.end() - sequence.drafts;
    text_.insert(text_.end(), first, first + accepted);
    sequence.length -= sequence.drafts - accepted;
    sequence.drafts = 0;
  }
  sequence.first_is_sampled = run_.first_forced_is_sampled();
  sequence.pending = run_.TakeForced();
  text_.insert(text_.end(), sequence.pending.begin(), sequence.pending.end());
  sequence.done = 0;
  sequence.first_output = sequence.left() - 1;
  sequence.decoding = true;
  return false;
}

}  // namespace quipu::inference
