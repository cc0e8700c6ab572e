// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Splits a text into words at ICU's word boundaries. Pure, thread-safe, independent of the
// process's locale.
//
//   for (const Word& word : SplitWords("16,384 Tokens.")) {
//     use(word.text, word.folded);  // "16,384", "16384"; "Tokens", "tokens"
//   }
#ifndef QUIPU_GENERATOR_WORDS_WORDS_H_
#define QUIPU_GENERATOR_WORDS_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "generator/words/plain_words.h"

namespace quipu::generator {

// One word as it is in the text.
struct Word {
  absl::string_view text;  // A view into the text.
  // Case-folded, with plain apostrophes; a number in ASCII digits without its group commas.
  std::string folded;
  bool number = false;           // Made of digits of any script (and . , between them).
  bool starts_sentence = false;  // First in the text, or after . ? ! : or a line end.
};

// All words in order, stop words included; punctuation and spaces are left out.
std::vector<Word> SplitWords(absl::string_view text);

// The same in steps, for text_words.h, which stores words in another way: where the words are, one
// word's folded form and whether it is a number, and whether what is between two words ends a
// sentence.
std::vector<Piece> FindWords(absl::string_view text);
std::string FoldWord(absl::string_view word, bool* number);
bool EndsSentenceBetween(absl::string_view between);

bool HasLetterOrDigit(absl::string_view text);

// Whether the text begins with a capital letter.
bool IsCapitalised(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_WORDS_H_
