// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds questions that nobody can understand without the text they were made
// from: "What is the name of the company?". A question is vague if it names
// nothing: no name, number, quotation or code, and no word but general ones
// (vague_words.h); or if it asks about "he" or "they" and names nobody. Some other languages
// have a pattern for the second kind (LanguageTable.vague). In a transcript the speakers' names say
// nothing: "What does Grad F say?". Pure, thread-safe.
//
//   FindVagueness("What is the name of the company?", Language::kEnglish);  // "name company"
//   FindVagueness("What is the name of the knot?", Language::kEnglish);     // ""
#ifndef QUIPU_GENERATOR_CHECKS_VAGUE_QUESTION_H_
#define QUIPU_GENERATOR_CHECKS_VAGUE_QUESTION_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// The general words, or the pronoun, that the question is made of; empty if it
// is not vague. `chunk`: whose speakers' names do not count; it may be empty.
std::string FindVagueness(absl::string_view question, Language language,
                          absl::string_view chunk = "");

// 1 if the question names something by a name, a number or a quotation, else 0; 0.5 if its
// language's capitals do not tell names.
double NamedShare(absl::string_view question, Language language);

// Something that a question takes for known: "the bird", "this island".
struct KnownThing {
  absl::string_view text;       // A view into the question, without the article.
  std::set<std::string> words;  // Content words, without general ones.
};

// Those of a question that names nothing by name, number or quotation; in English alone. Where the
// document has many birds, "the bird" is none in particular (EvidenceFinder::FindUnplaced).
std::vector<KnownThing> KnownThings(absl::string_view question, Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_VAGUE_QUESTION_H_
