// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A Complete call in progress: one sequence that a ReplyRun drives.
//
// If a step has room, it also runs guesses of the coming tokens
// (prompt_lookup.h) after the last known one. The logits after each guess
// sample a token from the same random number as without guesses, and the next
// guess counts only if it equals that token. So guesses change the steps, not
// the results.
#ifndef QUIPU_INFERENCE_BATCHING_COMPLETE_JOB_H_
#define QUIPU_INFERENCE_BATCHING_COMPLETE_JOB_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "inference/batching/job.h"
#include "inference/batching/reply_run.h"

namespace quipu::inference {

class CompleteJob : public Job {
 public:
  // `prompt`: the tokens between the prefix and the first sampled token.
  // REQUIRES: not empty.
  CompleteJob(std::shared_ptr<CachedPrefix> prefix, ReplyRun run, std::vector<TokenId> prompt);

  int max_pages() const override;
  int64_t max_length() const override { return max_length_; }
  absl::Status OnLogits(const TokenSequence& sequence, int index,
                        absl::Span<float> logits) override;
  bool rows_in_order() const override { return true; }
  void Draft(TokenSequence* sequence, int most, double worth) override;
  absl::StatusOr<bool> Advance(KvCache* cache) override;
  int64_t sampled_tokens() const override { return sampled_tokens_; }
  int64_t accepted_drafts() const override { return accepted_drafts_; }

  // REQUIRES: Wait() returned OK.
  Completion TakeCompletion() { return run_.TakeCompletion(); }

 private:
  ReplyRun run_;
  int64_t max_length_;
  std::vector<TokenId> text_;  // All known tokens, prefix included.
  int rows_taken_ = 0;         // In the step in progress; each sampled one token.
  int64_t sampled_tokens_ = 0;
  int64_t accepted_drafts_ = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_COMPLETE_JOB_H_
