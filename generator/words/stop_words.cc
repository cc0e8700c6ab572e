// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/stop_words.h"

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"
#include "generator/languages/tables.h"

namespace quipu::generator {
namespace {

struct Words {
  absl::flat_hash_set<absl::string_view> stop_words;
  absl::flat_hash_map<absl::string_view, std::string> digits;
};

Words WordsOf(const LanguageTable& table) {
  Words words;
  words.stop_words = absl::StrSplit(table.stop_words, ' ', absl::SkipEmpty());
  int number = 0;
  for (const absl::string_view same : absl::StrSplit(table.number_words, ' ', absl::SkipEmpty())) {
    for (const absl::string_view word : absl::StrSplit(same, '|')) {
      if (word != "-") words.digits.emplace(word, std::to_string(number));
    }
    ++number;
  }
  return words;
}

// Null for languages without a table.
const Words* Find(Language language) {
  static const auto& all = *[] {
    auto* made = new absl::flat_hash_map<Language, Words>;
    for (const LanguageTable& table : AllTables()) made->emplace(table.language, WordsOf(table));
    return made;
  }();
  const auto found = all.find(language);
  return found == all.end() ? nullptr : &found->second;
}

}  // namespace

bool IsStopWord(absl::string_view folded, Language language) {
  const Words* words = Find(language);
  return words != nullptr && words->stop_words.contains(folded);
}

std::optional<std::string> DigitsOfNumberWord(absl::string_view folded, Language language) {
  const Words* words = Find(language);
  if (words == nullptr) return std::nullopt;
  const auto found = words->digits.find(folded);
  if (found == words->digits.end()) return std::nullopt;
  return found->second;
}

absl::string_view WithoutElision(absl::string_view folded, Language language) {
  const size_t apostrophe = folded.find('\'');
  if (apostrophe == absl::string_view::npos || apostrophe + 1 == folded.size()) return folded;
  const absl::string_view elided = folded.substr(0, apostrophe + 1);
  for (const absl::string_view one :
       absl::StrSplit(TableOf(language).elisions, ' ', absl::SkipEmpty())) {
    if (one == elided) return folded.substr(apostrophe + 1);
  }
  return folded;
}

}  // namespace quipu::generator
