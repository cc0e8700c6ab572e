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
#include "inference/remote/served_model.h"
#include "inference/text/hf/model_text.h"

namespace quipu::inference {
namespace {

// A call's longest time, as a multiple of a request's.
constexpr int kRequestsOfACall = 4;
constexpr int64_t kMostSlots = 4096;

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
  client.in_flight.most = options.requests_in_flight;
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
  info.scores_text = can.scores_text();
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

// The client's errors name the server already.
absl::Status NameServer(const absl::Status& status, const OpenAiEngineOptions& options) {
  const std::string server = absl::StrCat("server ", Snippet(options.url, 200));
  return absl::StrContains(status.message(), server) ? status : Annotate(status, server);
}

absl::Status CheckServer(const OpenAiEngineOptions& options, const Tokenizer& tokenizer,
                         const ChatTemplate& chat_template, const ServerAbilities& can) {
  const absl::Status same = CheckServedModel(tokenizer, chat_template, can.facts);
  // No file has the models of a server that takes only OpenAI's own fields.
  if (can.extensions) RETURN_IF_ERROR(same);
  if (!same.ok()) {
    LogWarning(absl::StrCat("server ", Snippet(options.url, 200), ": ", same.message(),
                            ": lengths are estimates"));
  }
  const bool named = options.structured_output != "auto" && options.structured_output != "none";
  if (!named || can.structured != StructuredOutput::kNone) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("does not constrain replies to a pattern as ", options.structured_output,
                   " does; set engine.structured_output to DETECT"));
}

absl::string_view ScoringOf(const ServerAbilities& can) {
  if (can.forces_tokens) return ", texts scored by a grammar";
  return can.echoes ? ", texts scored by echo" : "";
}

// Logs what was found out, and what it means.
void Log(const OpenAiEngineOptions& options, const EngineInfo& info, const ServerAbilities& can) {
  LogInfo(absl::StrCat(
      "server ", Snippet(options.url, 200), ": model ", Snippet(info.model_name, 100), ", context ",
      info.context_tokens, " tokens", can.context_tokens > 0 ? "" : " (the file's)",
      can.slots > 0 ? absl::StrCat(", ", can.slots, " slots") : "", ", structured output ",
      StructuredOutputName(can.structured), ", top_logprobs ", can.top_logprobs, ScoringOf(can),
      can.extensions ? "" : ", no top_k and min_p",
      can.tells_cached ? "" : ", cached tokens not told"));
  if (!can.scores_text()) {
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
  ProbeOptions probe;
  probe.model = options.model_name;
  probe.patterns = choices;
  probe.send_seed = options.send_seed;
  probe.template_arguments = ServerArguments(text.chat_template);
  const absl::StatusOr<ServerAbilities> probed = ProbeServer(*client, *text.tokenizer, probe);
  if (!probed.ok()) return NameServer(probed.status(), options);
  const ServerAbilities& can = *probed;
  RETURN_IF_ERROR(
      NameServer(CheckServer(options, *text.tokenizer, text.chat_template, can), options));
  if (can.slots > 0) client->SetSlots(static_cast<int>(std::min<int64_t>(can.slots, kMostSlots)));
  EngineInfo info = InfoOf(options, facts, can);
  Log(options, info, can);
  return MakeOpenAiEngine(OpenAiEngineParts{std::move(text.tokenizer),
                                            std::move(text.chat_template), std::move(info), can,
                                            options.send_seed, std::move(client)});
}

}  // namespace quipu::inference
