// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A text's words with their hashes. The filters use the words of a pair's texts several times, and
// those of a chunk for several pairs: each thread remembers the last few texts. Words are compared
// by 64-bit hashes, which are the same on every machine.
//
//   const std::shared_ptr<const TextWords> answer = WordsOf(pair.answer);
//   if (Has(SortedHashes(answer->folded), HashOfWord("mill"))) UseIt();
//
// Thread-safe; what it returns serves one thread.
#ifndef QUIPU_GENERATOR_TEXT_WORDS_H_
#define QUIPU_GENERATOR_TEXT_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"
#include "generator/words.h"

namespace quipu::generator {

using WordHashes = std::vector<uint64_t>;

struct TextWords {
  std::string text;
  std::vector<Word> words;  // Views into `text`.
  WordHashes folded;        // Of each word's folded form, in order.

  // Filled by ContentHashes (content_words.h). Of one thread, as the texts are that it remembers.
  mutable std::shared_ptr<const WordHashes> content;
  mutable Language content_language = Language::kUnknown;
};

std::shared_ptr<const TextWords> WordsOf(absl::string_view text);

// The folded words of a stretch [begin, end) of the text, hashed, in order: those of
// SplitWords(text.substr(begin, end - begin)).
WordHashes FoldedHashesIn(const TextWords& text, size_t begin, size_t end);

uint64_t HashOfWord(absl::string_view word);

// Sorted, without repetitions.
WordHashes SortedHashes(WordHashes hashes);

// For sorted hashes without repetitions.
bool Has(const WordHashes& sorted, uint64_t hash);
size_t CountCommon(const WordHashes& a, const WordHashes& b);
WordHashes Common(const WordHashes& a, const WordHashes& b);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_WORDS_H_
