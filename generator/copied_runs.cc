// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/copied_runs.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/utf8.h"
#include "generator/content_words.h"
#include "generator/scripts.h"

namespace quipu::generator {
namespace {

constexpr uint32_t kLeastCopiedWords = 5;
constexpr uint32_t kLeastCopiedCharacters = 10;

// The letters and digits of a text, one by one.
std::vector<uint32_t> Characters(absl::string_view text) {
  std::vector<uint32_t> characters;
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<UChar32>(NextCodePoint(text, &i));
    if (u_isalnum(c)) {
      characters.push_back(static_cast<uint32_t>(u_foldCase(c, U_FOLD_CASE_DEFAULT)));
    }
  }
  return characters;
}

// The words of two texts as numbers: equal words have equal ones.
class WordNumbers {
 public:
  std::vector<uint32_t> Of(absl::string_view text) {
    std::vector<uint32_t> numbers;
    for (std::string& word : FoldedWords(text)) {
      const auto next = static_cast<uint32_t>(numbers_.size());
      numbers.push_back(numbers_.emplace(std::move(word), next).first->second);
    }
    return numbers;
  }

 private:
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

Copying Measure(const std::vector<uint32_t>& answer, const std::vector<uint32_t>& chunk,
                uint32_t least) {
  // Where the chunk has each unit, last place first.
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> places;
  for (size_t k = chunk.size(); k > 0; --k)
    places[chunk[k - 1]].push_back(static_cast<uint32_t>(k));
  // For the answer's unit in hand: the common run that ends at it and at each of the
  // chunk's units. One that was written for an earlier unit of the answer is over.
  struct Run {
    uint32_t length = 0;
    uint32_t unit = 0;  // Of the answer, from 1.
  };
  std::vector<Run> runs(chunk.size() + 1);
  std::vector<bool> copied(answer.size());
  Copying copying;
  for (uint32_t i = 0; i < answer.size(); ++i) {
    const auto found = places.find(answer[i]);
    if (found == places.end()) continue;
    uint32_t longest = 0;
    for (const uint32_t k : found->second) {
      const Run& before = runs[k - 1];
      runs[k] = {before.unit == i ? before.length + 1 : 1, i + 1};
      longest = std::max(longest, runs[k].length);
    }
    copying.longest = std::max(copying.longest, longest);
    if (longest < least) continue;
    for (size_t back = 0; back < longest; ++back) copied[i - back] = true;
  }
  if (answer.empty()) return copying;
  copying.share = static_cast<double>(std::count(copied.begin(), copied.end(), true)) /
                  static_cast<double>(answer.size());
  return copying;
}

}  // namespace

Copying MeasureCopying(absl::string_view answer, absl::string_view chunk) {
  if (IsUnspaced(answer)) {
    return Measure(Characters(answer), Characters(chunk), kLeastCopiedCharacters);
  }
  WordNumbers numbers;
  const std::vector<uint32_t> words = numbers.Of(answer);
  return Measure(words, numbers.Of(chunk), kLeastCopiedWords);
}

}  // namespace quipu::generator
