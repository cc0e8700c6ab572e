// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/stop_words.h"

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "generator/english_words.h"

namespace quipu::generator {

bool IsStopWord(absl::string_view folded, Language language) {
  static const auto& english = *new absl::flat_hash_set<absl::string_view>(
      kEnglishStopWords.begin(), kEnglishStopWords.end());
  return language == Language::kEnglish && english.contains(folded);
}

std::optional<std::string> DigitsOfNumberWord(absl::string_view folded, Language language) {
  static const auto& english = *[] {
    auto* made = new absl::flat_hash_map<absl::string_view, std::string>;
    for (size_t i = 0; i < kEnglishNumberWords.size(); ++i) {
      made->emplace(kEnglishNumberWords[i], std::to_string(i));
    }
    return made;
  }();
  if (language != Language::kEnglish) return std::nullopt;
  const auto found = english.find(folded);
  if (found == english.end()) return std::nullopt;
  return found->second;
}

}  // namespace quipu::generator
