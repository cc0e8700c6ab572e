// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks of one pair that need no model, cheapest first. Pure, thread-safe.
//
//   double share = 0;
//   std::optional<v1::Reject> reject = FilterPair(
//       {question, answer, chunk, form, language},
//       InstructionOf(spec.generation(), language, form), spec.filters(), &share);
#ifndef QUIPU_GENERATOR_FILTERS_H_
#define QUIPU_GENERATOR_FILTERS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// A pair, its chunk, its form and its language.
struct PairView {
  absl::string_view question;
  absl::string_view answer;
  absl::string_view chunk;
  v1::AnswerForm form = v1::ANSWER_FORM_LONG;
  Language language = Language::kEnglish;  // Of the document, and wanted of the pair.
};

// How much of an answer is in its chunk.
struct Grounding {
  double share = 1.0;   // Of the answer's distinct content words; 1 if it has none.
  std::string missing;  // The first number or name that is not in the chunk, else empty.
};
// A name in the question need not be in the chunk: the answer may repeat it.
Grounding MeasureGrounding(const PairView& pair);

// The first reason to refuse a pair, in this order: EMPTY, TOO_LONG (bytes),
// REFUSAL, LANGUAGE, COPIES_INSTRUCTION, MENTIONS_TEXT, ANSWER_EQUALS_QUESTION,
// NOT_GROUNDED. In an unknown language only the numbers decide NOT_GROUNDED: without its stop
// words and stems the share means little. `instruction` is what the model was told to do. Sets
// `*grounded_share` if it gets that far.
std::optional<v1::Reject> FilterPair(const PairView& pair, absl::string_view instruction,
                                     const v1::FilterSpec& filters, double* grounded_share);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_FILTERS_H_
