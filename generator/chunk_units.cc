// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunk_units.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "base/utf8.h"
#include "generator/outline.h"
#include "generator/sentences.h"

namespace quipu::generator {
namespace {

// A sentence longer than this share of the smallest chunk is cut in pieces of half as much.
constexpr uint32_t kLongSentenceShare = 2;
constexpr uint32_t kLeastPieceTokens = 8;
constexpr size_t kLeastPieceBytes = 32;

bool StartsWithLower(absl::string_view text) {
  size_t i = 0;
  return !text.empty() && u_islower(static_cast<UChar32>(NextCodePoint(text, &i)));
}

class Reader {
 public:
  Reader(absl::string_view text, absl::Span<const uint32_t> token_begins, const v1::ChunkSpec& spec)
      : text_(text), token_begins_(token_begins), spec_(spec) {}

  std::vector<Unit> Read() {
    for (const Block& block : ReadOutline(text_)) {
      const size_t first = units_.size();
      complete_.clear();
      for (const Sentence& sentence : SplitSentences(text_, block)) AddSentence(block, sentence);
      if (units_.size() > first) RankPlaces(block, first);
    }
    return std::move(units_);
  }

 private:
  void AddSentence(const Block& block, const Sentence& sentence) {
    const uint32_t tokens = LastToken(sentence.end) - FirstToken(sentence.begin);
    const uint32_t longest = std::max(kLeastPieceTokens, spec_.min_tokens() / kLongSentenceShare);
    if (tokens <= longest || !block.words) {
      AddUnit(block, sentence);
      return;
    }
    const size_t bytes = (sentence.end - sentence.begin) * (longest / 2) / tokens;
    for (const Sentence& piece : CutSentence(text_, sentence, std::max(kLeastPieceBytes, bytes))) {
      AddUnit(block, piece);
    }
  }

  void AddUnit(const Block& block, const Sentence& sentence) {
    Unit unit;
    unit.begin = sentence.begin;
    unit.end = sentence.end;
    unit.first_token = FirstToken(sentence.begin);
    unit.last_token = LastToken(sentence.end);
    unit.heading = block.kind == BlockKind::kHeading;
    unit.barrier = block.kind == BlockKind::kRule || block.kind == BlockKind::kTable ||
                   block.kind == BlockKind::kContents;
    const size_t bytes = sentence.end - sentence.begin;
    if (block.kind != BlockKind::kFurniture) all_bytes_ += bytes;
    if (block.sentences) prose_bytes_ += bytes;
    if (block.words) word_bytes_ += bytes;
    unit.prose_bytes = prose_bytes_;
    unit.word_bytes = word_bytes_;
    unit.all_bytes = all_bytes_;
    units_.push_back(unit);
    complete_.push_back(sentence.complete);
  }

  uint32_t FirstToken(size_t byte) const {
    const auto at = std::upper_bound(token_begins_.begin(), token_begins_.end(), byte);
    return static_cast<uint32_t>(at - token_begins_.begin()) - (at != token_begins_.begin());
  }

  uint32_t LastToken(size_t byte) const {
    const auto at = std::lower_bound(token_begins_.begin(), token_begins_.end(), byte);
    return static_cast<uint32_t>(at - token_begins_.begin());
  }

  void RankPlaces(const Block& block, size_t first) {
    units_.back().block_end = true;
    if (!block.words) return;
    const bool is_long = units_.back().last_token - units_[first].first_token > spec_.max_tokens();
    for (size_t i = first; i < units_.size(); ++i) {
      const bool line_end = i + 1 == units_.size() || HasLineEnd(block, units_[i], units_[i + 1]);
      units_[i].stop = StopOf(block, units_[i], complete_[i - first], line_end);
      const bool line_start = i > first && HasLineEnd(block, units_[i - 1], units_[i]);
      const bool after = i > first && complete_[i - first - 1];
      units_[i].start = StartOf(block, units_[i], i == first, line_start, after, is_long);
    }
  }

  // A chunk begins with a paragraph, or inside one that is long by itself.
  Place StartOf(const Block& block, const Unit& unit, bool first, bool line_start, bool after,
                bool is_long) const {
    if (block.kind == BlockKind::kHeading) return Place::kCut;
    const bool lower = StartsWithLower(text_.substr(unit.begin, 4));
    if (first) return block.paragraph && !lower ? Place::kGood : Place::kFair;
    if (line_start) {
      const bool paragraph = block.sentences && after && block.soft_breaks.empty();
      return paragraph && !lower ? Place::kGood : Place::kFair;
    }
    if (!after) return Place::kCut;
    return is_long && block.paragraph && !lower ? Place::kGood : Place::kFair;
  }

  Place StopOf(const Block& block, const Unit& unit, bool complete, bool line_end) const {
    if (complete && block.sentences) return Place::kGood;
    // A heading, or a line that announces something, is no end.
    if (block.kind == BlockKind::kHeading || text_[unit.end - 1] == ':') return Place::kCut;
    return line_end || complete ? Place::kFair : Place::kCut;
  }

  // Whether a line end that does not only wrap the text is between two units of a block.
  bool HasLineEnd(const Block& block, const Unit& unit, const Unit& next) const {
    const size_t at = text_.substr(0, next.begin).find('\n', unit.end);
    return at != absl::string_view::npos &&
           !std::binary_search(block.soft_breaks.begin(), block.soft_breaks.end(), at);
  }

  const absl::string_view text_;
  const absl::Span<const uint32_t> token_begins_;
  const v1::ChunkSpec& spec_;
  std::vector<Unit> units_;
  std::vector<bool> complete_;  // Of the units of the block that is being read.
  size_t prose_bytes_ = 0;
  size_t word_bytes_ = 0;
  size_t all_bytes_ = 0;
};

}  // namespace

std::vector<Unit> ReadUnits(absl::string_view text, absl::Span<const uint32_t> token_begins,
                            const v1::ChunkSpec& spec) {
  return Reader(text, token_begins, spec).Read();
}

}  // namespace quipu::generator
