// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The answer that a task takes out of its sentence, if it does (GenerationSpec.short_answers).
//
//   const std::optional<ExtractedAnswer> answer = ExtractedAnswerOf(spec.generation(), task, chunk);
//   if (answer.has_value()) AskFor(answer->text, answer->kind.opening);  // "1998", "In which year"
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_CHECKS_EXTRACTED_ANSWER_H_
#define QUIPU_GENERATOR_CHECKS_EXTRACTED_ANSWER_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "generator/checks/question_kinds.h"
#include "protos/run_spec.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

struct ExtractedAnswer {
  std::string text;   // On one line.
  QuestionKind kind;  // "when" for a date, else none.
};

// None if the task is of the long form, the spec says WRITTEN, or the task's sentence has no short
// answer. A function of its arguments, so that a worker's result can be checked.
std::optional<ExtractedAnswer> ExtractedAnswerOf(const v1::GenerationSpec& spec,
                                                 const v1::Task& task, absl::string_view chunk);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_EXTRACTED_ANSWER_H_
