// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A document has a run for each word, so they are matched by hand: planning spent a tenth of its
// time in a regular expression.
#include "generator/text/wordlike.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

bool IsOneOf(char c, absl::string_view set) { return set.find(c) != absl::string_view::npos; }

// ASCII alone, which most runs are.
bool IsAsciiWordlike(absl::string_view run) {
  const size_t size = run.size();
  size_t i = 0;
  while (i < size && absl::ascii_ispunct(run[i])) ++i;
  const size_t letters = i;
  while (i < size && absl::ascii_isalpha(run[i])) ++i;
  if (i == letters) return false;
  while (i + 1 < size && IsOneOf(run[i], "-'./") && absl::ascii_isalpha(run[i + 1])) {
    ++i;
    while (i < size && absl::ascii_isalpha(run[i])) ++i;
  }
  return std::all_of(run.begin() + i, run.end(), [](char c) { return IsOneOf(c, ".,;:!?)]\"'"); });
}

bool IsLetter(UChar32 c) {
  if (c < 0x80) return absl::ascii_isalpha(static_cast<unsigned char>(c));
  return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK)) != 0;
}

// Joins two parts of a word: hyphens and dashes, apostrophes, the marks between the words of
// Ethiopic and the syllables of Tibetan.
bool IsJoiner(UChar32 c) {
  if (c < 0x80) return IsOneOf(static_cast<char>(c), "-'./");
  return c == 0x2019 || c == 0x00B7 || c == 0x1361 || c == 0x0F0B ||
         u_charType(c) == U_DASH_PUNCTUATION;
}

bool MayPrecede(UChar32 c) {
  if (c < 0x80) return absl::ascii_ispunct(static_cast<unsigned char>(c));
  return (U_GET_GC_MASK(c) & (U_GC_P_MASK | U_GC_S_MASK)) != 0;
}

bool MayFollow(UChar32 c) {
  if (c < 0x80) return IsOneOf(static_cast<char>(c), ".,;:!?)]\"'");
  return (U_GET_GC_MASK(c) & U_GC_P_MASK) != 0;
}

// The same for any script; characters that are not seen do not count.
bool IsUnicodeWordlike(absl::string_view run) {
  enum { kBefore, kWord, kJoined, kAfter } state = kBefore;
  bool closed = false;  // What follows the word's last letter could follow a word.
  for (size_t i = 0; i < run.size();) {
    const auto c = static_cast<UChar32>(NextCodePoint(run, &i));
    if (c >= 0x80 && u_charType(c) == U_FORMAT_CHAR) continue;
    if (IsLetter(c)) {
      if (state == kAfter) return false;
      state = kWord;
    } else if (state == kBefore) {
      if (!MayPrecede(c)) return false;
    } else if (state == kWord && IsJoiner(c)) {
      state = kJoined;
      closed = MayFollow(c);
    } else {
      if (!MayFollow(c) || (state == kJoined && !closed)) return false;
      state = kAfter;
    }
  }
  return state == kWord || state == kAfter || (state == kJoined && closed);
}

}  // namespace

bool IsWordlike(absl::string_view run) {
  return std::all_of(run.begin(), run.end(), absl::ascii_isascii) ? IsAsciiWordlike(run)
                                                                  : IsUnicodeWordlike(run);
}

}  // namespace quipu::generator
