// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the filters compare texts by: their words that carry content, their numbers, their names.
// Texts are taken for English. Pure, thread-safe, independent of the process's locale.
//
//   ContentWords("The 3 packages were installed.");  // the stems of "packages", "installed"; "3"
#ifndef QUIPU_GENERATOR_CONTENT_WORDS_H_
#define QUIPU_GENERATOR_CONTENT_WORDS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// The folded forms of all words, stop words included, in order.
std::vector<std::string> FoldedWords(absl::string_view text);

// Distinct content words: no stop words, stems, number words as digits ("three" -> "3"), numbers
// included but for those in front of list items.
std::set<std::string> ContentWords(absl::string_view text);

// Numbers in a canonical form ("16,384" -> "16384", "three" -> "3" only with `spelled`), in order,
// without those in front of list items.
std::vector<std::string> Numbers(absl::string_view text, bool spelled);

// Words that look like names: capitalised or all capitals and not at the beginning of a sentence.
struct Name {
  std::string stem;
  std::string spelling;  // As it is in the text.
};
std::vector<Name> Names(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CONTENT_WORDS_H_
