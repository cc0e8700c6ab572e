// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The embedded engine put together from its parts. CreateNativeEngine gets the
// parts from a model file; tests make their own.
//
// Callers tokenise in their own threads, queue a prefix or a job, and block.
// One thread ("quipu-step") runs the scheduler and the model; rows of logits
// are then sampled or scored in a small pool.
#ifndef QUIPU_INFERENCE_BATCHING_EMBEDDED_ENGINE_H_
#define QUIPU_INFERENCE_BATCHING_EMBEDDED_ENGINE_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "inference/engine.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/model.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

struct EngineParts {
  std::shared_ptr<const void> owner;  // Kept until the last: what the others point into.
  std::unique_ptr<Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
  ChatTemplate chat_template;
  EngineInfo info;  // context_tokens: the most that the model can do.
};

struct EmbeddedEngineOptions {
  int threads = 1;  // For sampling; the model has its own.
  int max_step_tokens = 256;
  // Steps with fewer tokens may be filled up to so many with guesses (prompt
  // lookup), as long as they are likely enough to save time. 0: never.
  int draft_step_tokens = 64;
  KvType kv_type = KvType::kF16;
  int64_t kv_bytes = int64_t{1} << 30;
  // Memory for the logits of one step; always room for one row.
  int64_t logit_bytes = int64_t{64} << 20;
  // How long the engine stands still before it takes the pages of a prefix that
  // is open but idle (its owner may be about to use it) for one that waits.
  absl::Duration eviction_delay = absl::Milliseconds(50);
};

// The shape of the model's cache with keys and values of another type.
KvShape CacheShape(const Model& model, KvType type);

// Returns RESOURCE_EXHAUSTED if `kv_bytes` holds too few pages for any use, and
// INVALID_ARGUMENT if the model's vocabulary is smaller than the tokenizer's.
absl::StatusOr<std::unique_ptr<Engine>> CreateEmbeddedEngine(EngineParts parts,
                                                             const EmbeddedEngineOptions& options);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_EMBEDDED_ENGINE_H_
