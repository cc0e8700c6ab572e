// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/copied_runs.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/utf8.h"
#include "generator/scripts.h"
#include "generator/text_words.h"

namespace quipu::generator {
namespace {

constexpr uint32_t kLeastCopiedWords = 5;
constexpr uint32_t kLeastCopiedCharacters = 10;

// The letters and digits of a text, one by one.
std::vector<uint64_t> Characters(absl::string_view text) {
  std::vector<uint64_t> characters;
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<UChar32>(NextCodePoint(text, &i));
    if (u_isalnum(c)) {
      characters.push_back(static_cast<uint64_t>(u_foldCase(c, U_FOLD_CASE_DEFAULT)));
    }
  }
  return characters;
}

// The places of each pair of neighbouring units in a text, by chains of equal hashes.
class PairPlaces {
 public:
  explicit PairPlaces(const std::vector<uint64_t>& units) : units_(units), next_(units.size()) {
    size_t buckets = 64;
    while (buckets < 2 * units.size()) buckets *= 2;
    heads_.resize(buckets);
    // The last place comes first: see Measure.
    for (uint32_t k = 1; k < units.size(); ++k) {
      uint32_t& head = heads_[Bucket(units[k - 1], units[k])];
      next_[k] = head;
      head = k;
    }
  }

  // Calls use(k) for each k with units[k - 1] == first and units[k] == second, from the last on.
  template <typename Use>
  void ForEach(uint64_t first, uint64_t second, const Use& use) const {
    for (uint32_t k = heads_[Bucket(first, second)]; k != 0; k = next_[k]) {
      if (units_[k - 1] == first && units_[k] == second) use(k);
    }
  }

 private:
  size_t Bucket(uint64_t first, uint64_t second) const {
    const uint64_t mixed = (first * 31 + second) * 0x9e3779b97f4a7c15u;
    return static_cast<size_t>(mixed >> 32) & (heads_.size() - 1);
  }

  const std::vector<uint64_t>& units_;
  std::vector<uint32_t> heads_;  // By bucket; 0: none.
  std::vector<uint32_t> next_;   // By place.
};

// Runs of two units or more: those of one are too many to look at.
Copying MeasureRuns(const std::vector<uint64_t>& answer, const std::vector<uint64_t>& chunk,
                    uint32_t least) {
  const PairPlaces places(chunk);
  // For the answer's unit in hand: the common run that ends at it and at each of the
  // chunk's units. One that was written for an earlier unit of the answer is over. The chunk's
  // later places are looked at first, so that runs[k - 1] is still the earlier unit's.
  struct Run {
    uint32_t length = 0;
    uint32_t unit = 0;  // Of the answer, from 1.
  };
  std::vector<Run> runs(chunk.size());
  // How many runs begin at each unit, less those that have ended in front of it.
  std::vector<int32_t> begun(answer.size() + 1);
  Copying copying;
  for (uint32_t i = 1; i < answer.size(); ++i) {
    uint32_t longest = 0;
    places.ForEach(answer[i - 1], answer[i], [&](uint32_t k) {
      const Run& before = runs[k - 1];
      runs[k] = {before.unit == i ? before.length + 1 : 2, i + 1};
      longest = std::max(longest, runs[k].length);
    });
    copying.longest = std::max(copying.longest, longest);
    if (longest < least) continue;
    ++begun[i + 1 - longest];
    --begun[i + 1];
  }
  size_t copied = 0;
  int32_t open = 0;
  for (size_t i = 0; i < answer.size(); ++i) {
    open += begun[i];
    copied += open > 0 ? 1 : 0;
  }
  copying.share = static_cast<double>(copied) / static_cast<double>(answer.size());
  return copying;
}

Copying Measure(const std::vector<uint64_t>& answer, const std::vector<uint64_t>& chunk,
                uint32_t least) {
  if (answer.empty() || chunk.empty()) return {};
  Copying copying = MeasureRuns(answer, chunk, least);
  if (copying.longest > 0) return copying;
  const absl::flat_hash_set<uint64_t> known(chunk.begin(), chunk.end());
  const bool common = std::any_of(answer.begin(), answer.end(),
                                  [&](uint64_t unit) { return known.contains(unit); });
  copying.longest = common ? 1 : 0;
  return copying;
}

}  // namespace

Copying MeasureCopying(absl::string_view answer, absl::string_view chunk) {
  if (IsUnspaced(answer)) {
    return Measure(Characters(answer), Characters(chunk), kLeastCopiedCharacters);
  }
  return Measure(WordsOf(answer)->folded, WordsOf(chunk)->folded, kLeastCopiedWords);
}

}  // namespace quipu::generator
