// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/text_blocks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kCellBorder = " | ";
constexpr absl::string_view kNoBreakSpace = "\xc2\xa0";

// An item of which at least this share is links is an entry of a menu or of an index.
constexpr double kMenuShare = 0.8;

constexpr absl::string_view kMinusSign = "\xe2\x88\x92";
// Letters of exponents that stand alone behind no ordinal number (2e, 1a, 1o) and for no note (i).
constexpr absl::string_view kVariables = "nkmxyjpqtN";

// "n+1", "k-1", "1-x". REQUIRES: two characters.
bool IsSum(absl::string_view text) {
  return absl::ascii_isalnum(static_cast<unsigned char>(text[0])) &&
         (text[1] == '+' || text[1] == '-' || absl::StartsWith(text.substr(1), kMinusSign));
}

// "3) Stir." and "(3) Stir." of an item that is "3.": the author's own numbers. "3.5 litres" has none.
bool BeginsWithNumber(absl::string_view text, absl::string_view number) {
  text = absl::StripLeadingAsciiWhitespace(text);
  absl::ConsumePrefix(&text, "(");
  constexpr absl::string_view kEnds = ".):";
  if (!absl::ConsumePrefix(&text, number.substr(0, number.size() - 1)) || text.empty())
    return false;
  const bool decimal = text.size() > 1 && absl::ascii_isdigit(static_cast<unsigned char>(text[1]));
  return kEnds.find(text.front()) != absl::string_view::npos && !decimal;
}

}  // namespace

absl::string_view ExponentMark(char base, absl::string_view raised) {
  const auto last = static_cast<unsigned char>(base);
  if (last < 0x80 && !absl::ascii_isalnum(last) && base != ')') return "";
  // Parsers tell the "&minus;" of "&minus;1" apart, so a sign alone is one too.
  absl::string_view rest = raised;
  if (!absl::ConsumePrefix(&rest, kMinusSign) && !absl::ConsumePrefix(&rest, "-")) {
    absl::ConsumePrefix(&rest, "+");
  }
  if (rest.empty() || absl::ascii_isdigit(static_cast<unsigned char>(rest.front()))) return "^";
  // "n+1", "k-1" behind anything; "n" alone behind a number: "M" with an "r" is an abbreviation.
  if (kVariables.find(rest.front()) == absl::string_view::npos) return "";
  const bool number = absl::ascii_isdigit(last) || base == ')';
  if (rest.size() == 1) return number || rest == "n" ? "^" : "";
  return IsSum(rest) ? "^(" : "";
}

absl::string_view IndexMark(char base, absl::string_view lowered) {
  const auto last = static_cast<unsigned char>(base);
  if (absl::ascii_isdigit(last) && absl::ascii_isdigit(static_cast<unsigned char>(lowered[0]))) {
    return "_";
  }
  return absl::ascii_isalpha(last) && lowered.size() > 1 && IsSum(lowered) ? "_(" : "";
}

void TextBlocks::Break(Gap gap) {
  EndLine();
  gap_ = std::max(gap_, gap);
}

void TextBlocks::Cell(bool keep_empty) {
  if (keep_empty) {
    ++borders_;
  } else {
    borders_ = line_.text.empty() ? 0 : 1;
  }
}

void TextBlocks::AddNumber(absl::string_view number) {
  constexpr size_t kMaxNumber = 40;  // Hostile pages have thousands of lists in each other.
  if (number.empty() || number_.size() + number.size() > kMaxNumber) return;
  absl::StrAppend(&number_, number_.empty() ? "" : " ", number);
}

void TextBlocks::Add(absl::string_view text, bool preformatted) {
  if (!preformatted) {
    AddCollapsed(text);
    return;
  }
  if (borders_ > 0 && !text.empty()) AddBorders();
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    line_.text.append(text.data() + begin, end - begin);
    if (end == text.size()) return;
    // Empty lines of preformatted text are kept.
    if (absl::StripAsciiWhitespace(line_.text).empty()) {
      line_.text.clear();
      gap_ = lines_.empty() ? gap_ : kParagraph;
    } else {
      EndLine();
      gap_ = std::max(gap_, kLine);
    }
    begin = end + 1;
  }
}

char TextBlocks::JoinedTo() const {
  const bool apart = space_ || borders_ > 0 || line_.text.empty();
  return apart || line_.text.back() == ' ' ? '\0' : line_.text.back();
}

void TextBlocks::AddCollapsed(absl::string_view text) {
  while (!text.empty()) {
    if (absl::ascii_isspace(static_cast<unsigned char>(text.front())) ||
        absl::StartsWith(text, kNoBreakSpace)) {
      text.remove_prefix(text.front() == kNoBreakSpace.front() ? kNoBreakSpace.size() : 1);
      space_ = true;
      continue;
    }
    size_t end = 0;
    while (end < text.size() && !absl::ascii_isspace(static_cast<unsigned char>(text[end])) &&
           !absl::StartsWith(text.substr(end), kNoBreakSpace)) {
      ++end;
    }
    if (borders_ > 0) {
      AddBorders();
    } else if (!line_.text.empty() && space_ && line_.text.back() != ' ') {
      line_.text.push_back(' ');
    }
    space_ = false;
    line_.text.append(text.data(), end);
    if (link_) line_.link_bytes += end;
    text.remove_prefix(end);
  }
}

void TextBlocks::AddBorders() {
  // "a | | c"; of the first cell alone nothing is before the border.
  absl::string_view border = line_.text.empty() ? kCellBorder.substr(1) : kCellBorder;
  for (; borders_ > 0; --borders_) {
    line_.text.append(border.data(), border.size());
    border = kCellBorder.substr(1);
  }
}

void TextBlocks::EndLine() {
  space_ = false;
  borders_ = 0;
  if (absl::StripAsciiWhitespace(line_.text).empty()) {
    line_.text.clear();
    line_.link_bytes = 0;
    return;
  }
  absl::StripTrailingAsciiWhitespace(&line_.text);
  line_.gap = gap_;
  line_.main = main_;
  line_.item = item_;
  size_ += line_.text.size();
  const size_t plain = line_.text.size() - std::min(line_.text.size(), line_.link_bytes);
  plain_size_ += plain;
  if (main_) {
    main_size_ += line_.text.size();
    main_plain_size_ += plain;
  }
  if (!number_.empty() && !BeginsWithNumber(line_.text, number_)) {
    line_.number_bytes = static_cast<uint8_t>(number_.size() + 1);
    line_.text.insert(0, absl::StrCat(number_, " "));
  }
  number_.clear();
  lines_.push_back(std::move(line_));
  line_ = {};
  gap_ = kNone;
}

std::string TextBlocks::Text(bool main_only) {
  EndLine();
  std::string text;
  text.reserve(size_ + 2 * lines_.size());
  Gap gap = kNone;
  for (const Line& line : lines_) {
    gap = std::max(gap, line.gap);
    if (main_only && !line.main) continue;
    if (line.item && static_cast<double>(line.link_bytes) >=
                         kMenuShare * static_cast<double>(line.text.size() - line.number_bytes)) {
      continue;
    }
    if (!text.empty()) text.append(gap == kParagraph ? "\n\n" : "\n");
    text.append(line.text);
    gap = kNone;
  }
  return text;
}

}  // namespace quipu::pipelines
