// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/formats.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/rows/loss_weights.h"
#include "pipelines/export/formats/alpaca.h"
#include "pipelines/export/formats/axolotl_segments.h"
#include "pipelines/export/formats/axolotl_tokens.h"
#include "pipelines/export/formats/litdata.h"
#include "pipelines/export/formats/llamafactory_tokens.h"
#include "pipelines/export/formats/mds.h"
#include "pipelines/export/formats/megatron.h"
#include "pipelines/export/formats/nemo_packed.h"
#include "pipelines/export/formats/olmo.h"
#include "pipelines/export/formats/parquet.h"
#include "pipelines/export/formats/prompt_completion.h"
#include "pipelines/export/formats/sharegpt.h"
#include "pipelines/export/formats/table_shards.h"
#include "pipelines/export/formats/torchtune.h"
#include "pipelines/export/formats/trl_packed.h"
#include "pipelines/export/formats/views.h"

namespace quipu::pipelines {
namespace {

constexpr char kAll[] = "all";

constexpr RowType kConversations = RowType::kConversations;
constexpr RowType kTrainingRows = RowType::kTrainingRows;

// name, reader, rows, loads, compressible, labels_only, needs_arrow, make, check
constexpr FormatInfo kFormats[] = {
    {"alpaca", "LLaMA-Factory", kConversations, true, false, false, false, MakeAlpaca, CheckAlpaca},
    {"axolotl-segments", "Axolotl", kConversations, true, true, false, false, MakeAxolotlSegments,
     CheckAxolotlSegments},
    {"axolotl-tokens", "Axolotl", kTrainingRows, true, true, true, false, MakeAxolotlTokens,
     CheckAxolotlTokens},
    {"labelled", "TRL's KTOTrainer", RowType::kLabelled, true, true, false, false, MakeLabelled,
     CheckTextRows},
    {"litdata", "LitData", kTrainingRows, false, false, true, false, MakeLitdata, CheckLitdata},
    {"llamafactory-tokens", "LLaMA-Factory", kTrainingRows, false, false, true, true,
     MakeLlamaFactoryTokens, CheckLlamaFactoryTokens},
    {"mds", "MosaicML Streaming", kTrainingRows, false, false, true, false, MakeMds, CheckMds},
    {"megatron", "Megatron-Core", kTrainingRows, false, false, true, false, MakeMegatron,
     CheckMegatron},
    {"messages", "datasets", kConversations, true, true, false, false, MakeMessages, CheckTextRows},
    {"nemo-packed", "Megatron-Bridge", kTrainingRows, false, false, true, true, MakeNemoPacked,
     CheckNemoPacked},
    {"olmo", "OLMo-core", kTrainingRows, false, false, true, false, MakeOlmo, CheckOlmo},
    {"packs", "datasets", kTrainingRows, true, true, false, false, MakePacks, CheckTokenRows},
    {"packs-parquet", "datasets", kTrainingRows, true, false, false, true, MakePacksParquet,
     CheckTokenRows},
    {"prompt-completion", "TRL", kConversations, true, true, false, false, MakePromptCompletion,
     CheckPromptCompletion},
    {"sharegpt", "LLaMA-Factory", kConversations, true, false, false, false, MakeSharegpt,
     CheckSharegpt},
    {"tokens", "datasets", kTrainingRows, true, true, false, false, MakeTokens, CheckTokenRows},
    {"tokens-parquet", "datasets", kTrainingRows, true, false, false, true, MakeTokensParquet,
     CheckTokenRows},
    {"torchtune", "torchtune", kConversations, true, true, false, false, MakeTorchtune,
     CheckTorchtune},
    {"trl-packed", "TRL", kTrainingRows, true, true, true, false, MakeTrlPacked, CheckTrlPacked},
};

// Whether `whole` has `part` in it, whatever their capitals, hyphens and underlines.
bool IsPartOf(absl::string_view part, absl::string_view whole) {
  constexpr size_t kLeastBytes = 3;
  const auto plain = [](absl::string_view text) {
    return absl::StrReplaceAll(absl::AsciiStrToLower(text), {{"-", ""}, {"_", ""}});
  };
  return part.size() >= kLeastBytes && absl::StrContains(plain(whole), plain(part));
}

// Why this run cannot have a format; empty if it can.
std::string Obstacle(const FormatInfo& format, const v1::RunSpec& spec) {
  if (format.labels_only && generator::HasLossWeights(spec)) {
    return "it has labels alone, and this run has loss weights (prompt_loss_weight or row_weight), "
           "so that a trainer would take the loss of documents like that of answers";
  }
  if (format.rows == RowType::kLabelled &&
      spec.instances().answer_style() != v1::InstanceSpec::PLAIN) {
    return "it needs instances.answer_style PLAIN: quoted evidence would tell right answers from "
           "wrong ones";
  }
  return "";
}

}  // namespace

absl::Span<const FormatInfo> Formats() { return kFormats; }

absl::StatusOr<const FormatInfo*> FindFormat(absl::string_view name) {
  for (const FormatInfo& format : kFormats) {
    if (format.name == name) return &format;
  }
  // "trl": the name of a trainer, or a part of one.
  std::vector<absl::string_view> meant;
  for (const FormatInfo& format : kFormats) {
    if (IsPartOf(name, format.reader) || IsPartOf(name, format.name)) meant.push_back(format.name);
  }
  const std::string read =
      meant.empty() ? "" : absl::StrCat(" (did you mean ", absl::StrJoin(meant, " or "), "?)");
  return absl::InvalidArgumentError(
      absl::StrCat("format \"", Snippet(name, 40), "\"", read, ", want ", kAll, " or one of ",
                   absl::StrJoin(kFormats, ", ", [](std::string* out, const FormatInfo& format) {
                     absl::StrAppend(out, format.name);
                   })));
}

absl::StatusOr<std::vector<const FormatInfo*>> SelectFormats(absl::Span<const std::string> names,
                                                             const v1::RunSpec& spec) {
  std::set<absl::string_view> wanted;
  for (const std::string& name : names) {
    if (name == kAll) {
      for (const FormatInfo& format : kFormats) {
        const bool built = !format.needs_arrow || TableShards::HaveArrow();
        if (built && Obstacle(format, spec).empty()) wanted.insert(format.name);
      }
      continue;
    }
    ASSIGN_OR_RETURN(const FormatInfo* const format, FindFormat(name));
    const std::string obstacle = Obstacle(*format, spec);
    if (!obstacle.empty()) {
      return absl::FailedPreconditionError(absl::StrCat("format ", name, ": ", obstacle));
    }
    wanted.insert(format->name);
  }
  std::vector<const FormatInfo*> formats;
  for (const FormatInfo& format : kFormats) {
    if (wanted.count(format.name) > 0) formats.push_back(&format);
  }
  return formats;
}

}  // namespace quipu::pipelines
