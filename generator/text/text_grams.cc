// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/text_grams.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

// Tags and entities longer than this are text.
constexpr size_t kMaxTagBytes = 300;
constexpr size_t kMaxEntityBytes = 10;

// The finalizer of SplitMix64: each bit of the input changes half of the output's.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

bool IsUnspacedLetter(UChar32 c) {
  // Below are scripts with spaces only: most text never asks ICU.
  if (c < 0xe00) return false;
  UErrorCode code = U_ZERO_ERROR;
  switch (uscript_getScript(c, &code)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_TIBETAN:
      return true;
    default:
      return false;
  }
}

bool IsMark(UChar32 c) { return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0; }

// The bytes of the HTML tag or character reference that `text` begins with; 0 if none.
size_t MarkupBytes(absl::string_view text) {
  if (text.size() < 3) return 0;
  const bool tag = text[0] == '<' && (absl::ascii_isalpha(text[1]) || text[1] == '/');
  const bool entity = text[0] == '&' && (absl::ascii_isalnum(text[1]) || text[1] == '#');
  if (!tag && !entity) return 0;
  const size_t limit = std::min(text.size(), tag ? kMaxTagBytes : kMaxEntityBytes);
  for (size_t i = 2; i < limit; ++i) {
    if (text[i] == (tag ? '>' : ';')) return i + 1;
    if (tag ? text[i] == '<' : !absl::ascii_isalnum(text[i])) return 0;
  }
  return 0;
}

// Collects code points into words.
class WordHasher {
 public:
  void Letter(UChar32 c) {
    const int32_t digit = c < 0x80 ? -1 : u_charDigitValue(c);
    const auto folded =
        static_cast<uint64_t>(digit >= 0 ? '0' + digit : u_foldCase(c, U_FOLD_CASE_DEFAULT));
    hash_ = (hash_ ^ folded) * 0x100000001b3u;
    open_ = true;
  }
  // Marks belong to the word before them.
  void End(bool half) {
    if (open_) words_.push_back((Mix(hash_) & ~uint64_t{1}) | (half ? 1 : 0));
    hash_ = kSeed;
    open_ = false;
  }
  bool open() const { return open_; }
  std::vector<uint64_t> Take() { return std::move(words_); }

 private:
  static constexpr uint64_t kSeed = 0xcbf29ce484222325u;
  uint64_t hash_ = kSeed;
  bool open_ = false;
  std::vector<uint64_t> words_;
};

}  // namespace

std::vector<uint64_t> HashWords(absl::string_view text) {
  WordHasher hasher;
  bool half = false;  // Of the open word.
  for (size_t i = 0; i < text.size();) {
    if (const size_t markup = MarkupBytes(text.substr(i)); markup > 0) {
      hasher.End(half);
      i += markup;
      continue;
    }
    const auto c = static_cast<UChar32>(NextCodePoint(text, &i));
    const bool letter =
        c < 0x80 ? absl::ascii_isalnum(static_cast<unsigned char>(c)) : u_isalnum(c) != 0;
    if (letter) {
      const bool unspaced = IsUnspacedLetter(c);
      if (unspaced || half) hasher.End(half);
      half = unspaced;
      hasher.Letter(c);
    } else if (c >= 0x80 && hasher.open() && IsMark(c)) {
      hasher.Letter(c);
    } else {
      hasher.End(half);
    }
  }
  hasher.End(half);
  return hasher.Take();
}

size_t HalfWords(absl::Span<const uint64_t> words) {
  size_t halves = 0;
  for (const uint64_t word : words) halves += 2 - (word & 1);
  return halves;
}

std::vector<uint64_t> HashGrams(absl::Span<const uint64_t> words, size_t size) {
  // A polynomial of the words' hashes modulo 2^64, so that a gram follows from the one
  // before it; its factor is odd, so that no word's bits are lost.
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;
  std::vector<uint64_t> powers(2 * size + 1, 1);
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * kFactor;
  std::vector<uint64_t> grams;
  grams.reserve(words.size());
  uint64_t sum = 0;
  size_t halves = 0;
  size_t begin = 0;
  for (size_t end = 0; end < words.size(); ++end) {
    sum = sum * kFactor + words[end];
    halves += 2 - (words[end] & 1);
    // One gram for each begin: the shortest run that is long enough.
    while (halves >= 2 * size) {
      grams.push_back(Mix(sum + (end + 1 - begin)));
      sum -= words[begin] * powers[end - begin];
      halves -= 2 - (words[begin] & 1);
      ++begin;
    }
  }
  return grams;
}

void SortDistinct(std::vector<uint64_t>* hashes) {
  std::sort(hashes->begin(), hashes->end());
  hashes->erase(std::unique(hashes->begin(), hashes->end()), hashes->end());
}

}  // namespace quipu::generator
