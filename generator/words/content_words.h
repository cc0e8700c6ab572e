// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Content words, numbers and names of a text, which the filters compare. Texts of an unknown
// language have no stop words, stems and names. Pure, thread-safe, independent of the process's
// locale.
//
//   // The stems of "packages", "installed"; "3".
//   ContentWords("The 3 packages were installed.", Language::kEnglish);
#ifndef QUIPU_GENERATOR_WORDS_CONTENT_WORDS_H_
#define QUIPU_GENERATOR_WORDS_CONTENT_WORDS_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "generator/languages/table.h"
#include "generator/words/text_words.h"
#include "generator/words/words.h"

namespace quipu::generator {

// The folded forms of all words, stop words included, in order.
std::vector<std::string> FoldedWords(absl::string_view text);

// Distinct content words: stems without stop words; number words as digits ("three" -> "3"); with
// numbers, except those in front of list items.
std::set<std::string> ContentWords(absl::string_view text, Language language);

// Calls use(word, HashOfWord(word)) for each of them; some come several times.
void ForEachContentWord(absl::string_view text, Language language,
                        absl::FunctionRef<void(absl::string_view, uint64_t)> use);

// The same as hashes (HashOfWord), sorted, without repetitions. The thread remembers the text's
// words (WordsOf).
std::shared_ptr<const WordHashes> ContentHashes(absl::string_view text, Language language);

// Numbers in a canonical form ("16,384" -> "16384", "three" -> "3" only with `spelled`), in order,
// without those in front of list items.
std::vector<std::string> Numbers(absl::string_view text, bool spelled, Language language);

// Words that look like names: capitalised or all capitals and not at the beginning of a sentence.
// None in languages whose capitals say nothing (LanguageTable.capitals_are_names).
struct Name {
  std::string stem;
  std::string spelling;  // As it is in the text.
};
std::vector<Name> Names(absl::string_view text, Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_CONTENT_WORDS_H_
