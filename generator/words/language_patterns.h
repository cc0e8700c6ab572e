// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The patterns of a language's table, compiled once. Pure, thread-safe.
//
//   const LanguagePatterns& patterns = PatternsOf(Language::kGerman);
//   RE2::PartialMatch("laut dem Text", *patterns.source);  // true; group 1 is what was found
#ifndef QUIPU_GENERATOR_WORDS_LANGUAGE_PATTERNS_H_
#define QUIPU_GENERATOR_WORDS_LANGUAGE_PATTERNS_H_

#include <re2/re2.h>

#include <memory>

#include "generator/languages/table.h"

namespace quipu::generator {

// Null where the table has no pattern. Case is ignored. In languages with spaces the patterns match
// whole words (RE2's \b knows ASCII letters only).
struct LanguagePatterns {
  std::unique_ptr<const RE2> source;
  std::unique_ptr<const RE2> narrators;
  std::unique_ptr<const RE2> first_person;
  std::unique_ptr<const RE2> refusals;
  std::unique_ptr<const RE2> vague;
  // Of the kinds of questions.
  std::unique_ptr<const RE2> people;
  std::unique_ptr<const RE2> dates;
  std::unique_ptr<const RE2> places;
  std::unique_ptr<const RE2> counts;
  std::unique_ptr<const RE2> reasons;
};

const LanguagePatterns& PatternsOf(Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_LANGUAGE_PATTERNS_H_
