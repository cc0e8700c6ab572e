// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Runs of capitalised words: names, as far as spelling tells.
//
//   for (const NameRun& run : NameRuns("In 1998 Anna Holm left.")) Use(run.text);  // "Anna Holm"
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_WORDS_NAME_RUNS_H_
#define QUIPU_GENERATOR_WORDS_NAME_RUNS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// Capitalised words with single spaces between; stop words and number words are not part of one.
struct NameRun {
  absl::string_view text;  // A view into the text.
  std::vector<std::string> folded;
  bool starts_sentence = false;  // The first word may be capitalised for that alone.
};

std::vector<NameRun> NameRuns(absl::string_view text);

// Whether two runs have a word in common.
bool ShareWord(const NameRun& a, const NameRun& b);

// Whether the run is a name: it does not begin a sentence, or it has several words, or one of its
// words is capitalised inside a sentence of the chunk.
bool IsSurelyName(const NameRun& run, const std::vector<NameRun>& of_chunk);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_NAME_RUNS_H_
