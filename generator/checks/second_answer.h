// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The second opinion on a pair: the model answers the question again, greedily and in
// few words, and the two answers are compared by their words. Pure, thread-safe.
//
//   std::string prompt = SecondPrompt(generation, verification, language, question);
//   inference::CompleteRequest request = SecondAnswerRequest(prompt, form);
//   ASSIGN_OR_RETURN(inference::Completion reply, engine->Complete(prefix, request));
//   scores.set_second_overlap(AnswerOverlap(answer, SecondAnswerOf(reply), language));
#ifndef QUIPU_GENERATOR_CHECKS_SECOND_ANSWER_H_
#define QUIPU_GENERATOR_CHECKS_SECOND_ANSWER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"
#include "inference/engine.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// `prompt` is the rest of the user's message. A reply that reaches its limit of tokens
// is compared as far as it goes.
inference::CompleteRequest SecondAnswerRequest(std::string prompt, v1::AnswerForm form);

// The text of the answer in the reply to SecondAnswerRequest, trimmed.
std::string SecondAnswerOf(const inference::Completion& reply);

// How much two answers to one question say the same: the share of the content words of
// the one with fewer that the other has too. 0 if one says yes and the other no, or if
// each has a number, or each a name, that the other does not have.
double AnswerOverlap(absl::string_view answer, absl::string_view second, Language language);

// Whether the second answer has a number or a name that is neither in the answer nor in the question:
// then the answer is only a part of the right one, or another.
bool AddsNumberOrName(absl::string_view second, absl::string_view answer,
                      absl::string_view question, Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_SECOND_ANSWER_H_
