// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether a model's question is one: it asks something and is complete. Statements,
// pasted paragraphs and phrases that break off are not. Pure, thread-safe.
//
//   WhyNotAQuestion("How are knots read?", Language::kEnglish);        // ""
//   WhyNotAQuestion("Knots are read by experts", Language::kEnglish);  // "no question mark, no question word ..."
#ifndef QUIPU_GENERATOR_CHECKS_QUESTION_CHECK_H_
#define QUIPU_GENERATOR_CHECKS_QUESTION_CHECK_H_

#include <string>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// Whether `text` asks, by its mark (of any script) or by its words (English: "who
// ...", "in which year ...", "did ...", "list ..."; others: IsQuestion).
bool Asks(absl::string_view text, Language language);

// What is wrong with `text` as one question; empty if nothing is. Several
// questions, or a sentence before the question, are allowed in a short text.
std::string WhyNotAQuestion(absl::string_view text, Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_QUESTION_CHECK_H_
