// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/load_embedded_engine.h"

#include <algorithm>
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
#include "inference/huggingface/open_model.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/text/hf/model_text.h"

namespace quipu::inference {
namespace {

// The longest text that the model can see: its training length, or that of the caller's RoPE
// scaling. (A scaling stated in the model is already part of its context length.)
int ModelContext(const HyperParameters& params, const RopeOptions& rope) {
  using Scaling = RopeOptions::Scaling;
  if (rope.scaling == Scaling::kFromFile) return params.trained_context;
  if (rope.scaling != Scaling::kNone && rope.factor == 0) return params.trained_context;
  int original = rope.original_context;
  if (original == 0) original = params.rope.original_context;
  if (original == 0) original = params.trained_context;
  if (rope.scaling == Scaling::kNone) return std::min(original, params.trained_context);
  const double stretched = std::min<double>(original * rope.factor, kMaxContextTokens);
  // A model with Llama 3's scaling was trained on the whole of its context.
  if (rope.scaling == Scaling::kLlama3) {
    return std::max(static_cast<int>(stretched), params.trained_context);
  }
  return static_cast<int>(stretched);
}

absl::Status CheckSha256(absl::string_view actual, absl::string_view wanted) {
  if (wanted.empty() || absl::EqualsIgnoreCase(wanted, actual)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("not the requested model: its SHA-256 is ", actual, ", wanted ", wanted));
}

absl::StatusOr<std::string> Sha256Of(const OpenedModel& opened, const std::string& path) {
  if (opened.gguf != nullptr) return opened.gguf->ContentSha256();
  return ModelSha256(path, ModelFiles::kAll);
}

absl::StatusOr<EngineParts> LoadParts(const EmbeddedEngineOptions& options, int threads) {
  ASSIGN_OR_RETURN(OpenedModel opened, OpenModel(options.model_path));
  // Comes first: it reads all files into memory. Repacking then releases the
  // matrices' pages.
  ASSIGN_OR_RETURN(const std::string sha256, Sha256Of(opened, options.model_path));
  RETURN_IF_ERROR(CheckSha256(sha256, options.model_sha256));
  ASSIGN_OR_RETURN(ModelText text, LoadModelText(options.model_path, options.chat_template));
  ModelOptions model_options;
  model_options.rope = options.rope;
  model_options.threads = threads;
  model_options.math = options.math;
  model_options.storage = options.storage;
  ASSIGN_OR_RETURN(std::unique_ptr<Model> model,
                   Model::Create(*opened.tensors, opened.params, model_options));

  EngineInfo info;
  info.engine = "native";
  info.model_name = std::move(opened.name);
  info.architecture = model->params().architecture;
  info.model_sha256 = sha256;
  info.math = std::string(MathName(model->math()));
  info.context_tokens = ModelContext(model->params(), options.rope);
  return EngineParts{std::move(opened.tensors), std::move(model), std::move(text.tokenizer),
                     std::move(text.chat_template), std::move(info)};
}

// What the log says about a loaded model, taken before the engine owns it.
struct LoadReport {
  HyperParameters params;
  int64_t weight_bytes = 0;
  int64_t page_bytes = 0;
  int threads = 0;
  Math math = Math::kFloat;
  double seconds = 0;
};

LoadReport ReportOf(const Model& model, const EmbeddedEngineOptions& options, int threads) {
  LoadReport report;
  report.params = model.params();
  report.weight_bytes = model.weight_bytes();
  report.page_bytes = CacheShape(model, options.kv_type).page_bytes();
  report.threads = threads;
  report.math = model.math();
  return report;
}

const char* NameOf(KvType type) {
  if (type == KvType::kF16) return "16-bit floats";
  if (type == KvType::kF32) return "32-bit floats";
  return "8-bit integers";
}

std::string MathReason(const EmbeddedEngineOptions& options, Math chosen) {
  if (options.math != Math::kAuto) return "as requested";
  if (chosen != Math::kInt8) return "no matrix of the model is quantised";
  return options.storage == WeightStorage::kAsStored ? "the model is quantised"
                                                     : "the model is quantised when loaded";
}

std::string StorageName(WeightStorage storage) {
  switch (storage) {
    case WeightStorage::kAsStored:
      return "";
    case WeightStorage::kQ8_0:
      return ", quantised to Q8_0";
    case WeightStorage::kQ4_0:
      return ", quantised to Q4_0";
  }
  return "";
}

double MiB(int64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

// Logs what was chosen, and why.
void Log(const LoadReport& report, const Engine& engine, const EmbeddedEngineOptions& options) {
  const EngineInfo& info = engine.info();
  LogInfo(absl::StrFormat(
      "model %s (%s, %d layers, width %d, vocabulary %d), template %s: %.0f MiB "
      "of weights repacked%s, ready in %.2f s",
      info.model_name, info.architecture, report.params.layers, report.params.embedding,
      report.params.vocabulary, std::string(engine.chat_template().name()),
      MiB(report.weight_bytes), StorageName(options.storage), report.seconds));
  LogInfo(absl::StrFormat("math %s: %s; %s; %d threads, steps of up to %d columns", info.math,
                          MathReason(options, report.math),
                          report.math == Math::kInt8
                              ? absl::StrCat("bytes are multiplied with ", Int8InstructionName())
                              : std::string("activations are 32-bit floats"),
                          report.threads, options.max_step_tokens));
  LogInfo(
      absl::StrFormat("keys and values in %s: %.0f MiB, %d pages of %d tokens; context %d tokens%s",
                      NameOf(options.kv_type), MiB(options.kv_bytes),
                      options.kv_bytes / report.page_bytes, kPageTokens, info.context_tokens,
                      info.memory_tokens < info.context_tokens
                          ? absl::StrCat(", of which that memory holds ", info.memory_tokens)
                          : std::string()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> LoadEmbeddedEngine(const EmbeddedEngineOptions& options) {
  const absl::Duration start = Clock::Real()->Monotonic();
  const int threads = ThreadsOf(options);
  absl::StatusOr<EngineParts> loaded = LoadParts(options, threads);
  if (!loaded.ok()) {
    return Annotate(loaded.status(), absl::StrCat("model ", options.model_path));
  }
  EngineParts parts = *std::move(loaded);

  LoadReport report = ReportOf(*parts.model, options, threads);
  absl::StatusOr<std::unique_ptr<Engine>> engine = CreateEmbeddedEngine(std::move(parts), options);
  if (!engine.ok()) {
    return Annotate(engine.status(), absl::StrCat("model ", options.model_path));
  }
  report.seconds = absl::ToDoubleSeconds(Clock::Real()->Monotonic() - start);
  Log(report, **engine, options);
  return engine;
}

}  // namespace quipu::inference
