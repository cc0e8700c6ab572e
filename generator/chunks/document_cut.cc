// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/document_cut.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "base/rng.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

// How far, in bytes, a cut is moved to a better place: about 1 % of a context
// of 16,384 tokens, and at most 1/32 of the context.
constexpr size_t kMaxMove = 768;

// A place between two pieces of text, and how much of it belongs to the first.
struct Boundary {
  absl::string_view text;
  size_t of_first;
  bool HasNoSpace() const { return of_first == text.size(); }
};

// From best to worst: a paragraph, a line, a sentence (of Chinese, Japanese, Hindi too), a word.
constexpr Boundary kBoundaries[] = {{"\n\n", 0},         {"\n", 0},           {". ", 1},
                                    {"\xe3\x80\x82", 3}, {"\xe0\xa5\xa4", 3}, {" ", 0}};

// What may stand between a sentence without a space behind it and the next: 」 』 ） ”.
constexpr absl::string_view kClosing[] = {"\xe3\x80\x8d", "\xe3\x80\x8f", "\xef\xbc\x89",
                                          "\xe2\x80\x9d"};

size_t SkipClosing(absl::string_view text, size_t at) {
  const auto closes = [&](absl::string_view sign) {
    return absl::StartsWith(text.substr(at), sign);
  };
  while (true) {
    const auto* const found = std::find_if(std::begin(kClosing), std::end(kClosing), closes);
    if (found == std::end(kClosing)) return at;
    at += found->size();
  }
}

size_t CeilToCodePoint(absl::string_view text, size_t offset) {
  while (FloorToCodePoint(text, offset) != offset) ++offset;
  return offset;
}

// The first good place for a beginning in [from, limit]; else `from`, moved to
// a code point.
size_t MoveBegin(absl::string_view text, size_t from, size_t limit) {
  from = CeilToCodePoint(text, from);
  limit = CeilToCodePoint(text, limit);
  for (const Boundary& boundary : kBoundaries) {
    const size_t back = std::min(from, boundary.text.size());
    const size_t found = text.substr(0, limit).find(boundary.text, from - back);
    if (found == absl::string_view::npos) continue;
    size_t begin = found + boundary.text.size();
    if (boundary.HasNoSpace()) begin = SkipClosing(text, begin);
    while (begin < limit && (text[begin] == '\n' || text[begin] == ' ')) ++begin;
    // A line keeps its indentation.
    const size_t line = text.rfind('\n', begin == 0 ? 0 : begin - 1);
    if (boundary.text[0] == '\n' && line != absl::string_view::npos && line + 1 >= from) {
      begin = line + 1;
    }
    if (begin >= from && begin <= limit) return begin;
  }
  return from;
}

// The last good place for an end in [limit, from]; else `from`, moved to a code
// point.
size_t MoveEnd(absl::string_view text, size_t from, size_t limit) {
  // A boundary before the limit counts if what closes it is behind: more than a few signs never do.
  constexpr size_t kMaxClosing = 32;
  from = FloorToCodePoint(text, from);
  limit = FloorToCodePoint(text, limit);
  const size_t first = limit > kMaxClosing ? limit - kMaxClosing : 0;
  for (const Boundary& boundary : kBoundaries) {
    const size_t found = text.substr(first).rfind(boundary.text, from - first);
    if (found == absl::string_view::npos) continue;
    size_t end = first + found + boundary.of_first;
    if (boundary.HasNoSpace()) end = SkipClosing(text, end);
    if (end < limit || end > from) continue;
    while (end > limit && (text[end - 1] == '\n' || text[end - 1] == ' ')) --end;
    return end;
  }
  return from;
}

}  // namespace

DocumentCutter::DocumentCutter(absl::string_view text, absl::Span<const uint32_t> begins,
                               size_t chunk_begin, size_t chunk_end)
    : text_(text), begins_(begins), chunk_begin_(chunk_begin), chunk_end_(chunk_end) {
  const auto after = std::upper_bound(begins.begin(), begins.end(), chunk_begin);
  chunk_first_ = after == begins.begin() ? 0 : static_cast<uint32_t>(after - begins.begin() - 1);
  chunk_last_ = static_cast<uint32_t>(std::lower_bound(begins.begin(), begins.end(), chunk_end) -
                                      begins.begin());
}

TextRange DocumentCutter::Cut(uint32_t budget, const Fingerprint& task_id) const {
  const uint32_t all = all_tokens();
  if (budget >= all) return {0, text_.size()};
  // Tokens before the chunk: the drawn share of the room, limited by the ends.
  const uint32_t room = budget - chunk_tokens();
  Rng rng(task_id, "evidence-depth");
  const uint32_t drawn = static_cast<uint32_t>(rng.Below(uint64_t{room} + 1));
  const uint32_t latest_begin = std::min(chunk_first_, all - budget);
  const uint32_t wanted = chunk_first_ > drawn ? chunk_first_ - drawn : 0;
  const uint32_t first = std::min(wanted, latest_begin);
  const uint32_t last = first + budget;
  TextRange kept;
  kept.begin = first == 0 ? 0 : begins_[first];
  kept.end = last >= all ? text_.size() : begins_[last];
  const size_t move = std::min(kMaxMove, (kept.end - kept.begin) / 32);
  if (first > 0) {
    kept.begin = MoveBegin(text_, std::min(kept.begin, chunk_begin_),
                           std::min(chunk_begin_, kept.begin + move));
  }
  if (last < all) {
    kept.end = MoveEnd(text_, std::max(kept.end, chunk_end_),
                       std::max(chunk_end_, kept.end > move ? kept.end - move : 0));
  }
  return kept;
}

}  // namespace quipu::generator
