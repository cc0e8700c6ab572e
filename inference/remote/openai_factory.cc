// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_factory.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/remote/api_key.h"
#include "inference/remote/openai_client.h"
#include "inference/remote/openai_engine.h"
#include "inference/remote/openai_probe.h"
#include "inference/remote/openai_protocol.h"
#include "inference/text/hf/model_text.h"

namespace quipu::inference {
namespace {

// A call's longest time, as a multiple of a request's.
constexpr int kRequestsOfACall = 4;

absl::Status CheckSha256(const OpenAiEngineOptions& options) {
  if (options.model_sha256.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string digest, ModelSha256(options.model_path, ModelFiles::kAll));
  if (absl::EqualsIgnoreCase(options.model_sha256, digest)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("not the requested model: its SHA-256 is ",
                                                    digest, ", wanted ", options.model_sha256));
}

OpenAiClientOptions ClientOptions(const OpenAiEngineOptions& options, std::string key) {
  OpenAiClientOptions client;
  client.http.base_url = options.url;
  client.http.bearer_token = std::move(key);
  client.http.ca_file = options.ca_file;
  client.http.max_in_flight = options.requests_in_flight;
  client.retry = options.retry;
  client.breaker = options.breaker;
  client.request_timeout = options.request_timeout;
  client.call_timeout = kRequestsOfACall * options.request_timeout;
  return client;
}

EngineInfo InfoOf(const OpenAiEngineOptions& options, const ModelFacts& model,
                  const ServerAbilities& can) {
  EngineInfo info;
  info.engine = "openai";
  info.model_name = options.model_name;
  info.architecture = model.architecture;
  info.scores_text = can.scores_text;
  info.scores_spans = false;
  int64_t context = can.context_tokens;
  if (context == 0) {
    // A server started with a shorter context refuses longer texts itself.
    context =
        model.context_tokens > 0
            ? static_cast<int64_t>(std::min<uint64_t>(model.context_tokens, kMaxContextTokens))
            : kMaxContextTokens;
  }
  info.context_tokens = static_cast<int>(std::clamp<int64_t>(context, 1, kMaxContextTokens));
  return info;
}

// Logs what was found out, and what it means.
void Log(const OpenAiEngineOptions& options, const EngineInfo& info, const ServerAbilities& can) {
  LogInfo(absl::StrCat("server ", Snippet(options.url, 200), ": model ",
                       Snippet(info.model_name, 100), ", context ", info.context_tokens, " tokens",
                       can.context_tokens > 0 ? "" : " (the file's)", ", structured output ",
                       StructuredOutputName(can.structured), ", top_logprobs ", can.top_logprobs,
                       can.extensions ? "" : ", no top_k and min_p"));
  if (!can.scores_text) {
    LogWarning(
        "the server gives no log-probs of a given text: pairs are judged by "
        "the verdict alone, without likelihood and gain");
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> CreateOpenAiEngine(const OpenAiEngineOptions& options) {
  const absl::Status wanted = CheckSha256(options);
  if (!wanted.ok()) return Annotate(wanted, options.model_path);
  ASSIGN_OR_RETURN(const ModelFacts facts, ReadModelFacts(options.model_path));
  ASSIGN_OR_RETURN(ModelText text, LoadModelText(options.model_path, options.chat_template));

  ASSIGN_OR_RETURN(const std::vector<StructuredOutput> choices,
                   StructuredOutputChoices(options.structured_output));
  ASSIGN_OR_RETURN(std::string key, LoadApiKey(options.api_key_file));
  ASSIGN_OR_RETURN(std::unique_ptr<OpenAiClient> client,
                   OpenAiClient::Create(ClientOptions(options, std::move(key))));
  absl::StatusOr<ServerAbilities> can = ProbeServer(*client, options.model_name, choices);
  if (!can.ok()) return Annotate(can.status(), absl::StrCat("server ", Snippet(options.url, 200)));
  if (options.structured_output != "auto" && !choices.empty() &&
      can->structured == StructuredOutput::kNone) {
    return absl::FailedPreconditionError(absl::StrCat(
        "server ", Snippet(options.url, 200), ": does not constrain replies to a pattern as ",
        options.structured_output, " does; set engine.structured_output to DETECT"));
  }
  EngineInfo info = InfoOf(options, facts, *can);
  Log(options, info, *can);
  return MakeOpenAiEngine(OpenAiEngineParts{std::move(text.tokenizer),
                                            std::move(text.chat_template), std::move(info), *can,
                                            std::move(client)});
}

}  // namespace quipu::inference
