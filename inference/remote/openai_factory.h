// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes a remote engine (openai_engine.h): reads tokenizer and chat template
// from a model file, connects to the server, and probes once what it can do
// beyond plain chat.
//
//   OpenAiEngineOptions options;
//   options.url = "http://127.0.0.1:8000/v1";
//   options.model_name = "meta-llama/Llama-3.1-8B-Instruct";
//   options.model_path = "llama-3.1-8b.gguf";  // Tokenizer and template.
//   ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, CreateOpenAiEngine(options));
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_FACTORY_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_FACTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "inference/engine.h"
#include "inference/remote/circuit_breaker.h"
#include "inference/remote/retry_policy.h"

namespace quipu::inference {

struct OpenAiEngineOptions {
  std::string url;           // Base, e.g. "http://127.0.0.1:8000/v1".
  std::string model_name;    // As the server calls it.
  std::string model_path;    // A GGUF file or a directory; no weights are loaded.
  std::string model_sha256;  // Refuses any other file; empty: any.
  // Chat template by name; empty: recognised from the file.
  std::string chat_template;
  // How to constrain replies to reply templates: "auto", "none", or a server's
  // name (StructuredOutputChoices).
  std::string structured_output = "auto";
  bool send_seed = true;

  // Affects speed and access, never results.
  std::string api_key_file;  // Empty: from QUIPU_API_KEY, or none.
  std::string ca_file;       // Empty: the system's.
  int requests_in_flight = 256;
  absl::Duration request_timeout = absl::Seconds(600);
  RetryOptions retry;
  CircuitBreakerOptions breaker;
};

// Reads the tokenizer, asks the server for its models and probes it. Errors of
// GgufFile::Open, LoadApiKey, HttpClient::Create and OpenAiClient::Call;
// NOT_FOUND, naming the served models, if the model is not served;
// FAILED_PRECONDITION if the named structured output does not work, the server's
// model is not the file's (CheckServedModel), or the file's SHA-256 differs.
absl::StatusOr<std::unique_ptr<Engine>> CreateOpenAiEngine(const OpenAiEngineOptions& options);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_FACTORY_H_
