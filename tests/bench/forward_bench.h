// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Forward passes alone, without engine and sampling: one prompt, and many
// sequences on one prefix.
//
//   ForwardBench bench(model.get(), KvType::kF16, /*step_tokens=*/256);
//   RETURN_IF_ERROR(bench.Prefill(&figures));
//
// Thread-compatible.
#ifndef QUIPU_TESTS_BENCH_FORWARD_BENCH_H_
#define QUIPU_TESTS_BENCH_FORWARD_BENCH_H_

#include <vector>

#include "absl/status/status.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/model.h"
#include "inference/model/step_logits.h"
#include "tests/bench/measure.h"

namespace quipu::bench {

class ForwardBench {
 public:
  struct Prompts {
    int tokens = 1024;
    int step_tokens = 256;  // Per step.
  };

  // The model must outlive it.
  ForwardBench(inference::Model* model, inference::KvType kv_type, const Prompts& prompts);

  // One prompt; the logits of each step's last token.
  absl::Status Prefill(Figures* figures);

  // 64 sequences on one prompt as their prefix, 32 steps of one token each; the
  // prefix is not timed.
  absl::Status Decode(Figures* figures);

 private:
  absl::Status Step(const std::vector<inference::PageTable*>& tables, int start, int count,
                    int shared_pages);
  absl::Status Prompt(inference::PageTable* table);
  absl::Status DecodeSteps(const std::vector<inference::PageTable*>& tables);
  void Finish(const Stopwatch& watch, Figures* figures);

  inference::Model* const model_;
  const Prompts prompts_;
  inference::KvCache cache_;
  inference::StepLogits logits_;
  Figures figures_;  // So far.
};

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_FORWARD_BENCH_H_
