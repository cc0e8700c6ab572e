// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/first_sentences.h"

#include <re2/re2.h>

#include <vector>

#include "generator/text/outline.h"
#include "generator/text/sentences.h"

namespace quipu::generator {
namespace {

// "1." and "(b)." at the end of a piece number what follows.
bool EndsWithItemMark(absl::string_view text) {
  static const RE2& mark = *new RE2(R"((?s).*(?:^|[\s:])\(?(?:\d{1,2}|[A-Za-z])\)?[.)])");
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), mark);
}

// Where the finished sentences of the text end, in order.
std::vector<size_t> SentenceEnds(absl::string_view text) {
  std::vector<size_t> ends;
  Block block;
  block.kind = BlockKind::kProse;
  block.end = text.size();
  for (const Sentence& sentence : SplitSentences(text, block)) {
    if (sentence.complete && !EndsWithItemMark(text.substr(0, sentence.end))) {
      ends.push_back(sentence.end);
    }
  }
  return ends;
}

}  // namespace

absl::string_view FirstSentences(absl::string_view text, size_t count) {
  const std::vector<size_t> ends = SentenceEnds(text);
  if (count == 0 || ends.size() <= count) return text;
  return text.substr(0, ends[count - 1]);
}

absl::string_view FinishedSentences(absl::string_view text) {
  const std::vector<size_t> ends = SentenceEnds(text);
  return ends.empty() ? absl::string_view() : text.substr(0, ends.back());
}

}  // namespace quipu::generator
