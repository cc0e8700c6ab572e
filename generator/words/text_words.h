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
#ifndef QUIPU_GENERATOR_WORDS_TEXT_WORDS_H_
#define QUIPU_GENERATOR_WORDS_TEXT_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/languages/table.h"

namespace quipu::generator {

using WordHashes = std::vector<uint64_t>;

// A word as words.h has it.
struct TextWord {
  absl::string_view text;    // A view into the text.
  absl::string_view folded;  // A view into what the words of the text share.
  bool number = false;
  bool starts_sentence = false;
};

struct TextWords {
  std::string text;
  std::vector<TextWord> words;
  WordHashes folded;  // Of each word's folded form, in order.
  // What the folded forms are views into: the text in lower case, byte for byte, and those that are
  // more than that (numbers with group commas, letters beyond ASCII).
  std::string lower;
  std::deque<std::string> other_forms;

  // Filled by ContentHashes (content_words.h). Of one thread, as the texts are that it remembers.
  mutable std::shared_ptr<const WordHashes> content;
  mutable Language content_language = Language::kUnknown;
};

// A caller that needs the words of a text of more than 16 KiB several times keeps the pointer: while
// it is kept, calls with the last such text return the same.
std::shared_ptr<const TextWords> WordsOf(absl::string_view text);

// The folded words of a stretch [begin, end) of the text, hashed, in order: those of
// SplitWords(text.substr(begin, end - begin)). A view into `text`, or into `storage`.
absl::Span<const uint64_t> FoldedHashesIn(const TextWords& text, size_t begin, size_t end,
                                          WordHashes* storage);

uint64_t HashOfWord(absl::string_view word);

// Sorted, without repetitions.
WordHashes SortedHashes(WordHashes hashes);

// Which hashes were seen before. One that is not found after a few steps counts as new, so that no
// text makes it slow. The table is the thread's: one object at a time.
class SeenHashes {
 public:
  explicit SeenHashes(size_t expected);
  // Whether the hash is new, as far as the table knows.
  bool Add(uint64_t hash);

 private:
  std::vector<uint64_t>& slots_;  // 0: empty.
  const size_t mask_;
};

// For sorted hashes without repetitions.
bool Has(const WordHashes& sorted, uint64_t hash);
size_t CountCommon(const WordHashes& a, const WordHashes& b);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_TEXT_WORDS_H_
