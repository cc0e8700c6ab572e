// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether another text answers the questions of some pairs of a document, by the test that finds
// the other places of an answer inside its own document (evidence.h). Pure.
//
//   AnswersElsewhere elsewhere(document.text(), Language::kEnglish);
//   if (!elsewhere.Add(evidence, sample.question(), sample.answer())) return;  // Cannot tell.
//   if (!elsewhere.In(other.text())) Use(other);
//
// Thread-compatible. The document's text and the questions and answers must outlive it.
#ifndef QUIPU_GENERATOR_ROWS_ANSWERS_ELSEWHERE_H_
#define QUIPU_GENERATOR_ROWS_ANSWERS_ELSEWHERE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "generator/checks/evidence.h"
#include "generator/languages/table.h"

namespace quipu::generator {

class AnswersElsewhere {
 public:
  AnswersElsewhere(absl::string_view document, Language language)
      : document_(document), language_(language) {}

  // Adds a pair. False if the test says nothing about it: it has no evidence, or its answer ("Yes")
  // shares no content word with it.
  bool Add(const Evidence& evidence, absl::string_view question, absl::string_view answer);

  // Whether `text` holds the evidence of one of the pairs too, or contradicts its answer.
  bool In(absl::string_view text) const;

 private:
  struct Pair {
    std::string evidence;  // Its sentences, in one paragraph.
    absl::string_view question;
    absl::string_view answer;
  };

  const absl::string_view document_;
  const Language language_;
  std::vector<Pair> pairs_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_ANSWERS_ELSEWHERE_H_
