// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds questions and answers that mention the text they were made from ("What
// does the passage say ...", "the tools mentioned above"). A reader of the whole
// document cannot know which text is meant. Technical prose uses the same words in
// other senses ("text file", "document root", "the section field"): each noun has
// a list of followers that turn it into such a term (source_nouns.h). Pure,
// thread-safe.
//
//   FindSourceReference("What does the passage say?", true);  // "the passage"
//   FindSourceReference("What is the text file for?", true);  // ""
#ifndef QUIPU_GENERATOR_CHECKS_SOURCE_REFERENCES_H_
#define QUIPU_GENERATOR_CHECKS_SOURCE_REFERENCES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// The words that mention the text, as written; empty if there are none. Questions
// are checked more strictly: one cannot ask about "the following list", but an
// answer may contain the list. English has the finest patterns; the other languages
// have those of their table, an unknown one the English ones. `chunk`: people that it speaks of
// itself ("the author" of a package) are not the text's; it may be empty.
std::string FindSourceReference(absl::string_view text, bool is_question,
                                Language language = Language::kEnglish,
                                absl::string_view chunk = "");

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_SOURCE_REFERENCES_H_
