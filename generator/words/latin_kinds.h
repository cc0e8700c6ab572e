// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A table of what characters are, for text in Latin letters with plain punctuation: the letters up to
// U+024F, and the dashes, quotes and other marks of the general punctuation. All other characters
// are of the kind Kind(): unknown.
//
//   const LatinKinds<bool> spaces([](uint32_t c) { return c == ' '; });
//   size_t at = 0;
//   spaces.Next("a b", &at);  // false; `at` is 1.
//
// Thread-safe (immutable).
#ifndef QUIPU_GENERATOR_WORDS_LATIN_KINDS_H_
#define QUIPU_GENERATOR_WORDS_LATIN_KINDS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/utf8.h"

namespace quipu::generator {

template <typename Kind>
class LatinKinds {
 public:
  // Asks `kind_of` about each character of the table once.
  template <typename KindOf>
  explicit LatinKinds(const KindOf& kind_of) {
    for (uint32_t c = 0; c < kLatinEnd; ++c) latin_[c] = kind_of(c);
    for (uint32_t c = kMarksBegin; c < kMarksEnd; ++c) marks_[c - kMarksBegin] = kind_of(c);
  }

  // Of an ASCII character.
  Kind OfAscii(uint8_t c) const { return latin_[c]; }

  // Of the character at `*at`, and moves past it.
  Kind Next(absl::string_view text, size_t* at) const {
    const auto byte = static_cast<uint8_t>(text[*at]);
    if (byte < 0x80) {
      ++*at;
      return latin_[byte];
    }
    const uint32_t c = NextCodePoint(text, at);
    if (c < kLatinEnd) return latin_[c];
    return c >= kMarksBegin && c < kMarksEnd ? marks_[c - kMarksBegin] : Kind();
  }

 private:
  static constexpr uint32_t kLatinEnd = 0x250;
  static constexpr uint32_t kMarksBegin = 0x2010;
  static constexpr uint32_t kMarksEnd = 0x2060;

  std::array<Kind, kLatinEnd> latin_ = {};
  std::array<Kind, kMarksEnd - kMarksBegin> marks_ = {};
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_LATIN_KINDS_H_
