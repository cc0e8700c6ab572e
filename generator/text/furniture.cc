// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/furniture.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace quipu::generator {
namespace {

// Running titles are short.
constexpr size_t kMaxBytes = 120;
// Furniture lines in a row: a footer, a page number, a running title.
constexpr size_t kMaxRun = 4;
// Of the beginning of a line that most lines differ in.
constexpr size_t kKeyBytes = 12;
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
  uint64_t pattern = 0;  // Hash of its text with digits as one '#', spaces as one ' ', lower case.
  size_t begin = 0;
  size_t end = 0;
  size_t index = 0;     // Among the lines that are not blank.
  uint64_t number = 0;  // The first number in it.
};

// Lines with the same text but for their numbers.
struct Form {
  std::string pattern;
  std::vector<Line> lines;
};

// Calls `add` with each character of a line's pattern; returns the line's first number.
template <typename Add>
uint64_t ReadPattern(absl::string_view line, Add add) {
  uint64_t number = 0;
  bool first = true;
  bool space = true;
  for (size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    if (absl::ascii_isspace(c)) {
      if (!space) add(' ');
      space = true;
      continue;
    }
    space = false;
    if (!absl::ascii_isdigit(c)) {
      add(absl::ascii_tolower(c));
      continue;
    }
    uint64_t value = 0;
    for (; i < line.size() && absl::ascii_isdigit(static_cast<unsigned char>(line[i])); ++i) {
      value = std::min<uint64_t>(value * 10 + static_cast<uint64_t>(line[i] - '0'), 1u << 30);
    }
    --i;
    if (first) number = value;
    first = false;
    add('#');
  }
  return number;
}

// A number with nothing else but dashes, brackets or "page", "of", "p".
bool IsPageNumber(absl::string_view pattern) {
  constexpr absl::string_view kMarks = "# -|[]()/.";
  bool digits = false;
  for (size_t i = 0; i < pattern.size();) {
    const auto c = static_cast<unsigned char>(pattern[i]);
    if (!absl::ascii_isalpha(c)) {
      if (kMarks.find(pattern[i]) == absl::string_view::npos) return false;
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

// A running title with the page's number: "alder standards track [page #]", "gates, page # of #".
bool EndsWithPageNumber(absl::string_view pattern) {
  absl::ConsumeSuffix(&pattern, "]");
  absl::ConsumeSuffix(&pattern, ")");
  absl::ConsumeSuffix(&pattern, " of #");
  return absl::ConsumeSuffix(&pattern, " page #") || absl::ConsumeSuffix(&pattern, "[page #") ||
         absl::ConsumeSuffix(&pattern, "(page #");
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

uint64_t HashOf(absl::string_view line, uint64_t* number) {
  uint64_t hash = 0xCBF29CE484222325;  // FNV-1a.
  *number = ReadPattern(line, [&](unsigned char c) { hash = (hash ^ c) * 0x100000001B3; });
  return hash;
}

// Keeps the lines that have the pattern of enough others; they are in order of it.
void KeepRepeated(std::vector<Line>* lines) {
  std::sort(lines->begin(), lines->end(), [](const Line& a, const Line& b) {
    return a.pattern != b.pattern ? a.pattern < b.pattern : a.begin < b.begin;
  });
  auto kept = lines->begin();
  for (auto at = lines->begin(), next = at; at != lines->end(); at = next) {
    while (next != lines->end() && next->pattern == at->pattern) ++next;
    if (static_cast<size_t>(next - at) >= kLeastNumbers) kept = std::copy(at, next, kept);
  }
  lines->erase(kept, lines->end());
}

// The short lines that are not blank, with the patterns of their beginnings.
std::vector<Line> ReadLines(absl::string_view text) {
  std::vector<Line> lines;
  size_t count = 0;
  for (size_t begin = 0; begin < text.size();) {
    Line line;
    line.begin = begin;
    line.end = std::min(text.find('\n', begin), text.size());
    begin = line.end + 1;
    const absl::string_view content =
        absl::StripAsciiWhitespace(text.substr(line.begin, line.end - line.begin));
    if (content.empty()) continue;
    line.index = count++;
    if (content.size() > kMaxBytes) continue;
    line.pattern = HashOf(content.substr(0, kKeyBytes), &line.number);
    lines.push_back(line);
  }
  return lines;
}

// The forms that occur often enough to be furniture. Most lines are told apart by their beginnings.
std::vector<Form> ReadForms(absl::string_view text) {
  std::vector<Line> lines = ReadLines(text);
  KeepRepeated(&lines);
  const auto content = [&](const Line& line) {
    return absl::StripAsciiWhitespace(text.substr(line.begin, line.end - line.begin));
  };
  for (Line& line : lines) line.pattern = HashOf(content(line), &line.number);
  KeepRepeated(&lines);
  std::vector<Form> forms;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i == 0 || lines[i].pattern != lines[i - 1].pattern) {
      forms.emplace_back();
      ReadPattern(content(lines[i]),
                  [&](unsigned char c) { forms.back().pattern.push_back(static_cast<char>(c)); });
    }
    forms.back().lines.push_back(lines[i]);
  }
  return forms;
}

// The beginnings of the lines, without those of a table or menu that recurs as a whole.
std::vector<size_t> WithoutLongRuns(std::vector<Line> lines) {
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.begin < b.begin; });
  std::vector<size_t> begins;
  for (size_t i = 0, next = 0; i < lines.size(); i = next) {
    for (next = i + 1; next < lines.size() && lines[next].index == lines[next - 1].index + 1;) {
      ++next;
    }
    if (next - i > kMaxRun) continue;
    for (size_t j = i; j < next; ++j) begins.push_back(lines[j].begin);
  }
  return begins;
}

}  // namespace

std::vector<size_t> FindFurniture(absl::string_view text) {
  if (static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) < kLeastLines) return {};
  const std::vector<Form> forms = ReadForms(text);
  std::vector<Line> found;
  std::vector<size_t> numbers;  // Indices of the page numbers.
  for (const Form& form : forms) {
    if (!IsPageNumber(form.pattern) || !CountsUp(form.lines)) continue;
    found.insert(found.end(), form.lines.begin(), form.lines.end());
    for (const Line& line : form.lines) numbers.push_back(line.index);
  }
  std::sort(numbers.begin(), numbers.end());
  for (const Form& form : forms) {
    if (IsPageNumber(form.pattern)) continue;
    const bool numbered = HasOneNumber(form.lines) || EndsWithPageNumber(form.pattern);
    if (IsCaptionTime(form.pattern) || IsBesideNumbers(form.lines, numbers) ||
        (numbered && RecursLikePages(form.lines))) {
      found.insert(found.end(), form.lines.begin(), form.lines.end());
    }
  }
  return WithoutLongRuns(std::move(found));
}

}  // namespace quipu::generator
