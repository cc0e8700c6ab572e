// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The embedded engine: one stepping thread builds ragged batches of prefill
// pieces and decode tokens for all callers; admission is bounded by memory.
#ifndef QUIPU_INFERENCE_BATCHING_NATIVE_ENGINE_H_
#define QUIPU_INFERENCE_BATCHING_NATIVE_ENGINE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "inference/engine.h"
#include "inference/model/model.h"

namespace quipu::inference {

struct NativeEngineOptions {
  std::string model_path;
  // Refuses a file with another SHA-256 (64 hexadecimal digits); empty: any.
  std::string model_sha256;
  // Chat template by name; empty: recognised from the file.
  std::string chat_template;
  RopeOptions rope;
  KvType kv_type = KvType::kF16;
  Math math = Math::kAuto;

  // Performance; results do not depend on these.
  int threads = 0;                      // 0: the machine's cores.
  int max_step_tokens = 256;            // Columns of one step.
  int draft_step_tokens = 64;           // See EmbeddedEngineOptions.
  int64_t kv_bytes = int64_t{2} << 30;  // Memory for keys and values.
};

// Loads a model. Errors of GgufFile::Open and Model::Create;
// FAILED_PRECONDITION if the SHA-256 differs; NOT_FOUND if the template is not
// recognised.
absl::StatusOr<std::unique_ptr<Engine>> CreateNativeEngine(const NativeEngineOptions& options);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_NATIVE_ENGINE_H_
