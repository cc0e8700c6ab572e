// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/document_parts.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

// Where a cut may be, the best first; the cut is behind the sign.
constexpr absl::string_view kBoundaries[] = {"\n\n", "\n", ". ", "。", " "};

// The best boundary in (from, at]; `at` itself, at a character, if there is none.
size_t CutNear(absl::string_view text, size_t from, size_t at) {
  at = FloorToCodePoint(text, at);
  if (at <= from || at >= text.size()) return std::min(std::max(at, from), text.size());
  const absl::string_view window = text.substr(from, at - from);
  for (const absl::string_view boundary : kBoundaries) {
    const size_t found = window.rfind(boundary);
    if (found != absl::string_view::npos) return from + found + boundary.size();
  }
  return at;
}

// The byte at which a token begins; the end of the text behind the last one.
size_t ByteOf(absl::string_view text, absl::Span<const uint32_t> begins, size_t token) {
  return token < begins.size() ? begins[token] : text.size();
}

// Without white space around it.
TextRange Trim(absl::string_view text, TextRange range) {
  const absl::string_view whole = text.substr(range.begin, range.end - range.begin);
  const absl::string_view trimmed = absl::StripAsciiWhitespace(whole);
  const size_t begin = range.begin + static_cast<size_t>(trimmed.data() - whole.data());
  return {begin, begin + trimmed.size()};
}

}  // namespace

std::vector<TextRange> DivideDocument(absl::string_view text,
                                      absl::Span<const uint32_t> token_begins, uint32_t max_tokens,
                                      uint32_t max_parts) {
  const size_t tokens = token_begins.size();
  const size_t wanted = std::max<size_t>(1, (tokens + max_tokens - 1) / max_tokens);
  const size_t parts = std::min<size_t>(wanted, max_parts);
  const size_t size = std::min<size_t>(max_tokens, (tokens + parts - 1) / parts);
  std::vector<TextRange> ranges;
  size_t last_end = 0;
  for (size_t i = 0; i < parts; ++i) {
    // The first part begins with the document, the last one ends with it.
    const size_t first = parts == 1 ? 0 : i * (tokens - size) / (parts - 1);
    // Cuts move back by at most an eighth of a part: neighbours then meet at the same place.
    const auto cut = [&](size_t token) {
      if (token == 0 || token >= tokens) return ByteOf(text, token_begins, token);
      const size_t back = token - std::min(token, size / 8);
      return CutNear(text, ByteOf(text, token_begins, back), ByteOf(text, token_begins, token));
    };
    // Without a gap, if the parts cover the document.
    const size_t begin = parts == wanted ? last_end : std::max(last_end, cut(first));
    const TextRange range = Trim(text, {begin, std::max(begin, cut(first + size))});
    last_end = std::max(last_end, range.end);
    if (range.begin < range.end) ranges.push_back(range);
  }
  return ranges;
}

}  // namespace quipu::generator
