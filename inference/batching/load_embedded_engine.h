// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The embedded engine from a model as it is published: a GGUF file, the parts of
// a split one, or a Hugging Face directory.
//
//   EmbeddedEngineOptions options;
//   options.model_path = "model.gguf";
//   ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, LoadEmbeddedEngine(options));
#ifndef QUIPU_INFERENCE_BATCHING_LOAD_EMBEDDED_ENGINE_H_
#define QUIPU_INFERENCE_BATCHING_LOAD_EMBEDDED_ENGINE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "inference/batching/embedded_engine.h"
#include "inference/engine.h"

namespace quipu::inference {

// Loads a model. Returns the errors of OpenModel, LoadModelText, Model::Create and
// CreateEmbeddedEngine; FAILED_PRECONDITION if the SHA-256 differs; NOT_FOUND
// if the template is not recognised.
absl::StatusOr<std::unique_ptr<Engine>> LoadEmbeddedEngine(const EmbeddedEngineOptions& options);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_LOAD_EMBEDDED_ENGINE_H_
