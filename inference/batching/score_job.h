// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A Score call in progress. The tokens before the continuations are run once;
// the logits after them score the first token of each continuation.
// Continuations of more than one token run after them: in the same sequence if
// there is only one, otherwise each in a forked sequence. If one-token
// continuations are only compared, only their own logits are computed. A span of
// the tokens before the continuations can be scored on the way.
#ifndef QUIPU_INFERENCE_BATCHING_SCORE_JOB_H_
#define QUIPU_INFERENCE_BATCHING_SCORE_JOB_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "inference/batching/job.h"
#include "inference/engine.h"

namespace quipu::inference {

class ScoreJob : public Job {
 public:
  // The tokens between the prefix and each continuation.
  struct Context {
    std::vector<TokenId> tokens;
    // Tokens [span_begin, span_end) are scored. Not the first one, because the
    // logits before it belong to the prefix. Both 0: none.
    int span_begin = 0;
    int span_end = 0;
  };

  // REQUIRES: nothing is empty. `relative_only`: see ScoreRequest.
  ScoreJob(std::shared_ptr<CachedPrefix> prefix, Context context,
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

  // The score of one token.
  struct TokenScore {
    double log_prob = 0;
    bool greedy = false;  // No token was likelier.
  };
  static ContinuationScore Sum(absl::Span<const TokenScore> tokens);
  // Takes the logits after context token `index`.
  void OnContext(int index, absl::Span<const float> logits);

  const int context_size_;
  const int span_begin_;
  std::vector<TokenId> span_;
  const std::vector<std::vector<TokenId>> continuations_;
  bool words_only_ = false;        // Compared, and each one token long.
  int base_continuation_ = kNone;  // The one that runs in the context's own sequence.
  bool branched_ = false;
  std::vector<int> sequence_continuation_;       // What each sequence runs.
  std::vector<std::vector<TokenScore>> scores_;  // [continuation][token]
  std::vector<TokenScore> span_scores_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_SCORE_JOB_H_
