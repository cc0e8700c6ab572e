// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// An engine without weights, for tests and dry runs: replies are a pure
// function of the request (its text and seed), well-formed by the reply template,
// with questions and answers taken from words of the prefix, so that the whole
// pipeline, its filters included, has something real to work on.
#ifndef QUIPU_INFERENCE_SCRIPTED_ENGINE_H_
#define QUIPU_INFERENCE_SCRIPTED_ENGINE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "inference/engine.h"

namespace quipu::inference {

struct ScriptedEngineOptions {
  // Tokenizer and template from this GGUF; empty: a byte tokenizer with ChatML.
  std::string tokenizer_path;
  int context_tokens = 8192;
  // Real time that each call takes, for tests of interruption.
  absl::Duration latency = absl::ZeroDuration();
  // A prefix that contains this ends the process at once, as a chunk does that
  // makes an engine crash. Empty: none does.
  std::string crash_on = "";
};

absl::StatusOr<std::unique_ptr<Engine>> CreateScriptedEngine(const ScriptedEngineOptions& options);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_SCRIPTED_ENGINE_H_
