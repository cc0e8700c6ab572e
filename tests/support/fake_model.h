// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A model without weights that uses the cache like a real one: it stores each
// token in the pages of its sequence, and computes logits from the whole
// history read back from the pages. Wrong paging, sharing or positions change
// results, and a batch that breaks the rules of batch.h is an INTERNAL error.
//
//   auto model = std::make_unique<FakeModel>(tokenizer->vocab_size());
//
// Thread-safe, except Forward.
#ifndef QUIPU_TESTS_SUPPORT_FAKE_MODEL_H_
#define QUIPU_TESTS_SUPPORT_FAKE_MODEL_H_

#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "inference/model/model.h"

namespace quipu::testing {

class FakeModel : public inference::Model {
 public:
  // Logits after a history of tokens.
  using Logits =
      std::function<void(absl::Span<const inference::TokenId> history, absl::Span<float> logits)>;

  // What one step contained.
  struct SeenStep {
    int tokens = 0;
    int pieces = 0;
    int outputs = 0;
    int words = 0;          // Logits of outputs that request words.
    int largest_group = 0;  // Pieces.
  };

  // Without `logits`: pseudo-random ones between -4 and 4, from the history.
  explicit FakeModel(int vocabulary, Logits logits = nullptr);

  const inference::HyperParameters& params() const override { return params_; }
  inference::KvShape kv_shape() const override;
  inference::Math math() const override { return inference::Math::kFloat; }
  int64_t weight_bytes() const override { return 0; }
  absl::Status Forward(const inference::Batch& batch, inference::KvCache* cache,
                       inference::StepLogits* logits) override;

  std::vector<SeenStep> steps() const;
  // Makes the step after the next `steps` fail.
  void FailAfter(int steps, absl::Status status);
  // Forward blocks from now on until Release().
  void Hold();
  void Release();
  // Blocks until Forward was called and is blocked.
  void AwaitHeld();

 private:
  absl::Status CheckPiece(const inference::Batch& batch, size_t index,
                          const inference::KvCache& cache) const;
  absl::Status Remember(const inference::Batch& batch, const inference::BatchPiece& piece,
                        inference::KvCache* cache) const;
  void Enter(const inference::Batch& batch, absl::Status* failure);

  inference::HyperParameters params_;
  Logits logits_;
  mutable absl::Mutex mutex_;
  std::vector<SeenStep> steps_ ABSL_GUARDED_BY(mutex_);
  int fail_after_ ABSL_GUARDED_BY(mutex_) = -1;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  bool hold_ ABSL_GUARDED_BY(mutex_) = false;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_FAKE_MODEL_H_
