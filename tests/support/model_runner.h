// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Runs token sequences through a model, cut and combined in chosen ways, for
// tests that compare logits.
//
//   ModelRunner runner(*gguf, /*threads=*/2, KvType::kF16, Math::kFloat);
//   std::vector<std::vector<float>> logits = runner.Run({tokens}, {});
//
// Fails the running test (and returns nothing) if the model does not load or a
// step fails. Not thread-safe.
#ifndef QUIPU_TESTS_SUPPORT_MODEL_RUNNER_H_
#define QUIPU_TESTS_SUPPORT_MODEL_RUNNER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "inference/gguf/gguf.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/model.h"

namespace quipu::testing {

struct RunOptions {
  // New tokens of each sequence per step; the first step takes `first_chunk`
  // unless that is 0.
  int chunk = 1 << 20;
  int first_chunk = 0;
  // The first `shared` tokens, common to all sequences, are computed once, and
  // their pages shared; `grouped` says so to the model.
  int shared = 0;
  bool grouped = false;
};

class ModelRunner {
 public:
  ModelRunner(const inference::GgufFile& gguf, int threads, inference::KvType type,
              inference::Math math, int pages = 256);
  // The same for a model that was made elsewhere.
  ModelRunner(std::unique_ptr<inference::Model> model, inference::KvType type, int pages = 256);

  // Logits of every position from options.shared on, in order, for each
  // sequence; all sequences run side by side.
  std::vector<std::vector<float>> Run(const std::vector<std::vector<int32_t>>& sequences,
                                      const RunOptions& options);

  inference::Model* model() { return model_.get(); }
  inference::KvCache* cache() { return cache_.get(); }

 private:
  absl::Status TryRun(const std::vector<std::vector<int32_t>>& sequences, const RunOptions& options,
                      std::vector<inference::PageTable>* tables,
                      std::vector<std::vector<float>>* logits);
  absl::Status Step(const std::vector<std::vector<int32_t>>& sequences, const RunOptions& options,
                    int chunk, const std::vector<inference::PageTable>& tables,
                    std::vector<int>* done, std::vector<std::vector<float>>* logits);

  std::unique_ptr<inference::Model> model_;
  std::unique_ptr<inference::KvCache> cache_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_MODEL_RUNNER_H_
