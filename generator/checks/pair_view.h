// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A pair as the filters see it. The texts must outlive it.
//
//   const PairView pair = {question, answer, chunk, v1::ANSWER_FORM_SHORT};
//   if (pair.brief()) UseItsAnswer(pair.answer);
#ifndef QUIPU_GENERATOR_CHECKS_PAIR_VIEW_H_
#define QUIPU_GENERATOR_CHECKS_PAIR_VIEW_H_

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// A pair, its chunk, its form and its language.
struct PairView {
  absl::string_view question;
  absl::string_view answer;
  absl::string_view chunk;
  v1::AnswerForm form = v1::ANSWER_FORM_LONG;
  Language language = Language::kEnglish;  // Of the document, and wanted of the pair.

  // Whether the answer is meant to be a few words.
  bool brief() const { return form == v1::ANSWER_FORM_SHORT; }
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_PAIR_VIEW_H_
