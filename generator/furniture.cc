// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/furniture.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace quipu::generator {
namespace {

// Running titles are short.
constexpr size_t kMaxBytes = 120;
// A text with fewer lines has no pages.
constexpr size_t kLeastLines = 12;
constexpr size_t kLeastNumbers = 3;
constexpr size_t kLeastRepeats = 4;
// Lines that are not blank between two furniture lines of the same form: fewer is a list or a
// dialogue. A page of unwrapped paragraphs has few lines.
constexpr size_t kLeastPage = 5;
// No page is longer than this many times the median one.
constexpr size_t kMaxSpread = 4;
// How far apart two furniture lines of the same margin are, in lines.
constexpr size_t kMargin = 2;

struct Line {
  size_t begin = 0;
  size_t index = 0;     // Among the lines that are not blank.
  uint64_t number = 0;  // The first number in it.
};

// Lines with the same text but for their numbers.
struct Form {
  std::string pattern;  // Digits as one '#', spaces as one ' ', lower case.
  std::vector<Line> lines;
};

void ReadPattern(absl::string_view line, std::string* pattern, uint64_t* number) {
  pattern->clear();
  *number = 0;
  bool first = true;
  for (size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    if (absl::ascii_isdigit(c)) {
      uint64_t value = 0;
      for (; i < line.size() && absl::ascii_isdigit(static_cast<unsigned char>(line[i])); ++i) {
        value = std::min<uint64_t>(value * 10 + static_cast<uint64_t>(line[i] - '0'), 1u << 30);
      }
      --i;
      if (first) *number = value;
      first = false;
      pattern->push_back('#');
    } else if (absl::ascii_isspace(c)) {
      if (!pattern->empty() && pattern->back() != ' ') pattern->push_back(' ');
    } else {
      pattern->push_back(absl::ascii_tolower(c));
    }
  }
}

// A number with nothing else but marks or "page", "of", "p".
bool IsPageNumber(absl::string_view pattern) {
  bool digits = false;
  for (size_t i = 0; i < pattern.size();) {
    const auto c = static_cast<unsigned char>(pattern[i]);
    if (c >= 0x80) return false;
    if (!absl::ascii_isalpha(c)) {
      digits = digits || c == '#';
      ++i;
      continue;
    }
    size_t end = i;
    while (end < pattern.size() && absl::ascii_isalpha(static_cast<unsigned char>(pattern[end]))) {
      ++end;
    }
    const absl::string_view word = pattern.substr(i, end - i);
    if (word != "page" && word != "p" && word != "pg" && word != "of") return false;
    i = end;
  }
  return digits;
}

// Whether most numbers are one or two more than that of the line before.
bool CountsUp(const std::vector<Line>& lines) {
  size_t steps = 0;
  for (size_t i = 1; i < lines.size(); ++i) {
    const uint64_t before = lines[i - 1].number;
    if (lines[i].number > before && lines[i].number <= before + 2) ++steps;
  }
  return lines.size() >= kLeastNumbers && steps * 3 >= (lines.size() - 1) * 2;
}

// Whether the lines are a page apart, each time about as far.
bool RecursLikePages(const std::vector<Line>& lines) {
  if (lines.size() < kLeastRepeats) return false;
  std::vector<size_t> gaps;
  for (size_t i = 1; i < lines.size(); ++i) gaps.push_back(lines[i].index - lines[i - 1].index);
  std::sort(gaps.begin(), gaps.end());
  const size_t median = gaps[gaps.size() / 2];
  return gaps.front() >= kLeastPage && gaps.back() <= kMaxSpread * median;
}

// Whether the lines are all the same: "Source: ACME, 10-K", but not "Chapter 3".
bool HasOneNumber(const std::vector<Line>& lines) {
  return std::all_of(lines.begin(), lines.end(),
                     [&](const Line& line) { return line.number == lines[0].number; });
}

// Whether most of the lines have a page number right above or below.
bool IsBesideNumbers(const std::vector<Line>& lines, const std::vector<size_t>& numbers) {
  if (lines.size() < kLeastNumbers) return false;
  size_t beside = 0;
  for (const Line& line : lines) {
    const size_t from = line.index - std::min(line.index, kMargin);
    const auto at = std::lower_bound(numbers.begin(), numbers.end(), from);
    if (at != numbers.end() && *at <= line.index + kMargin) ++beside;
  }
  return beside * 3 >= lines.size() * 2;
}

// "00:01:02,000 --> 00:01:04,000".
bool IsCaptionTime(absl::string_view pattern) {
  return !pattern.empty() && pattern[0] == '#' && absl::StrContains(pattern, " --> ") &&
         absl::StrContains(pattern, "#:#");
}

std::vector<Form> ReadForms(absl::string_view text, size_t* count) {
  std::vector<Form> forms;
  absl::flat_hash_map<std::string, size_t> index_of;
  std::string pattern;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const absl::string_view line = absl::StripAsciiWhitespace(text.substr(begin, end - begin));
    Line read;
    read.begin = begin;
    begin = end + 1;
    if (line.empty()) continue;
    read.index = (*count)++;
    if (line.size() > kMaxBytes) continue;
    ReadPattern(line, &pattern, &read.number);
    const auto [at, added] = index_of.try_emplace(pattern, forms.size());
    if (added) forms.push_back({pattern, {}});
    forms[at->second].lines.push_back(read);
  }
  return forms;
}

}  // namespace

std::vector<size_t> FindFurniture(absl::string_view text) {
  std::vector<size_t> found;
  if (static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) < kLeastLines) return found;
  size_t count = 0;
  const std::vector<Form> forms = ReadForms(text, &count);
  std::vector<size_t> numbers;  // Indices of the page numbers.
  const auto add = [&](const Form& form) {
    for (const Line& line : form.lines) found.push_back(line.begin);
  };
  for (const Form& form : forms) {
    if (!IsPageNumber(form.pattern) || !CountsUp(form.lines)) continue;
    add(form);
    for (const Line& line : form.lines) numbers.push_back(line.index);
  }
  std::sort(numbers.begin(), numbers.end());
  for (const Form& form : forms) {
    if (IsPageNumber(form.pattern)) continue;
    if (IsCaptionTime(form.pattern) || IsBesideNumbers(form.lines, numbers) ||
        (HasOneNumber(form.lines) && RecursLikePages(form.lines))) {
      add(form);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace quipu::generator
