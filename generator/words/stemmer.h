// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Word stems by Snowball, so that an answer may inflect a word of its chunk ("packages",
// "packaged"). Words are given case-folded with plain apostrophes, as words.h folds them. Pure,
// thread-safe.
//
//   Stem("packages", Language::kEnglish) == Stem("packaged", Language::kEnglish);
#ifndef QUIPU_GENERATOR_WORDS_STEMMER_H_
#define QUIPU_GENERATOR_WORDS_STEMMER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// Returns the word without its endings, possessives included. Words of other scripts, and of
// languages without a stemmer, are returned as they are.
std::string Stem(absl::string_view folded, Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_STEMMER_H_
