// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/stemmer.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace quipu::generator {

std::string Stem(absl::string_view folded, Language language) {
  if (language != Language::kEnglish) return std::string(folded);
  absl::string_view word = folded;
  for (absl::string_view possessive : {"'s", "\u2019s", "'", "\u2019"}) {
    if (absl::EndsWith(word, possessive)) {
      word.remove_suffix(possessive.size());
      break;
    }
  }
  struct Ending {
    absl::string_view from;
    absl::string_view to;
  };
  // Longest first; the rest must still be a word (three letters or more).
  static constexpr Ending kEndings[] = {
      {"ations", "at"}, {"ation", "at"}, {"ities", "iti"}, {"ness", ""}, {"ments", "ment"},
      {"ingly", ""},    {"edly", ""},    {"ings", ""},     {"ions", ""}, {"ies", "y"},
      {"ied", "y"},     {"ing", ""},     {"ion", ""},      {"ers", ""},  {"ors", ""},
      {"ed", ""},       {"es", ""},      {"er", ""},       {"or", ""},   {"ly", ""},
      {"s", ""},        {"e", ""}};
  for (const Ending& ending : kEndings) {
    if (!absl::EndsWith(word, ending.from)) continue;
    if (ending.from == "s" && absl::EndsWith(word, "ss")) break;
    const absl::string_view stem = word.substr(0, word.size() - ending.from.size());
    if (stem.size() < 3) continue;
    std::string result = absl::StrCat(stem, ending.to);
    // "stopped" -> "stop": a doubled consonant is removed with the ending.
    const size_t n = result.size();
    if (ending.to.empty() && n >= 4 && result[n - 1] == result[n - 2] && result[n - 1] != 'l' &&
        result[n - 1] != 's') {
      result.pop_back();
    }
    // "ations" left "at": makes "installation" and "install" equal.
    if (absl::EndsWith(result, "at") && ending.to == "at" && n > 5) result.resize(n - 2);
    return result;
  }
  return std::string(word);
}

}  // namespace quipu::generator
