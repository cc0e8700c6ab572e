// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks of one pair that need no model, cheapest first. Pure, thread-safe.
//
//   v1::Scores scores;
//   std::optional<v1::Reject> reject = FilterPair(
//       {question, answer, chunk, form, language},
//       InstructionOf(spec.generation(), language, form), spec.filters(), &scores);
#ifndef QUIPU_GENERATOR_CHECKS_FILTERS_H_
#define QUIPU_GENERATOR_CHECKS_FILTERS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "generator/checks/pair_view.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"

namespace quipu::generator {

// How much of an answer is in its chunk.
struct Grounding {
  double share = 1.0;   // Of the answer's distinct content words; 1 if it has none.
  std::string missing;  // The first number or name that is not in the chunk, else empty.
};
// A name in the question need not be in the chunk: the answer may repeat it.
Grounding MeasureGrounding(const PairView& pair);

// Sets grounded_share, copied_share, longest_copy, question_named and log_question_words.
void MeasurePair(const PairView& pair, v1::Scores* scores);

// The first reason to refuse a pair, in this order: EMPTY, TOO_LONG (bytes, then a
// short-form answer's words), REFUSAL, LANGUAGE, COPIES_INSTRUCTION, NOT_A_QUESTION,
// UNFIT_TEXT, MENTIONS_TEXT (source, then vagueness), ANSWER_EQUALS_QUESTION,
// NOT_GROUNDED, COPIED. In an unknown language only the numbers decide NOT_GROUNDED:
// without its stop words and stems the share means little. `instruction` is what the
// model was told to do. Sets what MeasurePair sets if it gets that far.
std::optional<v1::Reject> FilterPair(const PairView& pair, absl::string_view instruction,
                                     const v1::FilterSpec& filters, v1::Scores* scores);

// The first reason to refuse an answer to a fixed request (a summary): EMPTY, TOO_LONG (bytes),
// REFUSAL, LANGUAGE, COPIES_INSTRUCTION, UNFIT_TEXT.
std::optional<v1::Reject> FilterAnswer(const PairView& pair, absl::string_view instruction,
                                       const v1::FilterSpec& filters);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_FILTERS_H_
