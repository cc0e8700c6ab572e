// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/chunk_units.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "base/utf8.h"
#include "generator/text/outline.h"
#include "generator/text/sentences.h"

namespace quipu::generator {
namespace {

// A sentence longer than the range of a chunk's size can have both its ends outside it, so it is cut
// in pieces of this part of the range.
constexpr uint32_t kPiecesPerRange = 4;
constexpr uint32_t kLeastPieceTokens = 8;
constexpr size_t kLeastPieceBytes = 32;
// "Professor E: ", at the beginning of a line.
constexpr size_t kMaxSpeaker = 40;

bool StartsWithLower(absl::string_view text) {
  size_t i = 0;
  return !text.empty() && u_islower(static_cast<UChar32>(NextCodePoint(text, &i)));
}

class Reader {
 public:
  Reader(absl::string_view text, absl::Span<const uint32_t> token_begins, const v1::ChunkSpec& spec)
      : text_(text), token_begins_(token_begins), spec_(spec) {}

  std::vector<Unit> Read() {
    // To grow is to hold all of them twice, beside a large document; what is not used is no memory.
    units_.reserve(text_.size() / kUsualSentenceBytes);
    ForEachBlock(text_, [&](const Block& block) {
      const size_t first = units_.size();
      complete_.clear();
      for (const Sentence& sentence : SplitSentences(text_, block)) AddSentence(block, sentence);
      if (units_.size() > first) RankPlaces(block, first);
    });
    return std::move(units_);
  }

 private:
  void AddSentence(const Block& block, const Sentence& sentence) {
    Unit unit = UnitOf(sentence);
    const uint32_t tokens = unit.last_token - unit.first_token;
    const uint32_t range = spec_.max_tokens() - spec_.min_tokens();
    if (tokens <= std::max(kLeastPieceTokens, range) || !block.words) {
      AddUnit(block, sentence.complete, unit);
      return;
    }
    const uint32_t piece = std::max(kLeastPieceTokens, range / kPiecesPerRange);
    const size_t bytes = (sentence.end - sentence.begin) * piece / tokens;
    for (const Sentence& piece : CutSentence(text_, sentence, std::max(kLeastPieceBytes, bytes))) {
      AddUnit(block, piece.complete, UnitOf(piece));
    }
  }

  Unit UnitOf(const Sentence& sentence) const {
    Unit unit;
    unit.begin = sentence.begin;
    unit.end = sentence.end;
    const auto first = std::upper_bound(token_begins_.begin(), token_begins_.end(), sentence.begin);
    const auto last = std::lower_bound(first, token_begins_.end(), sentence.end);
    unit.first_token =
        static_cast<uint32_t>(first - token_begins_.begin()) - (first != token_begins_.begin());
    unit.last_token = static_cast<uint32_t>(last - token_begins_.begin());
    return unit;
  }

  void AddUnit(const Block& block, bool complete, Unit unit) {
    unit.heading = block.kind == BlockKind::kHeading;
    unit.furniture = block.kind == BlockKind::kFurniture;
    unit.barrier = block.kind == BlockKind::kRule || block.kind == BlockKind::kTable ||
                   block.kind == BlockKind::kContents;
    const size_t bytes = unit.end - unit.begin;
    if (!unit.furniture) all_bytes_ += bytes;
    if (block.sentences) prose_bytes_ += bytes;
    if (block.words) word_bytes_ += bytes;
    unit.prose_bytes = prose_bytes_;
    unit.word_bytes = word_bytes_;
    unit.all_bytes = all_bytes_;
    units_.push_back(unit);
    complete_.push_back(complete);
  }

  void RankPlaces(const Block& block, size_t first) {
    units_.back().block_end = true;
    if (!block.words) return;
    size_t line = first;  // The first unit of the line, or of the wrapped paragraph.
    for (size_t i = first; i < units_.size(); ++i) {
      const bool line_end = i + 1 == units_.size() || HasLineEnd(block, units_[i], units_[i + 1]);
      units_[i].stop = StopOf(block, units_[i], complete_[i - first], line_end);
      if (!line_end) continue;
      const bool is_long = units_[i].last_token - units_[line].first_token > spec_.max_tokens();
      for (size_t j = line; j <= i; ++j) {
        const bool after = j == first || complete_[j - first - 1];
        units_[j].start = StartOf(block, units_[j], j == line, after, is_long);
      }
      line = i + 1;
    }
  }

  // A chunk begins with a paragraph, or inside one that is long by itself.
  Place StartOf(const Block& block, const Unit& unit, bool line_start, bool after,
                bool is_long) const {
    if (block.kind == BlockKind::kHeading) return Place::kCut;
    const absl::string_view text = text_.substr(unit.begin, kMaxSpeaker);
    const bool good = block.paragraph && !StartsWithLower(text);
    if (line_start) {
      const bool speaker = text.find(": ") < text.find('\n');
      return good && (after || speaker) ? Place::kGood : Place::kFair;
    }
    if (!after) return Place::kCut;
    return is_long && good ? Place::kGood : Place::kFair;
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
