// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a language makes of a word that is no number in digits: nothing if it is a stop word, a
// number if it is a number word, else its stem. Each thread remembers the words that it has looked
// up, because stemming takes longer than all else that is done with a word.
//
//   MeaningOf("packages", Language::kEnglish).content;  // "packag"
//   MeaningOf("three", Language::kEnglish).content;     // "3"
//   MeaningOf("the", Language::kEnglish).stop;          // true
//
// Thread-safe, independent of the process's locale.
#ifndef QUIPU_GENERATOR_WORDS_WORD_MEANING_H_
#define QUIPU_GENERATOR_WORDS_WORD_MEANING_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

struct WordMeaning {
  bool stop = false;    // The word, or what is left of it without an elision, is a stop word.
  std::string content;  // Empty for a stop word.
  uint64_t hash = 0;    // HashOfWord(content).
};

// `folded` as words.h folds words, with its HashOfWord. The reference is valid until the thread's
// next call.
const WordMeaning& MeaningOf(absl::string_view folded, uint64_t hash, Language language);
const WordMeaning& MeaningOf(absl::string_view folded, Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_WORD_MEANING_H_
