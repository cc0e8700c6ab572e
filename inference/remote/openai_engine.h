// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The remote engine: any server with an OpenAI-compatible HTTP interface (vLLM,
// SGLang, TGI, llama-server, llama-cpp-python). Prompts begin with the text
// that many requests share, the first of which is sent alone, so that the server's
// prefix cache hits.
//
//   std::unique_ptr<Engine> engine = MakeOpenAiEngine(
//       {tokenizer, chat_template, info, abilities, /*send_seed=*/true, std::move(client)});
//
// CreateOpenAiEngine (openai_factory.h) makes the parts. Verdicts
// (ScoreRequest::relative_only) are read from the likeliest tokens of a
// one-token reply. A word counts by its first token, with or without a leading
// space, whichever is likelier. A word that is not listed gets the probability
// of the last one listed, which is its upper bound. A change of case makes
// another word, as for the embedded engine. Given texts are scored as replies that a
// grammar of token ids forces, or by an echo. Thread-safe, like every Engine.
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_ENGINE_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_ENGINE_H_

#include <memory>

#include "inference/engine.h"
#include "inference/remote/openai_client.h"
#include "inference/remote/openai_probe.h"
#include "inference/remote/openai_protocol.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

struct OpenAiEngineParts {
  std::shared_ptr<const Tokenizer> tokenizer;
  ChatTemplate chat_template;
  EngineInfo info;
  ServerAbilities can;
  bool send_seed = true;
  std::unique_ptr<OpenAiClient> client;
};

std::unique_ptr<Engine> MakeOpenAiEngine(OpenAiEngineParts parts);

// llama-server gives every template enable_thinking = true and today's date, where
// ours has no thoughts and a fixed date: findings/llama_server_other_prompts.sh.
TemplateArguments ServerArguments(const ChatTemplate& chat_template);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_ENGINE_H_
