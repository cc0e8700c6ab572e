// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Parses a model's reply into a question and an answer. Any bytes give a pair or
// an error. Pure.
//
//   ParseResponse("<question>Why?</question>\n<answer>So.</answer>");  // {"Why?", "So."}
#ifndef QUIPU_GENERATOR_PROMPTS_RESPONSE_PARSER_H_
#define QUIPU_GENERATOR_PROMPTS_RESPONSE_PARSER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::generator {

struct QuestionAnswer {
  std::string question;
  std::string answer;
};

// Takes exactly one <question> and, after it, exactly one <answer> element;
// text outside them is ignored. Mark-up tags inside (<b>, <p>, <code> ...) are
// removed, surrounding spaces are trimmed, and line ends inside a question become
// spaces. INVALID_ARGUMENT says what is wrong, a control character for example; empty
// elements are returned empty.
absl::StatusOr<QuestionAnswer> ParseResponse(absl::string_view reply);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PROMPTS_RESPONSE_PARSER_H_
