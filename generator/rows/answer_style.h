// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the answer of a long row looks like, and how its prompt asks for that. All the wording is
// here. Pure.
//
//   StyledAnswer(v1::InstanceSpec::EVIDENCE_FIRST, "Numbers.", {"Its knots stand for numbers."});
//   // "> Its knots stand for numbers.\n\nNumbers."
//   StyledAnswer(v1::InstanceSpec::CITED, "Numbers.", {"Its knots stand for numbers."});
//   // "Numbers. [1]\n\n[1] Its knots stand for numbers."
//
// A pair without evidence is written in the style PLAIN.
#ifndef QUIPU_GENERATOR_ROWS_ANSWER_STYLE_H_
#define QUIPU_GENERATOR_ROWS_ANSWER_STYLE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protos/run_spec.pb.h"

namespace quipu::generator {

// Returns the question, followed by the instruction of the style.
std::string StyledQuestion(v1::InstanceSpec::AnswerStyle style, absl::string_view question,
                           bool has_evidence);

// Returns the answer with its evidence. Line ends and runs of spaces in a sentence become a space.
std::string StyledAnswer(v1::InstanceSpec::AnswerStyle style, absl::string_view answer,
                         absl::Span<const absl::string_view> sentences);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_ANSWER_STYLE_H_
