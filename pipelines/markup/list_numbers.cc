// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/list_numbers.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pipelines/markup/html_elements.h"

namespace quipu::pipelines {
namespace {

// Words of class with which pages hide the numbers: frameworks' own, lines of code, comments, and
// notes, of whose numbers the text has none. LaTeXML's lists (ltx_...) spell theirs.
constexpr absl::string_view kPlainClasses[] = {
    "list-unstyled", "list-none",   "no-bullets",   "unstyled",   "linenums",
    "references",    "commentlist", "comment-list", "breadcrumb", "breadcrumbs"};

struct StyleName {
  absl::string_view name;
  char digits;
};

constexpr StyleName kStyleNames[] = {
    {"lower-alpha", 'a'}, {"lower-latin", 'a'}, {"upper-alpha", 'A'}, {"upper-latin", 'A'},
    {"lower-roman", 'i'}, {"upper-roman", 'I'}, {"decimal", '1'}};

// The value of list-style or list-style-type in a style attribute.
std::string ListStyleIn(absl::string_view style) {
  std::string value;
  for (const absl::string_view declaration : absl::StrSplit(style, ';')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(declaration, absl::MaxSplits(':', 1));
    const std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(parts.first));
    if (name == "list-style" || name == "list-style-type") {
      value = absl::AsciiStrToLower(absl::StripAsciiWhitespace(parts.second));
    }
  }
  return value;
}

char DigitsOf(Attributes attributes) {
  const absl::string_view type = AttributeOf(attributes, "type");
  char digits = '1';
  if (type.size() == 1 && absl::string_view("1aAiI").find(type[0]) != absl::string_view::npos) {
    digits = type[0];
  }
  const std::string style = ListStyleIn(AttributeOf(attributes, "style"));
  for (const StyleName& known : kStyleNames) {
    if (absl::StartsWith(style, known.name)) digits = known.digits;
  }
  return digits;
}

// 1 is "a", 26 "z", 27 "aa".
std::string Letters(int64_t number, char first) {
  std::string letters;
  for (; number > 0; number = (number - 1) / 26) {
    letters.push_back(static_cast<char>(first + (number - 1) % 26));
  }
  std::reverse(letters.begin(), letters.end());
  return letters;
}

std::string Roman(int64_t number) {
  struct Numeral {
    int64_t value;
    absl::string_view letters;
  };
  constexpr Numeral kNumerals[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"},
                                   {90, "xc"},  {50, "l"},   {40, "xl"}, {10, "x"},   {9, "ix"},
                                   {5, "v"},    {4, "iv"},   {1, "i"}};
  std::string roman;
  for (const Numeral& numeral : kNumerals) {
    for (; number >= numeral.value; number -= numeral.value) {
      absl::StrAppend(&roman, numeral.letters);
    }
  }
  return roman;
}

// As CSS has it: numbers that a kind has no digits for are decimal.
std::string Digits(int64_t number, char digits) {
  constexpr int64_t kMaxRoman = 3999;
  const bool roman = number >= 1 && number <= kMaxRoman;
  if (number >= 1 && digits == 'a') return Letters(number, 'a');
  if (number >= 1 && digits == 'A') return Letters(number, 'A');
  if (roman && digits == 'i') return Roman(number);
  if (roman && digits == 'I') return absl::AsciiStrToUpper(Roman(number));
  return absl::StrCat(number);
}

// A whole number of 32 bits, as browsers take it.
std::optional<int64_t> NumberIn(Attributes attributes, absl::string_view name) {
  int32_t number = 0;
  if (!absl::SimpleAtoi(AttributeOf(attributes, name), &number)) return std::nullopt;
  return number;
}

}  // namespace

bool HidesNumbers(Attributes attributes) {
  // For screen readers, of lists whose marks a style sheet took away.
  if (AttributeOf(attributes, "role") == "list") return true;
  const std::string classes = absl::AsciiStrToLower(AttributeOf(attributes, "class"));
  for (const absl::string_view word : absl::StrSplit(classes, absl::ByAnyChar(" \t\r\n"))) {
    if (std::count(std::begin(kPlainClasses), std::end(kPlainClasses), word) > 0) return true;
    if (absl::StartsWith(word, "ltx_")) return true;
  }
  return absl::StartsWith(ListStyleIn(AttributeOf(attributes, "style")), "none");
}

ListStyle HtmlListStyle(absl::string_view name, Attributes attributes) {
  ListStyle style;
  if (name != "ol" || HidesNumbers(attributes)) return style;
  const std::optional<int64_t> start = NumberIn(attributes, "start");
  const bool reversed = HasAttribute(attributes, "reversed");
  style.numbered = !reversed || start.has_value();
  style.first = start.value_or(1);
  style.step = reversed ? -1 : 1;
  style.digits = DigitsOf(attributes);
  return style;
}

std::optional<int64_t> HtmlItemValue(Attributes attributes) {
  return NumberIn(attributes, "value");
}

void ListNumbers::EndList() {
  if (!open_.empty()) open_.pop_back();
}

std::string ListNumbers::NextItem(std::optional<int64_t> value) {
  if (open_.empty() || !open_.back().numbered) return "";
  ListStyle& list = open_.back();
  const int64_t number = value.value_or(list.first);
  list.first = number + list.step;
  return absl::StrCat(Digits(number, list.digits), std::string(1, list.end));
}

}  // namespace quipu::pipelines
