// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A Score call in progress. The tokens before the continuations are run once;
// the logits after them score the first token of each continuation.
// Continuations of more than one token run after them: in the same sequence if
// there is only one, otherwise each in a forked sequence. If one-token
// continuations are only compared, only their own logits are computed.
#ifndef QUIPU_INFERENCE_BATCHING_SCORE_JOB_H_
#define QUIPU_INFERENCE_BATCHING_SCORE_JOB_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "inference/batching/job.h"
#include "inference/engine.h"

namespace quipu::inference {

class ScoreJob : public Job {
 public:
  // `context`: the tokens between the prefix and each continuation. REQUIRES:
  // nothing is empty. `relative_only`: see ScoreRequest.
  ScoreJob(std::shared_ptr<CachedPrefix> prefix, std::vector<TokenId> context,
           std::vector<std::vector<TokenId>> continuations, bool relative_only);

  int max_pages() const override;
  int64_t max_length() const override;
  std::vector<TokenId> OutputWords(const TokenSequence& sequence, int index) const override;
  absl::Status OnLogits(const TokenSequence& sequence, int index,
                        absl::Span<float> logits) override;
  absl::StatusOr<bool> Advance(KvCache* cache) override;

  // REQUIRES: Wait() returned OK.
  ScoreResult Result() const;

 private:
  static constexpr int kNone = -1;

  // Adds the log-probability of token `index` of a continuation.
  void Set(int continuation, int index, absl::Span<const float> logits, double log_sum);

  const int context_size_;
  const std::vector<std::vector<TokenId>> continuations_;
  bool words_only_ = false;        // Compared, and each one token long.
  int base_continuation_ = kNone;  // The one that runs in the context's own sequence.
  bool branched_ = false;
  std::vector<int> sequence_continuation_;      // What each sequence runs.
  std::vector<std::vector<double>> log_probs_;  // [continuation][token]
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_SCORE_JOB_H_
