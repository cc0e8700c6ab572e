// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A text as hashes of its words, and of runs of words (n-grams), to find the same text
// in another format. Case, punctuation, tags and spaces do not count.
//
//   const std::vector<uint64_t> words = HashWords("The <b>Mill</b> was sold.");
//   const std::vector<uint64_t> grams = HashGrams(words, 3);  // 2: the-mill-was, mill-was-sold
//
// In a script without spaces each character is a word of its own, which counts as half a
// word: a gram of 3 words has 6 of them. Hashes are the same on every machine. Pure,
// thread-safe. 8 bytes a word; 100 MB for the largest document.
#ifndef QUIPU_GENERATOR_TEXT_TEXT_GRAMS_H_
#define QUIPU_GENERATOR_TEXT_TEXT_GRAMS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu::generator {

// Hashes of the case-folded words, in order. The lowest bit is set if the word is a
// character of a script without spaces.
std::vector<uint64_t> HashWords(absl::string_view text);

// The length of a text in halves of a word.
size_t HalfWords(absl::Span<const uint64_t> words);

// Hashes of all runs of `size` words, in order, one for each place where one begins. None
// if the text is shorter.
std::vector<uint64_t> HashGrams(absl::Span<const uint64_t> words, size_t size);

// Sorts hashes and removes repeated ones.
void SortDistinct(std::vector<uint64_t>* hashes);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_TEXT_GRAMS_H_
