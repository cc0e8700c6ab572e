// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/loss_weights.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace quipu::generator {
namespace {

// 6 significant digits are enough for a weight, and short in an export.
double Rounded(double weight) {
  double rounded = weight;
  if (!absl::SimpleAtod(absl::StrFormat("%.6g", weight), &rounded)) return weight;
  return rounded;
}

void SetWeight(double weight, v1::TokenRange* range) {
  if (weight == 1) {
    range->clear_weight();
  } else {
    range->set_weight(weight);
  }
}

}  // namespace

absl::Status ExcludeAnswers(const google::protobuf::RepeatedPtrField<v1::ChatMessage>& messages,
                            std::vector<uint8_t>* tokens) {
  // Answers are never side by side: each stretch of their tokens is one.
  size_t at = 0;
  for (const v1::ChatMessage& message : messages) {
    if (message.role() != "assistant") continue;
    while (at < tokens->size() && (*tokens)[at] == kPromptToken) ++at;
    if (at == tokens->size()) {
      return absl::InternalError("a chat template left an answer out");
    }
    for (; at < tokens->size() && (*tokens)[at] != kPromptToken; ++at) {
      if (message.not_trained()) (*tokens)[at] = kExcludedToken;
    }
  }
  return absl::OkStatus();
}

void SetTrainedRanges(absl::Span<const uint8_t> tokens, double prompt_weight,
                      v1::InstanceSpec::RowWeight row_weight, v1::Segment* segment) {
  const uint32_t count = static_cast<uint32_t>(tokens.size());
  const auto weight_at = [&](uint32_t i) {
    if (tokens[i] == kExcludedToken) return 0.0;
    return tokens[i] == kAnswerToken ? 1.0 : prompt_weight;
  };
  uint32_t answer_tokens = 0;
  uint32_t prompt_tokens = 0;
  for (uint32_t i = 1; i < count; ++i) {
    answer_tokens += tokens[i] == kAnswerToken ? 1 : 0;
    prompt_tokens += tokens[i] == kPromptToken ? 1 : 0;
  }
  if (answer_tokens == 0) return;
  const double sum = answer_tokens + prompt_weight * prompt_tokens;
  const double scale = row_weight == v1::InstanceSpec::ROWS ? 1 / sum : 1;
  for (uint32_t i = 1; i < count;) {
    const uint32_t begin = i;
    const double weight = weight_at(i);
    while (i < count && weight_at(i) == weight) ++i;
    if (weight == 0) continue;
    v1::TokenRange& range = *segment->add_trained();
    range.set_begin(begin);
    range.set_end(i);
    SetWeight(scale == 1 ? weight : Rounded(weight * scale), &range);
  }
}

double WeightOf(const v1::TokenRange& range) { return range.has_weight() ? range.weight() : 1; }

double PromptLossWeightOf(const v1::LongDetails& details) {
  return details.prompt_loss() ? 1 : details.prompt_loss_weight();
}

bool HasLossWeights(const v1::RunSpec& spec) {
  const auto fraction = [](double weight) { return weight != 0 && weight != 1; };
  return spec.instances().row_weight() == v1::InstanceSpec::ROWS ||
         fraction(spec.instances().prompt_loss_weight()) ||
         fraction(spec.packing().prompt_loss_weight());
}

}  // namespace quipu::generator
