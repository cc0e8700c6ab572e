// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Picks answers out of a chunk, so that a question can be asked whose right answer
// is known: whole sentences for the long form, names and figures for the short one.
//
//   Rng rng(chunk_id, "extracts");
//   for (const Extract& extract : PickExtracts(chunk, /*each=*/2, &rng)) {
//     AskFor(extract.sentence, extract.answer);
//   }
//
// Deterministic; thread-safe.
#ifndef QUIPU_GENERATOR_JUDGE_EXTRACTS_H_
#define QUIPU_GENERATOR_JUDGE_EXTRACTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/rng.h"
#include "protos/task.pb.h"

namespace quipu::generator {

struct Extract {
  std::string sentence;  // On one line.
  std::string answer;    // The sentence, or a part of it.
  v1::AnswerForm form = v1::ANSWER_FORM_LONG;
};

// Up to `each` of each form, all from different sentences: complete ones of 8 to 45 words that do
// not begin with a word like "it" or "this". Fewer if the chunk has no more.
std::vector<Extract> PickExtracts(absl::string_view chunk, int each, Rng* rng);

// Whether an answer in other words says what the extract says: it has all its words that carry
// content (of a sentence, 7 of 10), no number that the sentence does not have, and is not much
// longer.
bool SaysExtract(absl::string_view answer, const Extract& extract);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_EXTRACTS_H_
