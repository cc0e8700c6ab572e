// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/language_patterns.h"

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "generator/languages/tables.h"

namespace quipu::generator {
namespace {

std::unique_ptr<const RE2> Compile(absl::string_view alternatives, bool whole_words) {
  if (alternatives.empty()) return nullptr;
  const absl::string_view before = whole_words ? R"((?:^|[^\pL\pM\pN]))" : "";
  const absl::string_view after = whole_words ? R"((?:[^\pL\pM\pN]|$))" : "";
  auto pattern =
      std::make_unique<const RE2>(absl::StrCat("(?i)", before, "(", alternatives, ")", after));
  QUIPU_CHECK(pattern->ok()) << "a language's pattern: " << pattern->error();
  return pattern;
}

}  // namespace

const LanguagePatterns& PatternsOf(Language language) {
  static const auto& all = *[] {
    auto* made = new absl::flat_hash_map<Language, LanguagePatterns>;
    for (const LanguageTable& table : AllTables()) {
      LanguagePatterns& patterns = (*made)[table.language];
      patterns.source = Compile(table.source, table.spaces);
      patterns.narrators = Compile(table.narrators, table.spaces);
      patterns.first_person = Compile(table.first_person, table.spaces);
      patterns.refusals = Compile(table.refusals, table.spaces);
      patterns.vague = Compile(table.vague, table.spaces);
      patterns.people = Compile(table.kinds.people, table.spaces);
      patterns.dates = Compile(table.kinds.dates, table.spaces);
      patterns.places = Compile(table.kinds.places, table.spaces);
      patterns.counts = Compile(table.kinds.counts, table.spaces);
      patterns.reasons = Compile(table.kinds.reasons, table.spaces);
    }
    return made;
  }();
  static const LanguagePatterns& none = *new LanguagePatterns;
  const auto found = all.find(language);
  return found == all.end() ? none : found->second;
}

}  // namespace quipu::generator
