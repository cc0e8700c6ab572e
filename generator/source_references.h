// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds questions and answers that speak of the text they were made from ("What
// does the passage say ...", "the tools mentioned above"), which a reader of
// the whole document cannot place. Technical prose has the same words in other
// senses ("text file", "document root", "the section field"): each noun has a
// list of followers that make it such a term (source_nouns.h). Pure, thread-safe.
//
//   FindSourceReference("What does the passage say?", true);  // "the passage"
//   FindSourceReference("What is the text file for?", true);  // ""
#ifndef QUIPU_GENERATOR_SOURCE_REFERENCES_H_
#define QUIPU_GENERATOR_SOURCE_REFERENCES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// The words that speak of the text, as they are there; empty if there are none.
// Questions are held to more: "the following list" is nothing to ask about, but
// an answer may bring the list itself.
std::string FindSourceReference(absl::string_view text, bool is_question);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SOURCE_REFERENCES_H_
