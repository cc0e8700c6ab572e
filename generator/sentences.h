// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Splits a block into sentences at ICU's boundaries. Neither wrapped lines nor
// common abbreviations ("e.g.", "Dr.", initials) end a sentence. Pure, thread-safe.
//
//   for (const Sentence& sentence : SplitSentences(text, block)) {
//     if (sentence.complete) Use(text.substr(sentence.begin, sentence.end - sentence.begin));
//   }
#ifndef QUIPU_GENERATOR_SENTENCES_H_
#define QUIPU_GENERATOR_SENTENCES_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "generator/outline.h"

namespace quipu::generator {

struct Sentence {
  size_t begin = 0;  // Bytes [begin, end) of the text, without spaces around.
  size_t end = 0;
  bool complete = false;  // Ends with . ! ? or another script's full stop.
};

// The sentences of one block of `text`, in order. Pieces of other blocks (a
// heading, a line of a table) are returned too, as not complete.
std::vector<Sentence> SplitSentences(absl::string_view text, const Block& block);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SENTENCES_H_
