// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Splits a block into sentences: at ICU's boundaries, at the full stops that ICU does not know
// (Tibetan, Khmer), and in prose without capitals. Neither wrapped lines nor common abbreviations
// ("e.g.", "Dr.", "v.", "U.S.C.", initials) end a sentence. Pure, thread-safe.
//
//   for (const Sentence& sentence : SplitSentences(text, block)) {
//     if (sentence.complete) Use(text.substr(sentence.begin, sentence.end - sentence.begin));
//   }
#ifndef QUIPU_GENERATOR_TEXT_SENTENCES_H_
#define QUIPU_GENERATOR_TEXT_SENTENCES_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "generator/text/outline.h"

namespace quipu::generator {

// Sentences are seldom shorter, on average: to reserve room for those of a large document.
constexpr size_t kUsualSentenceBytes = 64;

struct Sentence {
  size_t begin = 0;  // Bytes [begin, end) of the text, without spaces around.
  size_t end = 0;
  bool complete = false;  // Ends with . ! ? or another script's full stop.
};

// The sentences of one block of `text`, in order. Pieces of other blocks (a
// heading, a line of a table) are returned too, as not complete.
std::vector<Sentence> SplitSentences(absl::string_view text, const Block& block);

// Cuts a long sentence into pieces of at most `max_bytes`, each at the best place in its second
// half. Only the last is complete, if the sentence is.
// REQUIRES: max_bytes >= 16.
std::vector<Sentence> CutSentence(absl::string_view text, const Sentence& sentence,
                                  size_t max_bytes);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_SENTENCES_H_
