// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Words of a text by ICU's word boundaries, as filters compare them. Pure,
// thread-safe, independent of the process's locale.
//
//   ContentWords("The packages were installed.")  // {"packag", "install"}
#ifndef QUIPU_GENERATOR_WORDS_H_
#define QUIPU_GENERATOR_WORDS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// One word as it stands in the text.
struct Word {
  absl::string_view text;        // A view into the text.
  std::string folded;            // Case-folded; a number without its group commas.
  bool number = false;           // Made of digits (and . , between them).
  bool starts_sentence = false;  // First in the text, or after . ? ! : or a line's bullet.
};

// All words in order, stop words included; punctuation and spaces are left out.
std::vector<Word> SplitWords(absl::string_view text);

// The folded forms alone.
std::vector<std::string> FoldedWords(absl::string_view text);

// Takes simple English endings away ("packages", "packaged" -> "packag"), so
// that an answer may inflect a word of its chunk. Other scripts pass unchanged.
std::string FoldSuffix(absl::string_view folded);

// Whether a folded word carries no content of its own ("the", "which", "is").
bool IsStopWord(absl::string_view folded);

// Distinct content words: no stop words, suffixes folded, number words as
// digits
// ("three" -> "3"), numbers included but for those in front of list items.
std::set<std::string> ContentWords(absl::string_view text);

// Numbers in a canonical form ("16,384" -> "16384", "three" -> "3" only with
// `spelled`), in order, without those in front of list items.
std::vector<std::string> Numbers(absl::string_view text, bool spelled);

// Words that look like names: capitalised or all capitals and not at the
// beginning of a sentence; folded with suffix, with the spelling as it stands.
struct Name {
  std::string folded;
  std::string spelling;
};
std::vector<Name> Names(absl::string_view text);

// |a and b| / |a or b|; 0 if both are empty.
double Jaccard(const std::set<std::string>& a, const std::set<std::string>& b);

// |a and b| / size of the smaller one; 0 if that is empty.
double Containment(const std::set<std::string>& a, const std::set<std::string>& b);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_H_
