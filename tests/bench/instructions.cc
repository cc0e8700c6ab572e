// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/instructions.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/simd/targets.h"

namespace quipu::bench {
namespace {

struct Choice {
  std::string name;
  int64_t target;
  bool dot;
};

void Use(int64_t target, bool dot) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  inference::UseDotInstructions(dot);
}

std::vector<Choice> FindChoices() {
  std::vector<Choice> choices;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    for (const bool dot : {true, false}) {
      Use(target, dot);
      std::string name = inference::Int8InstructionName();
      // A target without dot products has one name only.
      if (!choices.empty() && choices.back().name == name) continue;
      choices.push_back({std::move(name), target, dot});
    }
  }
  Use(0, true);
  return choices;
}

const std::vector<Choice>& Choices() {
  static const auto* const choices = new std::vector<Choice>(FindChoices());
  return *choices;
}

std::string Plain(absl::string_view name) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{" ", "-"}});
}

}  // namespace

std::vector<std::string> InstructionNames() {
  std::vector<std::string> names;
  for (const Choice& choice : Choices()) names.push_back(choice.name);
  return names;
}

bool UseInstructions(absl::string_view name) {
  for (const Choice& choice : Choices()) {
    if (Plain(choice.name) != Plain(name)) continue;
    Use(choice.target, choice.dot);
    return true;
  }
  return false;
}

}  // namespace quipu::bench
