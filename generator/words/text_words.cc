// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/text_words.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/ascii_runs.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

// Texts larger than the recipe's are not remembered, but for the last one while a caller has it.
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
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  // Two loads that may overlap, in place of a loop over the bytes.
  const char* const at = word.data();
  if (word.size() >= 8) {
    std::memcpy(&value, at, 8);
    return value;
  }
  if (word.size() >= 4) {
    uint32_t first, last;
    std::memcpy(&first, at, 4);
    std::memcpy(&last, at + word.size() - 4, 4);
    return first | uint64_t{last} << (8 * (word.size() - 4));
  }
#endif
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

// Lower-cases ASCII letters, eight bytes at a time.
std::string LowerCase(absl::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  std::string lower(text);
  size_t at = 0;
  for (; at + 8 <= lower.size(); at += 8) {
    uint64_t bytes;
    std::memcpy(&bytes, &lower[at], 8);
    const uint64_t low = bytes & 0x7f * kOnes;
    // The highest bit of each byte: whether it is at least 'A', and whether it is beyond 'Z'.
    const uint64_t from_a = low + (0x80 - 'A') * kOnes;
    const uint64_t beyond_z = low + (0x7f - 'Z') * kOnes;
    const uint64_t capital = (from_a ^ beyond_z) & ~bytes & 0x80 * kOnes;
    bytes |= capital >> 2;
    std::memcpy(&lower[at], &bytes, 8);
  }
  for (; at < lower.size(); ++at) lower[at] = absl::ascii_tolower(lower[at]);
  return lower;
}

void Split(TextWords* split) {
  const absl::string_view text = split->text;
  split->lower = LowerCase(text);
  const absl::string_view lower = split->lower;
  const bool ascii = IsAscii(text);
  const std::vector<Piece> pieces = FindWords(text);
  split->words.reserve(pieces.size());
  split->folded.reserve(pieces.size());
  size_t last_end = 0;
  for (const Piece& piece : pieces) {
    const size_t size = piece.end - piece.begin;
    TextWord& word = split->words.emplace_back();
    word.text = text.substr(piece.begin, size);
    // A number begins with a digit.
    if ((ascii || IsAscii(word.text)) && !absl::ascii_isdigit(word.text.front())) {
      word.folded = lower.substr(piece.begin, size);
    } else {
      std::string folded = FoldWord(word.text, &word.number);
      word.folded = folded == word.text
                        ? word.text
                        : absl::string_view(split->other_forms.emplace_back(std::move(folded)));
    }
    word.starts_sentence = split->words.size() == 1 ||
                           EndsSentenceBetween(text.substr(last_end, piece.begin - last_end));
    split->folded.push_back(HashOfWord(word.folded));
    last_end = piece.end;
  }
}

// The slots of the thread's table of hashes that were seen.
std::vector<uint64_t>& SeenSlots() {
  thread_local std::vector<uint64_t> slots;
  return slots;
}

// A table for so many hashes is less than half full.
size_t SlotsFor(size_t expected) {
  size_t slots = 64;
  while (slots < 2 * expected) slots *= 2;
  return slots;
}

// Sorts hashes by their first bits, then the few that have these in common. Returns false, with
// nothing done, if too many have: those of words never do, unless somebody chose them so.
bool SortByFirstBits(WordHashes* hashes) {
  constexpr uint32_t kMostAlike = 16;
  int bits = 6;
  while ((size_t{1} << bits) < hashes->size() && bits < 16) ++bits;
  const int shift = 64 - bits;
  std::vector<uint32_t> places(size_t{1} << bits);
  for (const uint64_t hash : *hashes) ++places[hash >> shift];
  uint32_t before = 0;
  for (uint32_t& place : places) {
    if (place > kMostAlike) return false;
    before += std::exchange(place, before);
  }
  WordHashes sorted(hashes->size());
  for (const uint64_t hash : *hashes) sorted[places[hash >> shift]++] = hash;
  for (size_t i = 1; i < sorted.size(); ++i) {
    const uint64_t hash = sorted[i];
    size_t to = i;
    for (; to > 0 && sorted[to - 1] > hash; --to) sorted[to] = sorted[to - 1];
    sorted[to] = hash;
  }
  *hashes = std::move(sorted);
  return true;
}

}  // namespace

std::shared_ptr<const TextWords> WordsOf(absl::string_view text) {
  thread_local std::vector<std::shared_ptr<const TextWords>> remembered;
  thread_local std::weak_ptr<const TextWords> large;
  const bool is_large = text.size() > kMaxRememberedBytes;
  if (is_large) {
    std::shared_ptr<const TextWords> last = large.lock();
    if (last != nullptr && absl::string_view(last->text) == text) return last;
  }
  for (size_t i = 0; i < remembered.size(); ++i) {
    if (absl::string_view(remembered[i]->text) != text) continue;
    std::rotate(remembered.begin(), remembered.begin() + i, remembered.begin() + i + 1);
    return remembered.front();
  }
  // The words are views into the text, which must not move: it is made in its place.
  auto split = std::make_shared<TextWords>();
  split->text = std::string(text);
  Split(split.get());
  if (is_large) {
    large = split;
  } else {
    if (remembered.size() == kRemembered) remembered.pop_back();
    remembered.insert(remembered.begin(), split);
  }
  return split;
}

absl::Span<const uint64_t> FoldedHashesIn(const TextWords& text, size_t begin, size_t end,
                                          WordHashes* storage) {
  const absl::string_view all = text.text;
  if (!StandsAlone(all, begin, end)) {
    storage->clear();
    for (const Word& word : SplitWords(all.substr(begin, end - begin))) {
      storage->push_back(HashOfWord(word.folded));
    }
    return *storage;
  }
  const auto number_at = [&](size_t at) {
    const auto found = std::lower_bound(
        text.words.begin(), text.words.end(), all.data() + at,
        [](const TextWord& word, const char* place) { return word.text.data() < place; });
    return static_cast<size_t>(found - text.words.begin());
  };
  const size_t first = number_at(begin);
  return absl::MakeConstSpan(text.folded).subspan(first, number_at(end) - first);
}

uint64_t HashOfWord(absl::string_view word) {
  uint64_t hash = Mix(word.size() + 0x9e3779b97f4a7c15u);
  for (; word.size() > 8; word.remove_prefix(8)) hash = Mix(hash ^ Bytes(word)) + word.size();
  return Mix(hash ^ Bytes(word));
}

WordHashes SortedHashes(WordHashes hashes) {
  constexpr size_t kFew = 48;
  if (hashes.size() < kFew || !SortByFirstBits(&hashes)) std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

SeenHashes::SeenHashes(size_t expected) : slots_(SeenSlots()), mask_(SlotsFor(expected) - 1) {
  slots_.assign(mask_ + 1, 0);
}

bool SeenHashes::Add(uint64_t hash) {
  constexpr size_t kSteps = 8;
  for (size_t step = 0; step < kSteps; ++step) {
    uint64_t& slot = slots_[(hash + step) & mask_];
    if (slot == hash && hash != 0) return false;
    if (slot != 0) continue;
    slot = hash;
    return true;
  }
  return true;
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

}  // namespace quipu::generator
