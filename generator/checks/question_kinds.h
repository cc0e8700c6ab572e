// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Draws the kind of a task's question ("who", "how_many", "compare" ...) from the
// spec's weights, so that a dataset does not ask only "What is ...". Only kinds that
// the form and the text can answer are drawn: "when" needs a date in it. A
// kind is asked for by the words that the question is forced to begin with, which
// small models follow more surely than an instruction; the prompt stays the same for
// all kinds. English, French and German; texts in other languages get no kind. Pure, thread-safe.
//
//   const QuestionKind kind = KindOf(spec.generation(), form, Language::kEnglish, sentence, task_id);
//   // {"how_many", "How many"}
#ifndef QUIPU_GENERATOR_CHECKS_QUESTION_KINDS_H_
#define QUIPU_GENERATOR_CHECKS_QUESTION_KINDS_H_

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "generator/languages/table.h"
#include "protos/run_spec.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

struct QuestionKind {
  absl::string_view name;     // The field of v1::QuestionKinds; empty if none was drawn.
  absl::string_view opening;  // How the question begins; empty: as the model likes.
};

// What a look at a text says about the questions that it can answer.
struct Topics {
  bool people = false;     // Two names side by side, or a title ("Dr.") and a name.
  bool dates = false;      // A year or a month.
  bool places = false;     // "in Ghent".
  bool counts = false;     // A number that is not a year.
  bool reasons = false;    // "because", "so that", ...
  bool contrasts = false;  // "than", "whereas", "unlike", ...
  bool lists = false;      // "a, b and c".
};
Topics TopicsOf(absl::string_view text, Language language);

// The kind of the question of a task about `text`: its sentence, or its chunk. None if the spec has
// question_openings or no weight above 0, or the language has no openings.
QuestionKind KindOf(const v1::GenerationSpec& generation, v1::AnswerForm form, Language language,
                    absl::string_view text, const Fingerprint& task_id);

// "when", for an answer that is a date or, with `year`, a year. None if the language has no opening.
QuestionKind KindOfDate(Language language, bool year);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_QUESTION_KINDS_H_
