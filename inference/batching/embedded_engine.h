// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The embedded engine, assembled from its parts. LoadEmbeddedEngine gets the
// parts from a model file; tests make their own.
//
//   ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine,
//                    CreateEmbeddedEngine(std::move(parts), options));
//
// Calls tokenise on their callers' threads and queue a prefix or a job. One
// thread ("quipu-step") runs the scheduler and the model and, between two
// steps, calls `done` for everything that has ended. A small pool samples or
// scores rows of logits. Thread-safe, like every Engine.
#ifndef QUIPU_INFERENCE_BATCHING_EMBEDDED_ENGINE_H_
#define QUIPU_INFERENCE_BATCHING_EMBEDDED_ENGINE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "inference/engine.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/model.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

struct EngineParts {
  std::shared_ptr<const void> owner;  // Owns what the others point into; destroyed last.
  std::unique_ptr<Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
  ChatTemplate chat_template;
  EngineInfo info;  // context_tokens: the model's own maximum.
};

struct EmbeddedEngineOptions {
  // Only LoadEmbeddedEngine reads these.
  std::string model_path;
  // Refuses a model with another SHA-256 (64 hexadecimal digits). Empty: any
  // model.
  std::string model_sha256;
  // Chat template by name, or a file "*.jinja". Empty: recognised from the model.
  std::string chat_template;
  RopeOptions rope;
  Math math = Math::kAuto;
  // How matrices in 16 or 32 bits are stored in memory.
  WeightStorage storage = WeightStorage::kAsStored;

  KvType kv_type = KvType::kF16;

  // Performance; does not affect results.
  int threads = 0;            // 0: the machine's cores.
  int max_step_tokens = 256;  // Columns of one step.
  // Steps with fewer tokens may be filled up to this many with guesses (prompt
  // lookup), while the guesses are likely enough to save time. 0: never.
  int draft_step_tokens = 64;
  int64_t kv_bytes = int64_t{2} << 30;  // Memory for keys and values.
  // Memory for the logits of one step; one row always fits.
  int64_t logit_bytes = int64_t{64} << 20;
  // How long the engine idles before it takes the pages of an open but idle
  // prefix (its owner may be about to use it) for a waiting one.
  absl::Duration eviction_delay = absl::Milliseconds(50);
};

// options.threads or, if that is 0, the machine's cores.
int ThreadsOf(const EmbeddedEngineOptions& options);

// The shape of the model's cache, with keys and values of another type.
KvShape CacheShape(const Model& model, KvType type);

// Returns RESOURCE_EXHAUSTED if `kv_bytes` holds too few pages to be of use or
// the stepping thread cannot be started, and INVALID_ARGUMENT if the model's
// vocabulary is smaller than the tokenizer's.
absl::StatusOr<std::unique_ptr<Engine>> CreateEmbeddedEngine(EngineParts parts,
                                                             const EmbeddedEngineOptions& options);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_EMBEDDED_ENGINE_H_
