// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// An engine without weights, for tests and dry runs. Replies are a pure
// function of the request (its text and seed) and match the reply template.
// Their questions and answers use words of the prefix, so that the whole
// pipeline, filters included, has real material.
//
//   ScriptedEngineOptions options;
//   options.latency = absl::Milliseconds(20);
//   ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, CreateScriptedEngine(options));
//
// Without latency, calls end before they return; with latency, a thread of the
// engine ("quipu-script") ends them. Thread-safe, like every Engine.
#ifndef QUIPU_INFERENCE_SCRIPTED_ENGINE_H_
#define QUIPU_INFERENCE_SCRIPTED_ENGINE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "inference/engine.h"

namespace quipu::inference {

struct ScriptedEngineOptions {
  // Tokenizer and template come from this GGUF; empty: a byte tokenizer with
  // ChatML.
  std::string tokenizer_path;
  int context_tokens = 8192;
  // Real time that each call takes, for tests of interruption.
  absl::Duration latency = absl::ZeroDuration();
  // A prefix that contains this text kills the process at once, like a chunk
  // that crashes an engine. Empty: none does.
  std::string crash_on = "";
  // A template by name (ChatTemplate::FromName), in place of the file's.
  std::string chat_template = "";
};

// Errors of GgufFile::Open, CreateTokenizer and Thread::Start; INVALID_ARGUMENT if
// context_tokens is out of range.
absl::StatusOr<std::unique_ptr<Engine>> CreateScriptedEngine(const ScriptedEngineOptions& options);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_SCRIPTED_ENGINE_H_
