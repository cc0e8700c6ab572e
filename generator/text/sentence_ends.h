// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Where a sentence may end, in every script: the marks of Unicode's Sentence_Terminal (. ! ? and
// the full stops of other scripts), those that it lacks (Tibetan, Khmer), and what may follow one:
// quotes, brackets, footnote marks, tags, characters that are not seen. Pure, thread-safe.
//
//   EndsSentence("He said \u201cno.\u201d");     // true
//   EndsSentence("It sank.[12]</p>");          // true
#ifndef QUIPU_GENERATOR_TEXT_SENTENCE_ENDS_H_
#define QUIPU_GENERATOR_TEXT_SENTENCE_ENDS_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace quipu::generator {

namespace internal {
bool IsUnspacedScript(uint32_t c);
bool IsSentenceEndBeyondAscii(uint32_t c);
}  // namespace internal

// A mark that ends a sentence.
inline bool IsSentenceEnd(uint32_t c) {
  if (c < 0x80) return c == '.' || c == '!' || c == '?';
  return internal::IsSentenceEndBeyondAscii(c);
}

// A mark that ends a sentence but is none for ICU's sentence iterator.
bool IsUnknownSentenceEnd(uint32_t c);

// Punctuation that may follow the mark: closing brackets and quotes, * and _ of markup.
bool IsClosing(uint32_t c);

// Takes no place on a page: zero-width spaces, byte order marks, joiners.
bool IsInvisible(uint32_t c);

// A script whose words have no spaces between them (Chinese, Japanese, Thai, Lao, Khmer, Burmese,
// Tibetan).
inline bool IsUnspaced(uint32_t c) { return c >= 0x0E00 && internal::IsUnspacedScript(c); }

// Whether the text's last sentence is complete. Only its end is examined.
bool EndsSentence(absl::string_view text);

// Counts the sentences that end in a text, character by character. A full stop inside a word or
// number ends none.
class SentenceEndCounter {
 public:
  void Add(uint32_t c) {
    if (brackets_ > 0 || pending_ || IsSentenceEnd(c)) AddMark(c);
  }
  // The sentence ends so far, if the text ended here.
  int count() const { return count_ + (pending_ ? 1 : 0); }

 private:
  // Adds a mark, or a character after one.
  void AddMark(uint32_t c);

  int count_ = 0;
  bool pending_ = false;  // A mark, and nothing after it that belongs to a word.
  int brackets_ = 0;      // Characters of a bracket that follows a mark.
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_SENTENCE_ENDS_H_
