// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/list_numbers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace quipu::pipelines {
namespace {

// z is followed by aa.
std::string Letters(int64_t number) {
  std::string letters;
  for (; number > 0; number = (number - 1) / 26) {
    letters.push_back(static_cast<char>('a' + (number - 1) % 26));
  }
  std::reverse(letters.begin(), letters.end());
  return letters;
}

std::string Roman(int64_t number) {
  constexpr std::pair<int64_t, absl::string_view> kNumerals[] = {
      {1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"},
      {40, "xl"},  {10, "x"},   {9, "ix"},  {5, "v"},    {4, "iv"},  {1, "i"}};
  std::string roman;
  for (const auto& [value, numeral] : kNumerals) {
    for (; number >= value; number -= value) absl::StrAppend(&roman, numeral);
  }
  return roman;
}

std::string Spell(ListNumbers::Style style, int64_t number) {
  constexpr int64_t kMaxRoman = 3999;
  const bool letters = style == ListNumbers::kLowerLetters || style == ListNumbers::kUpperLetters;
  if (style == ListNumbers::kDecimal || number < 1 || (!letters && number > kMaxRoman)) {
    return absl::StrCat(number);
  }
  const std::string spelt = letters ? Letters(number) : Roman(number);
  const bool upper = style == ListNumbers::kUpperLetters || style == ListNumbers::kUpperRoman;
  return upper ? absl::AsciiStrToUpper(spelt) : spelt;
}

}  // namespace

void ListNumbers::Open(Style style, int64_t first) { open_.push_back({style, first}); }

void ListNumbers::Close() {
  if (!open_.empty()) open_.pop_back();
}

void ListNumbers::Set(int64_t number) {
  if (!open_.empty()) open_.back().next = number;
}

std::string ListNumbers::Next() {
  if (open_.empty() || open_.back().style == kNone) return "";
  List& list = open_.back();
  return absl::StrCat(Spell(list.style, list.next++), ".");
}

ListNumbers::Style ListStyle(absl::string_view type, absl::string_view css) {
  constexpr std::pair<absl::string_view, ListNumbers::Style> kTypes[] = {
      {"a", ListNumbers::kLowerLetters},
      {"A", ListNumbers::kUpperLetters},
      {"i", ListNumbers::kLowerRoman},
      {"I", ListNumbers::kUpperRoman}};
  constexpr std::pair<absl::string_view, ListNumbers::Style> kCss[] = {
      {"none", ListNumbers::kNone},
      {"lower-alpha", ListNumbers::kLowerLetters},
      {"lower-latin", ListNumbers::kLowerLetters},
      {"upper-alpha", ListNumbers::kUpperLetters},
      {"upper-latin", ListNumbers::kUpperLetters},
      {"lower-roman", ListNumbers::kLowerRoman},
      {"upper-roman", ListNumbers::kUpperRoman}};
  const size_t at = css.find("list-style");
  if (at != absl::string_view::npos) {
    const absl::string_view style = css.substr(at, css.find(';', at) - at);
    for (const auto& [word, known] : kCss) {
      if (absl::StrContains(style, word)) return known;
    }
  }
  for (const auto& [word, known] : kTypes) {
    if (type == word) return known;
  }
  return ListNumbers::kDecimal;
}

}  // namespace quipu::pipelines
