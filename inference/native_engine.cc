// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/native_engine.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/chat_template.h"
#include "inference/embedded_engine.h"
#include "inference/gguf.h"
#include "inference/tokenizer.h"

namespace quipu::inference {
namespace {

int ThreadsOf(int wanted) {
  if (wanted > 0) return wanted;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

// The longest text that the model can see: what it was trained on, stretched by
// the caller's RoPE scaling. (A scaling that the file states is already in its
// context length.)
int ModelContext(const HyperParameters& params, const RopeOptions& rope) {
  double tokens = rope.original_context > 0 ? rope.original_context
                                            : params.trained_context;
  if (rope.factor > 1) tokens *= rope.factor;
  return static_cast<int>(std::min<double>(tokens, kMaxContextTokens));
}

std::string ModelName(const GgufFile& gguf) {
  const absl::StatusOr<std::string> name = gguf.GetString("general.name");
  if (name.ok() && !name->empty()) return *name;
  const std::string& path = gguf.path();
  return path.substr(path.find_last_of('/') + 1);
}

absl::Status CheckSha256(const GgufFile& gguf, absl::string_view wanted) {
  if (wanted.empty() || absl::EqualsIgnoreCase(wanted, gguf.ContentSha256())) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "the file is not the one that was asked for: its SHA-256 is ",
      gguf.ContentSha256(), ", wanted ", wanted));
}

absl::StatusOr<EngineParts> LoadParts(const NativeEngineOptions& options,
                                      int threads) {
  ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> opened,
                   GgufFile::Open(options.model_path));
  std::shared_ptr<const GgufFile> gguf = std::move(opened);
  RETURN_IF_ERROR(CheckSha256(*gguf, options.model_sha256));
  ASSIGN_OR_RETURN(std::shared_ptr<const Tokenizer> tokenizer,
                   CreateTokenizer(*gguf));
  ASSIGN_OR_RETURN(ChatTemplate chat_template,
                   options.chat_template.empty()
                       ? ChatTemplate::FromGguf(*gguf, *tokenizer)
                       : ChatTemplate::FromName(options.chat_template));
  ModelOptions model_options;
  model_options.rope = options.rope;
  model_options.threads = threads;
  ASSIGN_OR_RETURN(std::unique_ptr<Model> model,
                   Model::Create(*gguf, model_options));

  EngineInfo info;
  info.engine = "native";
  info.model_name = ModelName(*gguf);
  info.architecture = model->params().architecture;
  info.model_sha256 = gguf->ContentSha256();
  info.math = "float";
  info.context_tokens = ModelContext(model->params(), options.rope);
  return EngineParts{gguf, std::move(model), std::move(tokenizer),
                     std::move(chat_template), std::move(info)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> CreateNativeEngine(
    const NativeEngineOptions& options) {
  const absl::Duration start = Clock::Real()->Monotonic();
  const int threads = ThreadsOf(options.threads);
  absl::StatusOr<EngineParts> loaded = LoadParts(options, threads);
  if (!loaded.ok()) {
    return Annotate(loaded.status(),
                    absl::StrCat("model ", options.model_path));
  }
  EngineParts parts = *std::move(loaded);

  const HyperParameters params = parts.model->params();
  const int64_t page_bytes =
      CacheShape(*parts.model, options.kv_type).page_bytes();
  const int model_context = parts.info.context_tokens;
  EmbeddedEngineOptions embedded;
  embedded.threads = threads;
  embedded.max_step_tokens = options.max_step_tokens;
  embedded.kv_type = options.kv_type;
  embedded.kv_bytes = options.kv_bytes;
  absl::StatusOr<std::unique_ptr<Engine>> engine =
      CreateEmbeddedEngine(std::move(parts), embedded);
  if (!engine.ok()) {
    return Annotate(engine.status(),
                    absl::StrCat("model ", options.model_path));
  }
  const EngineInfo& info = (*engine)->info();
  LogInfo(absl::StrFormat(
      "model %s (%s, %d layers, width %d, vocabulary %d): %d threads, steps of "
      "up to %d tokens, "
      "context %d tokens (%s), %d pages of %d tokens in %.1f GiB for keys and "
      "values, template "
      "%s, ready in %.2f s",
      info.model_name, info.architecture, params.layers, params.embedding,
      params.vocabulary, threads, options.max_step_tokens, info.context_tokens,
      info.context_tokens < model_context
          ? absl::StrCat("kv_bytes bounds it, the model can do ", model_context)
          : std::string("the model's"),
      options.kv_bytes / page_bytes, kPageTokens,
      static_cast<double>(options.kv_bytes) / (int64_t{1} << 30),
      std::string((*engine)->chat_template().name()),
      absl::ToDoubleSeconds(Clock::Real()->Monotonic() - start)));
  return engine;
}

}  // namespace quipu::inference
