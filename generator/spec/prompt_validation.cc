// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/prompt_validation.h"

#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/nearest_name.h"
#include "base/strings.h"

namespace quipu::generator {
namespace {

namespace protobuf = google::protobuf;

using Names = std::vector<std::string>;

// What is replaced in all of them.
constexpr absl::string_view kEverywhere = "language";

struct PromptField {
  absl::string_view name;
  Names placeholders;
};

// The prompts of `generation`, its language_prompts and `verification`, by the field's name, with
// what generator/prompts/prompts replaces in them.
const std::vector<PromptField>& PairPrompts() {
  static const auto* fields = new std::vector<PromptField>{
      {"excerpt", {"chunk"}},
      {"long_prompt", {"sentence"}},
      {"short_prompt", {"sentence"}},
      {"extracted_prompt", {"sentence", "answer"}},
      {"two_chunk_long_prompt", {"sentence", "second_sentence"}},
      {"two_chunk_short_prompt", {"sentence", "second_sentence"}},
      {"summary_part_prompt", {}},
      {"summary_prompt", {}},
      {"verdict_prompt", {"question", "answer"}},
      {"answer_prompt", {"question"}},
      {"second_prompt", {"question"}},
      {"row_long_prompt", {"document", "question"}},
      {"row_short_prompt", {"document", "question"}},
  };
  return *fields;
}

const std::vector<PromptField>& RowPrompts() {
  static const auto* fields = new std::vector<PromptField>{
      {"long_prompt", {"document", "question"}},
      {"short_prompt", {"document", "question"}},
  };
  return *fields;
}

// The placeholders of all prompts.
const Names& AllPlaceholders() {
  static const auto* all = [] {
    auto* names = new Names{std::string(kEverywhere)};
    for (const PromptField& field : PairPrompts()) {
      names->insert(names->end(), field.placeholders.begin(), field.placeholders.end());
    }
    return names;
  }();
  return *all;
}

bool Has(const Names& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void CheckPrompt(const std::string& path, const std::string& prompt, Names replaced,
                 Faults* faults) {
  replaced.emplace_back(kEverywhere);
  static const auto* braces = new RE2(R"(\{([A-Za-z_]+)\})");
  re2::StringPiece rest(prompt);
  std::string name;
  std::set<std::string> seen;
  while (RE2::FindAndConsume(&rest, *braces, &name)) {
    if (Has(replaced, name) || !seen.insert(name).second) continue;
    if (!Has(AllPlaceholders(), name) && NearestName(name, replaced).empty()) continue;
    faults->Add(path, absl::StrCat("{", Snippet(name, 40), "}"),
                absl::StrCat("{", absl::StrJoin(replaced, "} or {"), "}"));
  }
}

// Only what the spec sets: the defaults are right.
void CheckFields(const protobuf::Message& message, const std::string& path,
                 const std::vector<PromptField>& prompts, Faults* faults) {
  const protobuf::Descriptor& descriptor = *message.GetDescriptor();
  const protobuf::Reflection& reflection = *message.GetReflection();
  for (const PromptField& prompt : prompts) {
    const protobuf::FieldDescriptor* field = descriptor.FindFieldByName(std::string(prompt.name));
    if (field == nullptr || !reflection.HasField(message, field)) continue;
    CheckPrompt(absl::StrCat(path, ".", prompt.name), reflection.GetString(message, field),
                prompt.placeholders, faults);
  }
}

}  // namespace

void CheckPlaceholderNames(const v1::RunSpec& spec, Faults* faults) {
  CheckFields(spec.generation(), "generation", PairPrompts(), faults);
  for (int i = 0; i < spec.generation().language_prompts_size(); ++i) {
    CheckFields(spec.generation().language_prompts(i),
                absl::StrCat("generation.language_prompts[", i, "]"), PairPrompts(), faults);
  }
  CheckFields(spec.verification(), "verification", PairPrompts(), faults);
  CheckFields(spec.instances(), "instances", RowPrompts(), faults);
}

}  // namespace quipu::generator
