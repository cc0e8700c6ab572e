// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/chunker.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "generator/chunks/chunk_units.h"
#include "generator/chunks/poor_text.h"
#include "generator/text/outline.h"

namespace quipu::generator {
namespace {

// Least share of a chunk's bytes in sentences: a command line or a heading
// among paragraphs is allowed.
constexpr double kLeastProseShare = 0.75;
// Headings that a chunk includes before its first paragraph.
constexpr int kMaxHeadings = 3;
// After so many poor chunks the document is taken for a long list, and only the last level is left.
constexpr int kMaxPoor = 3000;

// What a chunk may be; each is tried for the chunks that those before it did not give.
struct Level {
  Place worst;  // Place at which it begins and ends.
  bool poor;    // May be a list of references, a template, ... (poor_text.h).
};
constexpr std::array<Level, 4> kLevels = {{
    {Place::kGood, false},
    {Place::kFair, false},
    {Place::kCut, false},
    {Place::kCut, true},
}};

class Picker {
 public:
  Picker(absl::string_view text, absl::Span<const uint32_t> token_begins, const v1::ChunkSpec& spec,
         const inference::Tokenizer& tokenizer, const Fingerprint& key)
      : text_(text),
        token_begins_(token_begins),
        spec_(spec),
        tokenizer_(tokenizer),
        rng_(key, "chunks"),
        units_(ReadUnits(text, token_begins, spec)) {}

  Chunks Pick() {
    const uint64_t per_chunk = std::max<uint32_t>(1, spec_.tokens_per_chunk());
    const uint64_t wanted = std::min<uint64_t>(spec_.max_per_document(),
                                               (token_begins_.size() + per_chunk - 1) / per_chunk);
    for (const Level& level : kLevels) {
      if (picked_.size() >= wanted) break;
      level_ = level;
      ListStarts();
      PickSpread(wanted);
      PickAnywhere(wanted);
    }
    Chunks result;
    if (picked_.empty()) result.no_chunk = Reason();
    result.chunks = std::move(picked_);
    return result;
  }

 private:
  void ListStarts() {
    starts_.clear();
    for (size_t i = 0; i < units_.size(); ++i) {
      if (units_[i].start <= level_.worst) starts_.push_back(i);
    }
  }

  // The first of starts_ at or after a token.
  size_t StartAt(uint64_t token) const {
    const auto at = std::partition_point(starts_.begin(), starts_.end(),
                                         [&](size_t i) { return units_[i].first_token < token; });
    return static_cast<size_t>(at - starts_.begin());
  }

  // One chunk from each of `wanted` equal stretches of the document that has none.
  void PickSpread(uint64_t wanted) {
    for (uint64_t k = 0; k < wanted && picked_.size() < wanted; ++k) {
      const uint64_t from = token_begins_.size() * k / wanted;
      const uint64_t to = token_begins_.size() * (k + 1) / wanted;
      const size_t first = StartAt(from);
      const size_t last = StartAt(to);
      if (first == last || HasChunkIn(from, to)) continue;
      const size_t offset = rng_.Below(last - first);
      for (size_t i = 0; i < last - first; ++i) {
        if (Take(starts_[first + (offset + i) % (last - first)])) break;
      }
    }
  }

  // Replaces chunks that some stretches did not give.
  void PickAnywhere(uint64_t wanted) {
    if (starts_.empty() || picked_.size() >= wanted) return;
    const size_t offset = rng_.Below(starts_.size());
    for (size_t i = 0; i < starts_.size() && picked_.size() < wanted; ++i) {
      Take(starts_[(offset + i) % starts_.size()]);
    }
  }

  // Adds the chunk that begins at unit `start`, if there is one and its place is free.
  bool Take(size_t start) {
    if (!IsFree(units_[start].begin, units_[start].end)) return false;
    const std::optional<Chunk> chunk = TryChunk(start);
    if (!chunk.has_value() || !IsFree(chunk->begin, chunk->end)) return false;
    picked_.insert(FirstEndingAfter(chunk->begin), *chunk);
    return true;
  }

  std::vector<Chunk>::const_iterator FirstEndingAfter(size_t byte) const {
    return std::partition_point(picked_.begin(), picked_.end(),
                                [&](const Chunk& chunk) { return chunk.end <= byte; });
  }

  bool IsFree(size_t begin, size_t end) const {
    const auto at = FirstEndingAfter(begin);
    return at == picked_.end() || at->begin >= end;
  }

  // Whether a chunk begins at one of the tokens [from, to).
  bool HasChunkIn(uint64_t from, uint64_t to) const {
    return std::any_of(picked_.begin(), picked_.end(), [&](const Chunk& chunk) {
      return chunk.begin >= token_begins_[from] &&
             (to == token_begins_.size() || chunk.begin < token_begins_[to]);
    });
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
      if (tokens < spec_.min_tokens() || units_[i].stop > level_.worst || !HasProse(start, i)) {
        continue;
      }
      const uint32_t cost = CostOf(units_[i], tokens > target ? tokens - target : target - tokens);
      if (best.has_value() && cost >= best_cost) continue;
      best = i;
      best_cost = cost;
    }
    if (!best.has_value()) return std::nullopt;
    return Check(start, *best);
  }

  // A worse place to end is taken only if there is no better one at any distance.
  uint32_t CostOf(const Unit& unit, uint32_t distance) const {
    const uint32_t range = spec_.max_tokens() - spec_.min_tokens();
    return distance + (unit.block_end ? 0 : range / 4) +
           static_cast<uint32_t>(unit.stop) * 2 * (range + 1);
  }

  bool HasProse(size_t first, size_t last) const {
    const Unit none;
    const Unit& before = first == 0 ? none : units_[first - 1];
    const double all = static_cast<double>(units_[last].all_bytes - before.all_bytes);
    const size_t prose = level_.worst == Place::kGood
                             ? units_[last].prose_bytes - before.prose_bytes
                             : units_[last].word_bytes - before.word_bytes;
    return static_cast<double>(prose) >= kLeastProseShare * all;
  }

  // Checks that need the text itself. Tokens are counted again, because a chunk
  // is tokenised without the text before it.
  std::optional<Chunk> Check(size_t first, size_t last) {
    const size_t begin = units_[first].begin;
    const size_t end = units_[last].end;
    const absl::string_view text = text_.substr(begin, end - begin);
    const std::string stripped = WithoutFurniture(first, last);
    const absl::string_view read = stripped.empty() ? text : stripped;
    if (LetterShare(read) < spec_.min_letter_share()) {
      few_letters_ = true;
      return std::nullopt;
    }
    if (!level_.poor) {
      if (poor_ == kMaxPoor) return std::nullopt;
      if (IsPoorText(read)) {
        ++poor_;
        return std::nullopt;
      }
    }
    const size_t tokens = tokenizer_.Encode(text, /*fragment_start=*/false).size();
    if (tokens < spec_.min_tokens() || tokens > spec_.max_tokens()) return std::nullopt;
    return Chunk{begin, end, static_cast<uint32_t>(tokens)};
  }

  // The text of some units without page furniture, whose figures do not count; empty if there is
  // none.
  std::string WithoutFurniture(size_t first, size_t last) const {
    std::string text;
    const auto from = units_.begin() + static_cast<ptrdiff_t>(first);
    const auto to = units_.begin() + static_cast<ptrdiff_t>(last) + 1;
    if (std::none_of(from, to, [](const Unit& unit) { return unit.furniture; })) return text;
    for (auto unit = from; unit != to; ++unit) {
      if (unit->furniture) continue;
      absl::StrAppend(&text, text_.substr(unit->begin, unit->end - unit->begin), "\n");
    }
    return text;
  }

  // Why there is no chunk.
  v1::NoChunkReason Reason() const {
    if (token_begins_.size() < spec_.min_tokens()) return v1::NO_CHUNK_REASON_TOO_SHORT;
    if (few_letters_) return v1::NO_CHUNK_REASON_FEW_LETTERS;
    uint32_t words = 0;    // Tokens that read as words.
    uint32_t stretch = 0;  // The same since the last barrier.
    uint32_t longest = 0;
    size_t word_bytes = 0;
    for (const Unit& unit : units_) {
      const uint32_t tokens = unit.word_bytes > word_bytes ? unit.last_token - unit.first_token : 0;
      word_bytes = unit.word_bytes;
      words += tokens;
      stretch = unit.barrier ? 0 : stretch + tokens;
      longest = std::max(longest, stretch);
    }
    if (words < spec_.min_tokens()) return v1::NO_CHUNK_REASON_NOT_PROSE;
    return longest < spec_.min_tokens() ? v1::NO_CHUNK_REASON_INTERRUPTED
                                        : v1::NO_CHUNK_REASON_MIXED;
  }

  const absl::string_view text_;
  const absl::Span<const uint32_t> token_begins_;
  const v1::ChunkSpec& spec_;
  const inference::Tokenizer& tokenizer_;
  Rng rng_;
  const std::vector<Unit> units_;
  Level level_ = kLevels[0];
  std::vector<size_t> starts_;  // Units at which a chunk of this level may begin.
  std::vector<Chunk> picked_;   // In order of position.
  int poor_ = 0;                // Chunks refused as poor text.
  bool few_letters_ = false;    // A chunk was refused for its letters.
};

}  // namespace

Chunks PickChunks(absl::string_view text, absl::Span<const uint32_t> token_begins,
                  const v1::ChunkSpec& spec, const inference::Tokenizer& tokenizer,
                  const Fingerprint& key) {
  return Picker(text, token_begins, spec, tokenizer, key).Pick();
}

}  // namespace quipu::generator
