// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/copied_runs.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/utf8.h"
#include "generator/words/scripts.h"
#include "generator/words/text_words.h"

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
    // The last place comes first: see FindRunsOfAllPlaces.
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

// How far two texts are equal, backwards from the answer's unit i and the chunk's unit k.
uint32_t EqualBefore(const std::vector<uint64_t>& answer, uint32_t i,
                     const std::vector<uint64_t>& chunk, uint32_t k, uint32_t most) {
  uint32_t equal = 0;
  while (equal < most && equal <= i && equal <= k && answer[i - equal] == chunk[k - equal]) ++equal;
  return equal;
}

// The longest run of two units or more that ends at each unit of the answer; 0: none. Those of one
// unit are too many to look at. Returns false if it takes too long: texts of few words have more
// places than can be compared.
bool FindRuns(const std::vector<uint64_t>& answer, const std::vector<uint64_t>& chunk,
              const PairPlaces& places, std::vector<uint32_t>* runs) {
  uint64_t steps = 16 * (answer.size() + chunk.size());
  uint32_t length = 0;
  uint32_t place = 0;  // Where in the chunk the run ends.
  for (uint32_t i = 1; i < answer.size(); ++i) {
    // A run is at most one longer than the one before, so the same place is as good as any.
    if (length > 0 && place + 1 < chunk.size() && chunk[place + 1] == answer[i]) {
      ++length;
      ++place;
    } else {
      const uint32_t most = length > 0 ? length + 1 : 2;
      length = 0;
      places.ForEach(answer[i - 1], answer[i], [&](uint32_t k) {
        if (length == most || steps == 0) return;
        const uint32_t equal = EqualBefore(answer, i, chunk, k, most);
        steps -= std::min<uint64_t>(steps, equal);
        if (equal <= length) return;
        length = equal;
        place = k;
      });
      if (steps == 0) return false;
    }
    (*runs)[i] = length;
  }
  return true;
}

// The same by way of all pairs of places, each looked at once.
void FindRunsOfAllPlaces(const std::vector<uint64_t>& answer, const std::vector<uint64_t>& chunk,
                         const PairPlaces& places, std::vector<uint32_t>* runs) {
  // For the answer's unit in hand: the common run that ends at it and at each of the chunk's units.
  // One that was written for an earlier unit of the answer is over. The chunk's later places are
  // looked at first, so that ends[k - 1] is still the earlier unit's.
  struct End {
    uint32_t length = 0;
    uint32_t unit = 0;  // Of the answer, from 1.
  };
  std::vector<End> ends(chunk.size());
  for (uint32_t i = 1; i < answer.size(); ++i) {
    uint32_t& longest = (*runs)[i];
    longest = 0;
    places.ForEach(answer[i - 1], answer[i], [&](uint32_t k) {
      const End& before = ends[k - 1];
      ends[k] = {before.unit == i ? before.length + 1 : 2, i + 1};
      longest = std::max(longest, ends[k].length);
    });
  }
}

Copying MeasureRuns(const std::vector<uint64_t>& answer, const std::vector<uint64_t>& chunk,
                    const PairPlaces& places, uint32_t least) {
  std::vector<uint32_t> runs(answer.size());
  if (!FindRuns(answer, chunk, places, &runs)) {
    FindRunsOfAllPlaces(answer, chunk, places, &runs);
  }
  Copying copying;
  // From the end: how many units of a copied run are still to come.
  size_t copied = 0;
  uint32_t left = 0;
  for (size_t i = answer.size(); i-- > 0;) {
    copying.longest = std::max(copying.longest, runs[i]);
    if (runs[i] >= least) left = std::max(left, runs[i]);
    copied += left > 0 ? 1 : 0;
    left -= left > 0 ? 1 : 0;
  }
  copying.share = static_cast<double>(copied) / static_cast<double>(answer.size());
  return copying;
}

Copying Measure(const std::vector<uint64_t>& answer, const std::vector<uint64_t>& chunk,
                const PairPlaces& places, uint32_t least) {
  if (answer.empty() || chunk.empty()) return {};
  Copying copying = MeasureRuns(answer, chunk, places, least);
  if (copying.longest > 0) return copying;
  const absl::flat_hash_set<uint64_t> known(chunk.begin(), chunk.end());
  const bool common = std::any_of(answer.begin(), answer.end(),
                                  [&](uint64_t unit) { return known.contains(unit); });
  copying.longest = common ? 1 : 0;
  return copying;
}

struct ChunkPlaces {
  explicit ChunkPlaces(std::shared_ptr<const TextWords> of)
      : words(std::move(of)), pairs(words->folded) {}

  const std::shared_ptr<const TextWords> words;
  const PairPlaces pairs;
};

// Each thread remembers its last chunk, which has several pairs.
const ChunkPlaces& PlacesOf(absl::string_view chunk) {
  thread_local std::unique_ptr<const ChunkPlaces> last;
  if (last == nullptr || absl::string_view(last->words->text) != chunk) {
    last = std::make_unique<const ChunkPlaces>(WordsOf(chunk));
  }
  return *last;
}

}  // namespace

Copying MeasureCopying(absl::string_view answer, absl::string_view chunk) {
  if (IsUnspaced(answer)) {
    const std::vector<uint64_t> characters = Characters(chunk);
    return Measure(Characters(answer), characters, PairPlaces(characters), kLeastCopiedCharacters);
  }
  const ChunkPlaces& places = PlacesOf(chunk);
  return Measure(WordsOf(answer)->folded, places.words->folded, places.pairs, kLeastCopiedWords);
}

}  // namespace quipu::generator
