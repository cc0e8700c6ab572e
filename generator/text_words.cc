// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text_words.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"

namespace quipu::generator {
namespace {

// Texts larger than the recipe's are not remembered.
constexpr size_t kRemembered = 6;
constexpr size_t kMaxRememberedBytes = 16 << 10;

// The finalizer of SplitMix64: each bit of the input changes half of the output's.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// The first bytes of a word, at most eight, as a number: the same on every machine.
uint64_t Bytes(absl::string_view word) {
  uint64_t value = 0;
  for (size_t i = std::min<size_t>(word.size(), 8); i > 0; --i) {
    value = value << 8 | static_cast<uint8_t>(word[i - 1]);
  }
  return value;
}

// Whether ICU finds a word boundary at a stretch's edge whatever the text around it is: beside
// white space, and not in front of a mark that belongs to the character before it.
bool StandsAlone(absl::string_view text, size_t begin, size_t end) {
  return (begin == 0 || absl::ascii_isspace(text[begin - 1])) &&
         (end == text.size() || absl::ascii_isspace(text[end])) &&
         (begin == end || absl::ascii_isascii(text[begin]));
}

}  // namespace

std::shared_ptr<const TextWords> WordsOf(absl::string_view text) {
  thread_local std::vector<std::shared_ptr<const TextWords>> remembered;
  for (size_t i = 0; i < remembered.size(); ++i) {
    if (absl::string_view(remembered[i]->text) != text) continue;
    std::rotate(remembered.begin(), remembered.begin() + i, remembered.begin() + i + 1);
    return remembered.front();
  }
  // The words are views into the text, which must not move: it is made in its place.
  auto split = std::make_shared<TextWords>();
  split->text = std::string(text);
  split->words = SplitWords(split->text);
  split->folded.reserve(split->words.size());
  for (const Word& word : split->words) split->folded.push_back(HashOfWord(word.folded));
  if (text.size() <= kMaxRememberedBytes) {
    if (remembered.size() == kRemembered) remembered.pop_back();
    remembered.insert(remembered.begin(), split);
  }
  return split;
}

WordHashes FoldedHashesIn(const TextWords& text, size_t begin, size_t end) {
  WordHashes hashes;
  const absl::string_view all = text.text;
  if (!StandsAlone(all, begin, end)) {
    for (const Word& word : SplitWords(all.substr(begin, end - begin))) {
      hashes.push_back(HashOfWord(word.folded));
    }
    return hashes;
  }
  const auto first =
      std::lower_bound(text.words.begin(), text.words.end(), all.data() + begin,
                       [](const Word& word, const char* at) { return word.text.data() < at; });
  for (auto word = first; word != text.words.end() && word->text.data() < all.data() + end;
       ++word) {
    hashes.push_back(text.folded[static_cast<size_t>(word - text.words.begin())]);
  }
  return hashes;
}

uint64_t HashOfWord(absl::string_view word) {
  uint64_t hash = Mix(word.size() + 0x9e3779b97f4a7c15u);
  for (; word.size() > 8; word.remove_prefix(8)) hash = Mix(hash ^ Bytes(word)) + word.size();
  return Mix(hash ^ Bytes(word));
}

WordHashes SortedHashes(WordHashes hashes) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

bool Has(const WordHashes& sorted, uint64_t hash) {
  return std::binary_search(sorted.begin(), sorted.end(), hash);
}

size_t CountCommon(const WordHashes& a, const WordHashes& b) {
  size_t common = 0;
  for (size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    common += a[i] == b[k] ? 1 : 0;
    const bool first = a[i] <= b[k];
    const bool second = b[k] <= a[i];
    i += first ? 1 : 0;
    k += second ? 1 : 0;
  }
  return common;
}

WordHashes Common(const WordHashes& a, const WordHashes& b) {
  WordHashes common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return common;
}

}  // namespace quipu::generator
