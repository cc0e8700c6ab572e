// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/markdown_scan.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kAsText = "; format: TEXT reads the file with its marks";

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

// Takes the first line off.
absl::string_view TakeLine(absl::string_view* text) {
  const size_t end = std::min(text->find('\n'), text->size());
  const absl::string_view line = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return absl::StripTrailingAsciiWhitespace(line);
}

// What generators of pages want first, YAML or TOML.
struct FrontMatter {
  absl::string_view fence;
  absl::string_view other_end;
  char after_key;
};

constexpr FrontMatter kYaml = {"---", "...", ':'};
constexpr FrontMatter kToml = {"+++", "+++", '='};

// "key: value", an item, an indented line, a comment, a bracket that closes: no line of a text.
bool IsYaml(absl::string_view line) {
  constexpr int kMaxKeySpaces = 3;
  if (absl::string_view(" \t#-]}").find(line.front()) != absl::string_view::npos) return true;
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) return false;
  const absl::string_view key = line.substr(0, colon);
  const bool value = colon + 1 == line.size() || line[colon + 1] == ' ';
  return value && std::count(key.begin(), key.end(), ' ') <= kMaxKeySpaces;
}

// The text behind the front matter, or all of it. Between two lines across the page may be text:
// front matter begins with a key, and has nothing but YAML behind its empty lines.
absl::string_view WithoutFrontMatter(absl::string_view text, const FrontMatter& kind) {
  absl::string_view rest = text;
  if (TakeLine(&rest) != kind.fence) return text;
  bool has_key = false;
  bool has_gap = false;
  while (!rest.empty()) {
    const absl::string_view line = TakeLine(&rest);
    if (line == kind.fence || line == kind.other_end) return rest;
    has_gap = has_gap || (has_key && line.empty());
    if (has_gap && kind.after_key == ':' && !line.empty() && !IsYaml(line)) return text;
    if (has_key || line.empty() || line.front() == '#') continue;
    // A list has text in its items.
    if (line.front() == '-') return text;
    has_key = absl::StrContains(line, kind.after_key) || line.front() == '[' || line.front() == '{';
    if (!has_key) return text;
  }
  return text;
}

// Takes the first line off, which may end with any of "\n", "\r" and "\r\n".
absl::string_view TakeAnyLine(absl::string_view* text) {
  const size_t end = std::min(text->find_first_of("\r\n"), text->size());
  const absl::string_view line = text->substr(0, end);
  text->remove_prefix(end);
  if (!absl::ConsumePrefix(text, "\r\n") && !text->empty()) text->remove_prefix(1);
  return absl::StripTrailingAsciiWhitespace(line);
}

// Takes the mark of a quotation or of an item off the beginning of a line, if there is one.
bool ConsumeContainer(absl::string_view* line) {
  *line = absl::StripLeadingAsciiWhitespace(*line);
  if (absl::ConsumePrefix(line, ">")) return true;
  size_t mark = 0;
  constexpr size_t kMaxDigits = 9;
  while (mark < line->size() && mark < kMaxDigits && IsDigit((*line)[mark])) ++mark;
  constexpr absl::string_view kBullets = "-+*";
  constexpr absl::string_view kEnds = ".)";
  if (mark == line->size()) return false;
  const absl::string_view ends = mark == 0 ? kBullets : kEnds;
  if (ends.find((*line)[mark]) == absl::string_view::npos) return false;
  if (mark + 1 < line->size() && !IsSpace((*line)[mark + 1])) return false;
  line->remove_prefix(mark + 1);
  return true;
}

absl::Status TooMany(absl::string_view what, size_t limit) {
  return absl::InvalidArgumentError(
      absl::StrCat("more than ", limit, " ", what, ", the limit of a Markdown file", kAsText));
}

// The next dollar from `at` on that no backslash escapes.
size_t NextDollar(absl::string_view text, size_t at) {
  for (at = text.find('$', at); at != absl::string_view::npos; at = text.find('$', at + 1)) {
    size_t backslashes = 0;
    while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) break;
  }
  return at;
}

// Whether a text has a command or brackets of TeX.
bool HasTex(absl::string_view text) {
  constexpr absl::string_view kAfterBackslash = "\\,;{}";
  for (size_t at = text.find('\\'); at != absl::string_view::npos && at + 1 < text.size();
       at = text.find('\\', at + 1)) {
    const char next = text[at + 1];
    if (absl::ascii_isalpha(static_cast<unsigned char>(next)) ||
        kAfterBackslash.find(next) != absl::string_view::npos) {
      return true;
    }
  }
  return false;
}

// "5 (not ": a sum of money, and words behind it.
bool BeginsWithASum(absl::string_view text) {
  if (!IsDigit(text.front())) return false;
  if (text.find_first_of("\\^_={}<>+*/|") != absl::string_view::npos) return false;
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return IsSpace(c) || static_cast<unsigned char>(c) >= 0x80; });
}

// Whether what is between two dollars, or two pairs, is a formula. `after`: what is behind the second.
bool IsFormula(absl::string_view text, absl::string_view after, size_t dollars) {
  if (text.empty() || absl::StrContains(text, "\n\n")) return false;
  if (dollars == 2) return true;
  // A dollar within code begins nothing.
  if (absl::StrContains(text, '`') || (!after.empty() && IsDigit(after.front()))) return false;
  const bool tight = !IsSpace(text.front()) && !IsSpace(text.back());
  return tight ? !BeginsWithASum(text) : HasTex(text);
}

}  // namespace

absl::Status CheckMarkdownCost(absl::string_view text) {
  constexpr absl::string_view kMarks = "\\*_`&;<>[]!~$|";
  bool is_mark[256] = {};
  for (const char mark : kMarks) is_mark[static_cast<unsigned char>(mark)] = true;
  size_t lines = 0;
  size_t marks = 0;
  while (!text.empty()) {
    absl::string_view line = TakeAnyLine(&text);
    if (++lines > kMaxMarkdownLines) return TooMany("lines", kMaxMarkdownLines);
    if (line.empty()) marks = 0;
    for (const char c : line) marks += is_mark[static_cast<unsigned char>(c)] ? 1 : 0;
    if (marks > kMaxMarkdownMarks) {
      return TooMany("marks without an empty line between them", kMaxMarkdownMarks);
    }
    size_t nesting = 0;
    while (ConsumeContainer(&line)) ++nesting;
    if (nesting > kMaxMarkdownNesting) {
      return TooMany("quotations and lists around a line", kMaxMarkdownNesting);
    }
  }
  return absl::OkStatus();
}

absl::string_view WithoutFrontMatter(absl::string_view text) {
  const absl::string_view rest = WithoutFrontMatter(text, kYaml);
  return rest.size() < text.size() ? rest : WithoutFrontMatter(text, kToml);
}

Dollars FindDollars(absl::string_view text) {
  Dollars dollars;
  size_t open = NextDollar(text, 0);
  while (open != absl::string_view::npos) {
    const size_t behind = std::min(text.find_first_not_of('$', open), text.size());
    const size_t width = behind - open;
    const size_t close = NextDollar(text, behind);
    if (close != absl::string_view::npos) {
      const size_t end = std::min(text.find_first_not_of('$', close), text.size());
      const absl::string_view between = text.substr(behind, close - behind);
      if (width <= 2 && end - close == width && IsFormula(between, text.substr(end), width)) {
        dollars.formulas = dollars.formulas || HasTex(between);
        open = NextDollar(text, end);
        continue;
      }
    }
    for (size_t at = open; at < behind; ++at) dollars.money.push_back(at);
    open = close;
  }
  return dollars;
}

}  // namespace quipu::pipelines
