// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether an answer is of the kind that its question asks for, as far as the words of English show
// it: "How many ..." wants a number, and "the number of months" no days. Pure, thread-safe.
//
//   FindWrongKind("How many mills did Oda own?", "A lot of mills.");     // "no number"
//   FindWrongKind("What was the number of months?", "140.5 days");       // "day"
//   FindWrongKind("How many mills did Oda own?", "Oda owned 2 mills.");  // ""
#ifndef QUIPU_GENERATOR_CHECKS_ANSWER_KIND_H_
#define QUIPU_GENERATOR_CHECKS_ANSWER_KIND_H_

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// What is wrong with the answer to an English question; empty if nothing is known to be.
std::string FindWrongKind(absl::string_view question, absl::string_view answer);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_ANSWER_KIND_H_
