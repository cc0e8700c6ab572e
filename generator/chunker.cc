// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunker.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/rng.h"
#include "base/utf8.h"
#include "generator/outline.h"
#include "generator/sentences.h"

namespace quipu::generator {
namespace {

// Least share of a chunk's bytes in sentences: a command line or a heading
// among paragraphs is allowed.
constexpr double kLeastProseShare = 0.75;
// Headings that a chunk includes before its first paragraph.
constexpr int kMaxHeadings = 3;

// One sentence, or piece of a block, for the picker.
struct Unit {
  size_t begin = 0;
  size_t end = 0;
  uint32_t first_token = 0;  // Tokens [first_token, last_token) of the document.
  uint32_t last_token = 0;
  bool start = false;      // A chunk may begin here.
  bool stop = false;       // A chunk may end here.
  bool block_end = false;  // Last of its block.
  bool heading = false;
  bool barrier = false;  // No chunk crosses it: rules, tables, contents.
  // Bytes up to and including this unit.
  size_t prose_bytes = 0;
  size_t all_bytes = 0;
};

bool StartsWithLower(absl::string_view text) {
  size_t i = 0;
  return !text.empty() && u_islower(static_cast<UChar32>(NextCodePoint(text, &i)));
}

class Picker {
 public:
  Picker(absl::string_view text, absl::Span<const uint32_t> token_begins, const v1::ChunkSpec& spec,
         const inference::Tokenizer& tokenizer, const Fingerprint& key)
      : text_(text),
        token_begins_(token_begins),
        spec_(spec),
        tokenizer_(tokenizer),
        rng_(key, "chunks") {}

  std::vector<Chunk> Pick() {
    ReadUnits();
    const uint64_t per_chunk = std::max<uint32_t>(1, spec_.tokens_per_chunk());
    const uint64_t wanted = std::min<uint64_t>(spec_.max_per_document(),
                                               (token_begins_.size() + per_chunk - 1) / per_chunk);
    PickSpread(wanted);
    PickAnywhere(wanted);
    std::sort(picked_.begin(), picked_.end(),
              [](const Chunk& a, const Chunk& b) { return a.begin < b.begin; });
    return picked_;
  }

 private:
  void ReadUnits() {
    Unit total;
    for (const Block& block : ReadOutline(text_)) {
      const size_t first = units_.size();
      for (const Sentence& sentence : SplitSentences(text_, block)) {
        AddUnit(block, sentence, &total);
      }
      if (units_.size() > first) MarkStarts(block, first);
    }
    for (size_t i = 0; i < units_.size(); ++i) {
      if (units_[i].start) starts_.push_back(i);
    }
  }

  void AddUnit(const Block& block, const Sentence& sentence, Unit* total) {
    const absl::Span<const uint32_t> begins = token_begins_;
    Unit unit;
    unit.begin = sentence.begin;
    unit.end = sentence.end;
    const auto first = std::upper_bound(begins.begin(), begins.end(), sentence.begin);
    unit.first_token = static_cast<uint32_t>(first - begins.begin()) - (first != begins.begin());
    unit.last_token = static_cast<uint32_t>(
        std::lower_bound(begins.begin(), begins.end(), sentence.end) - begins.begin());
    unit.stop = sentence.complete && block.sentences;
    unit.heading = block.kind == BlockKind::kHeading;
    unit.barrier = block.kind == BlockKind::kRule || block.kind == BlockKind::kTable ||
                   block.kind == BlockKind::kContents;
    const size_t bytes = sentence.end - sentence.begin;
    total->all_bytes += bytes;
    if (block.sentences) total->prose_bytes += bytes;
    unit.all_bytes = total->all_bytes;
    unit.prose_bytes = total->prose_bytes;
    units_.push_back(unit);
  }

  // A chunk begins with a paragraph, or inside one that is long by itself.
  void MarkStarts(const Block& block, size_t first) {
    units_.back().block_end = true;
    if (block.kind != BlockKind::kProse) return;
    const bool is_long = units_.back().last_token - units_[first].first_token > spec_.max_tokens();
    for (size_t i = first; i < units_.size(); ++i) {
      units_[i].start =
          (i == first || is_long) && !StartsWithLower(text_.substr(units_[i].begin, 4));
    }
  }

  // One chunk from each of `wanted` equal stretches of the document.
  void PickSpread(uint64_t wanted) {
    size_t free_from = 0;
    for (uint64_t k = 0; k < wanted; ++k) {
      const auto at = [&](uint64_t token) {
        return static_cast<size_t>(
            std::partition_point(starts_.begin(), starts_.end(),
                                 [&](size_t i) { return units_[i].first_token < token; }) -
            starts_.begin());
      };
      const size_t first = at(token_begins_.size() * k / wanted);
      const size_t last = at(token_begins_.size() * (k + 1) / wanted);
      if (first == last) continue;
      const size_t offset = rng_.Below(last - first);
      for (size_t i = 0; i < last - first; ++i) {
        const size_t start = starts_[first + (offset + i) % (last - first)];
        if (units_[start].begin < free_from) continue;
        const std::optional<Chunk> chunk = TryChunk(start);
        if (!chunk.has_value() || chunk->begin < free_from) continue;
        picked_.push_back(*chunk);
        free_from = chunk->end;
        break;
      }
    }
  }

  // Replaces chunks that some stretches did not give.
  void PickAnywhere(uint64_t wanted) {
    if (starts_.empty() || picked_.size() >= wanted) return;
    const size_t offset = rng_.Below(starts_.size());
    for (size_t i = 0; i < starts_.size() && picked_.size() < wanted; ++i) {
      const size_t start = starts_[(offset + i) % starts_.size()];
      if (IsTaken(units_[start].begin, units_[start].end)) continue;
      const std::optional<Chunk> chunk = TryChunk(start);
      if (chunk.has_value() && !IsTaken(chunk->begin, chunk->end)) picked_.push_back(*chunk);
    }
  }

  bool IsTaken(size_t begin, size_t end) const {
    return std::any_of(picked_.begin(), picked_.end(),
                       [&](const Chunk& chunk) { return begin < chunk.end && chunk.begin < end; });
  }

  // The chunk that begins at unit `start`, with the headings right above it.
  std::optional<Chunk> TryChunk(size_t start) {
    const uint32_t range = spec_.max_tokens() - spec_.min_tokens();
    const uint32_t target = spec_.min_tokens() + static_cast<uint32_t>(rng_.Below(range + 1));
    for (int i = 0; i < kMaxHeadings && start > 0 && units_[start - 1].heading; ++i) --start;
    std::optional<size_t> best;
    uint32_t best_cost = 0;
    for (size_t i = start; i < units_.size(); ++i) {
      const uint32_t tokens = units_[i].last_token - units_[start].first_token;
      if (tokens > spec_.max_tokens() || units_[i].barrier) break;
      if (tokens < spec_.min_tokens() || !units_[i].stop || !HasProse(start, i)) continue;
      const uint32_t distance = tokens > target ? tokens - target : target - tokens;
      const uint32_t cost = distance + (units_[i].block_end ? 0 : range / 4);
      if (best.has_value() && cost >= best_cost) continue;
      best = i;
      best_cost = cost;
    }
    if (!best.has_value()) return std::nullopt;
    return Check(units_[start].begin, units_[*best].end);
  }

  bool HasProse(size_t first, size_t last) const {
    const Unit none;
    const Unit& before = first == 0 ? none : units_[first - 1];
    const double all = static_cast<double>(units_[last].all_bytes - before.all_bytes);
    return units_[last].prose_bytes - before.prose_bytes >= kLeastProseShare * all;
  }

  // Checks that need the text itself. Tokens are counted again, because a chunk
  // is tokenised without the text before it.
  std::optional<Chunk> Check(size_t begin, size_t end) const {
    const absl::string_view text = text_.substr(begin, end - begin);
    if (LetterShare(text) < spec_.min_letter_share()) return std::nullopt;
    const size_t tokens = tokenizer_.Encode(text, /*fragment_start=*/false).size();
    if (tokens < spec_.min_tokens() || tokens > spec_.max_tokens()) return std::nullopt;
    return Chunk{begin, end, static_cast<uint32_t>(tokens)};
  }

  const absl::string_view text_;
  const absl::Span<const uint32_t> token_begins_;
  const v1::ChunkSpec& spec_;
  const inference::Tokenizer& tokenizer_;
  Rng rng_;
  std::vector<Unit> units_;
  std::vector<size_t> starts_;  // Units at which a chunk may begin.
  std::vector<Chunk> picked_;
};

}  // namespace

std::vector<Chunk> PickChunks(absl::string_view text, absl::Span<const uint32_t> token_begins,
                              const v1::ChunkSpec& spec, const inference::Tokenizer& tokenizer,
                              const Fingerprint& key) {
  return Picker(text, token_begins, spec, tokenizer, key).Pick();
}

}  // namespace quipu::generator
