// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/answer_kind.h"

#include <re2/re2.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "generator/languages/table.h"
#include "generator/words/content_words.h"

namespace quipu::generator {
namespace {

re2::StringPiece ViewOf(absl::string_view text) { return {text.data(), text.size()}; }

// Words that tell a number without being one.
bool TellsNumber(absl::string_view answer) {
  static const RE2& words = *new RE2(
      R"((?i)\b(?:no|none|nobody|nothing|all|both|each|every|half|halves|thirds?|quarters?|)"
      R"(majority|most|dozens?|hundreds?|thousands?|millions?|billions?|once|twice|thrice|single|)"
      R"(only|pair|couple|double|triple|few|several|many)\b)");
  return !Numbers(answer, /*spelled=*/true, Language::kEnglish).empty() ||
         std::any_of(answer.begin(), answer.end(), absl::ascii_isdigit) ||
         RE2::PartialMatch(ViewOf(answer), words);
}

std::string Captured(absl::string_view text, const RE2& pattern) {
  re2::StringPiece found;
  return RE2::PartialMatch(ViewOf(text), pattern, &found)
             ? absl::AsciiStrToLower(std::string(found))
             : "";
}

}  // namespace

std::string FindWrongKind(absl::string_view question, absl::string_view answer) {
  static const RE2& measures =
      *new RE2(R"((?i)\bhow many\b|\bwhat (?:percentage|percent|number)\b)");
  static const RE2& counts = *new RE2(R"((?i)\bhow many\b|\bnumber of\b)");
  static const RE2& asked = *new RE2(R"((?i)\b(?:how many|number of)\s+(?:\w+\s+)?)"
                                     R"((second|minute|hour|day|week|month|year)s?\b)");
  static const RE2& told = *new RE2(R"((?i)^\W*(?:about |some |around )?[\d.,]+\s+)"
                                    R"((second|minute|hour|day|week|month|year)s?\b)");
  if (RE2::PartialMatch(ViewOf(question), measures) && !TellsNumber(answer)) return "no number";
  if (!RE2::PartialMatch(ViewOf(question), counts)) return "";
  const std::string unit = Captured(answer, told);
  return unit == Captured(question, asked) ? "" : unit;
}

}  // namespace quipu::generator
