// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/cut_out.h"

#include <algorithm>
#include <cstddef>
#include <set>

#include "absl/strings/ascii.h"
#include "generator/text/outline.h"
#include "generator/text/sentences.h"

namespace quipu::generator {
namespace {

struct MarkedSentence {
  TextRange range;
  size_t block = 0;
  bool cut = false;
};

absl::string_view Part(absl::string_view text, TextRange range) {
  return text.substr(range.begin, range.end - range.begin);
}

std::vector<MarkedSentence> SentencesOf(absl::string_view text, const std::vector<Block>& blocks) {
  std::vector<MarkedSentence> sentences;
  for (size_t i = 0; i < blocks.size(); ++i) {
    for (const Sentence& sentence : SplitSentences(text, blocks[i])) {
      sentences.push_back({{sentence.begin, sentence.end}, i, false});
    }
  }
  return sentences;
}

bool Touches(TextRange a, TextRange b) { return a.begin < b.end && b.begin < a.end; }

size_t LineEnds(absl::string_view space) { return std::count(space.begin(), space.end(), '\n'); }

bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

}  // namespace

std::vector<TextRange> WholeSentences(absl::string_view text, absl::Span<const TextRange> places) {
  const std::vector<Block> blocks = ReadOutline(text);
  std::vector<MarkedSentence> sentences = SentencesOf(text, blocks);
  std::set<absl::string_view> words;
  for (MarkedSentence& sentence : sentences) {
    sentence.cut = std::any_of(places.begin(), places.end(),
                               [&](TextRange place) { return Touches(sentence.range, place); });
    if (sentence.cut) words.insert(Part(text, sentence.range));
  }
  std::vector<TextRange> cuts;
  for (size_t first = 0; first < sentences.size();) {
    size_t end = first;
    bool all = true;
    for (; end < sentences.size() && sentences[end].block == sentences[first].block; ++end) {
      sentences[end].cut |= words.count(Part(text, sentences[end].range)) > 0;
      all &= sentences[end].cut;
    }
    const Block& block = blocks[sentences[first].block];
    if (all) cuts.push_back({block.begin, block.end});
    for (; first < end; ++first) {
      if (!all && sentences[first].cut) cuts.push_back(sentences[first].range);
    }
  }
  return cuts;
}

std::vector<TextRange> WhatRemains(absl::string_view text, TextRange window,
                                   absl::Span<const TextRange> cuts) {
  std::vector<TextRange> parts;
  const auto add = [&parts](TextRange part) {
    if (part.begin == part.end) return;
    if (!parts.empty() && parts.back().end == part.begin) {
      parts.back().end = part.end;
    } else {
      parts.push_back(part);
    }
  };
  size_t from = window.begin;  // What remains next begins here.
  for (size_t i = 0; i < cuts.size();) {
    if (cuts[i].end <= from || cuts[i].begin >= window.end) {
      ++i;
      continue;
    }
    const size_t begin = std::max(cuts[i].begin, from);
    size_t left = begin;
    while (left > from && IsSpace(text[left - 1])) --left;
    TextRange space = {left, begin};
    // Cuts with nothing but white space between them are one.
    size_t right = begin;
    while (i < cuts.size() && cuts[i].begin <= right && right < window.end) {
      const size_t end = std::max(right, std::min(cuts[i++].end, window.end));
      for (right = end; right < window.end && IsSpace(text[right]);) ++right;
      if (LineEnds(Part(text, {end, right})) >= LineEnds(Part(text, space))) space = {end, right};
    }
    add({from, left});
    const bool at_an_end = parts.empty() || right == window.end;
    if (!at_an_end) add(space);
    from = right;
  }
  add({from, window.end});
  return parts;
}

}  // namespace quipu::generator
