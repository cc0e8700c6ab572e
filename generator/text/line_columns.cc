// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/line_columns.h"

#include <re2/re2.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/utf8.h"
#include "generator/text/sentence_ends.h"

namespace quipu::generator {
namespace {

// Longest mark of a list's item, in bytes: "[0012]".
constexpr size_t kMaxMark = 8;
// A left column of text is at least as wide, in bytes.
constexpr size_t kLeastColumn = 16;

}  // namespace

absl::string_view WithoutLineNumber(absl::string_view trimmed) {
  constexpr size_t kMaxDigits = 4;
  size_t digits = 0;
  while (digits < trimmed.size() && absl::ascii_isdigit(trimmed[digits])) ++digits;
  if (digits == 0 || digits > kMaxDigits || digits == trimmed.size()) return trimmed;
  const absl::string_view rest = trimmed.substr(digits);
  const bool gap = absl::StartsWith(rest, "  ") || rest[0] == '\t';
  return gap ? absl::StripLeadingAsciiWhitespace(rest) : trimmed;
}

bool HasColumnGap(absl::string_view line) {
  static const RE2& time =
      *new RE2(R"(\s*[(\[]?[0-9]{1,2}(?::[0-9]{2}){1,2}(?:\s?[AaPp][Mm])?[)\]]?)");
  const absl::string_view trimmed = WithoutLineNumber(absl::StripAsciiWhitespace(line));
  const auto is_column = [&](size_t at) {
    if (at == absl::string_view::npos || at == 0) return false;
    const absl::string_view before = trimmed.substr(0, at);
    const absl::string_view after = trimmed.substr(at);
    const bool mark = at <= kMaxMark && absl::ascii_ispunct(before.back());
    return !mark && !EndsSentence(before) &&
           !RE2::FullMatch(re2::StringPiece(after.data(), after.size()), time);
  };
  return is_column(trimmed.find("   ")) || is_column(trimmed.find('\t'));
}

size_t ColumnGapEnd(absl::string_view line) {
  const size_t begin = line.find_first_not_of(' ');
  size_t end = 0;
  size_t widest = 2;
  for (size_t at = begin; at < line.size();) {
    at = line.find(' ', at);
    if (at == absl::string_view::npos) break;
    const size_t next = line.find_first_not_of(' ', at);
    if (next == absl::string_view::npos) break;
    const absl::string_view before = line.substr(begin, at - begin);
    if (next - at > widest && before.size() >= kLeastColumn &&
        before.find(' ') != absl::string_view::npos) {
      widest = next - at;
      end = CountCodePoints(line.substr(0, next));
    }
    at = next;
  }
  return end;
}

}  // namespace quipu::generator
