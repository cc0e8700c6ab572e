// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/near_duplicates.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "generator/words/content_words.h"
#include "generator/words/text_words.h"

namespace quipu::generator {
namespace {

// 8 bands of 4 hashes: two sets with overlap s meet in one of them with
// probability 1 - (1 - s^4)^8.
constexpr size_t kBands = 8;
constexpr size_t kHashesPerBand = 4;
// Most candidates that a pair is compared with: the earliest ones.
constexpr size_t kMostCandidates = 32;
// Two of three places are used at most: 12 bytes for an entry of 8.
constexpr uint64_t kPlaces = 3;
constexpr uint64_t kUsedPlaces = 2;
constexpr uint64_t kLeastEntries = 64;

// The finaliser of SplitMix64: a bijection that spreads every bit.
uint64_t Mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

uint64_t HashText(absl::string_view text, uint64_t seed) {
  uint64_t hash = Mix(seed ^ text.size());
  for (const char c : text) hash = Mix(hash ^ static_cast<unsigned char>(c));
  return hash;
}

// The keys of the bands; equal numbers are part of each.
std::array<uint64_t, kBands> BandKeys(const PairWords& words) {
  std::array<uint64_t, kBands> keys = {};
  for (size_t band = 0; band < kBands; ++band) {
    uint64_t key = Mix(words.numbers ^ band);
    for (size_t i = 0; i < kHashesPerBand; ++i) {
      const uint64_t seed = Mix(band * kHashesPerBand + i + 1);
      uint64_t least = std::numeric_limits<uint64_t>::max();
      for (const uint64_t word : words.words) least = std::min(least, Mix(word ^ seed));
      key = Mix(key ^ least);
    }
    keys[band] = key;
  }
  return keys;
}

// A place for `key` among `places`, by its high bits.
size_t PlaceOf(uint64_t key, size_t places) {
  return static_cast<size_t>((static_cast<unsigned __int128>(key) * places) >> 64);
}

// Two keys with the same tag and about the same place are taken as equal; the
// candidates are compared anyway.
uint32_t TagOf(uint64_t key) { return static_cast<uint32_t>(key); }

}  // namespace

PairWords PairWordsOf(absl::string_view question, absl::string_view answer, Language language) {
  PairWords pair;
  std::set<std::string> numbers;
  uint64_t seed = 1;
  for (const absl::string_view text : {question, answer}) {
    const std::shared_ptr<const TextWords> split = WordsOf(text);  // Both loops need it.
    ForEachContentWord(text, language, [&](absl::string_view word, uint64_t) {
      pair.words.push_back(HashText(word, seed));
    });
    for (std::string& number : Numbers(text, /*spelled=*/true, language))
      numbers.insert(std::move(number));
    ++seed;
  }
  std::sort(pair.words.begin(), pair.words.end());
  pair.words.erase(std::unique(pair.words.begin(), pair.words.end()), pair.words.end());
  for (const std::string& number : numbers) pair.numbers = HashText(number, pair.numbers);
  return pair;
}

double Overlap(const PairWords& a, const PairWords& b) {
  if (a.numbers != b.numbers) return 0;
  std::vector<uint64_t> both;
  std::set_intersection(a.words.begin(), a.words.end(), b.words.begin(), b.words.end(),
                        std::back_inserter(both));
  const size_t all = a.words.size() + b.words.size() - both.size();
  return all == 0 ? 0 : static_cast<double>(both.size()) / static_cast<double>(all);
}

NearDuplicates::NearDuplicates(double overlap, uint64_t expected_pairs) : overlap_(overlap) {
  Table table;
  table.entries.resize(
      std::max<uint64_t>(kLeastEntries, expected_pairs * kBands * kPlaces / kUsedPlaces));
  tables_.push_back(std::move(table));
}

void NearDuplicates::AddCandidates(uint64_t key, std::set<uint32_t>* numbers) const {
  for (const Table& table : tables_) {
    size_t at = PlaceOf(key, table.entries.size());
    while (table.entries[at].number_plus_1 != 0) {
      if (table.entries[at].tag == TagOf(key)) numbers->insert(table.entries[at].number_plus_1 - 1);
      if (++at == table.entries.size()) at = 0;
    }
  }
}

void NearDuplicates::Insert(uint64_t key, uint32_t number) {
  if ((tables_.back().used + 1) * kPlaces > tables_.back().entries.size() * kUsedPlaces) {
    Table next;
    next.entries.resize(tables_.back().entries.size() * 2);
    tables_.push_back(std::move(next));
  }
  Table& table = tables_.back();
  size_t at = PlaceOf(key, table.entries.size());
  while (table.entries[at].number_plus_1 != 0) {
    if (++at == table.entries.size()) at = 0;
  }
  table.entries[at] = {TagOf(key), number + 1};
  ++table.used;
}

absl::StatusOr<std::optional<NearDuplicate>> NearDuplicates::FindOrAdd(const PairWords& words,
                                                                       uint32_t number,
                                                                       ReadWords read) {
  if (words.words.empty()) return std::optional<NearDuplicate>();
  const std::array<uint64_t, kBands> keys = BandKeys(words);
  std::set<uint32_t> candidates;
  for (const uint64_t key : keys) AddCandidates(key, &candidates);
  size_t compared = 0;
  for (const uint32_t candidate : candidates) {
    if (++compared > kMostCandidates) break;
    ASSIGN_OR_RETURN(const PairWords earlier, read(candidate));
    const double overlap = Overlap(earlier, words);
    if (overlap >= overlap_) {
      return std::optional<NearDuplicate>(NearDuplicate{candidate, overlap});
    }
  }
  for (const uint64_t key : keys) Insert(key, number);
  return std::optional<NearDuplicate>();
}

}  // namespace quipu::generator
