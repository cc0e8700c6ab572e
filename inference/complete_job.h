// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A Complete call in progress: one sequence that a SkeletonRun drives.
#ifndef QUIPU_INFERENCE_COMPLETE_JOB_H_
#define QUIPU_INFERENCE_COMPLETE_JOB_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "inference/job.h"
#include "inference/skeleton_run.h"

namespace quipu::inference {

class CompleteJob : public Job {
 public:
  // `prompt`: the tokens between the prefix and the first sampled token.
  // REQUIRES: not empty.
  CompleteJob(std::shared_ptr<CachedPrefix> prefix, SkeletonRun run,
              std::vector<TokenId> prompt);

  int max_pages() const override;
  int64_t max_length() const override { return max_length_; }
  absl::Status OnLogits(const Sequence& sequence, int index,
                        absl::Span<float> logits) override;
  absl::StatusOr<bool> Advance(KvCache* cache) override;
  int64_t sampled_tokens() const override { return sampled_tokens_; }

  // REQUIRES: Wait() returned OK.
  Completion TakeCompletion() { return run_.TakeCompletion(); }

 private:
  SkeletonRun run_;
  int64_t max_length_;
  int64_t sampled_tokens_ = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_COMPLETE_JOB_H_
