// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Stop words and number words of a language. Words must be case-folded with plain apostrophes, as
// words.h does. Pure, thread-safe.
//
//   IsStopWord("the", Language::kEnglish);            // true
//   DigitsOfNumberWord("three", Language::kEnglish);  // "3"
//   WithoutElision("l'eau", Language::kFrench);       // "eau"
#ifndef QUIPU_GENERATOR_WORDS_STOP_WORDS_H_
#define QUIPU_GENERATOR_WORDS_STOP_WORDS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// Whether a word carries no content ("the", "which", "is").
bool IsStopWord(absl::string_view folded, Language language);

// The digits of a number word; nothing if it is not one.
std::optional<std::string> DigitsOfNumberWord(absl::string_view folded, Language language);

// The word without an article or pronoun that is written together with it.
absl::string_view WithoutElision(absl::string_view folded, Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_STOP_WORDS_H_
