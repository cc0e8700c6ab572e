// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether question and answer come from one place of the chunk. A small model that joins facts of
// several places often joins what does not belong together, and neither its verdict nor the
// likelihood of the answer shows it. Words do (docs/quality.md). Pure, thread-safe.
//
//   PairView pair = {"Who built the mill?", "Helen Marsh.", chunk, form};
//   ShareInOnePlace(pair);  // 1/2: "mill" is far from "Helen Marsh".
#ifndef QUIPU_GENERATOR_ONE_PLACE_H_
#define QUIPU_GENERATOR_ONE_PLACE_H_

#include <optional>

#include "generator/pair_view.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"

namespace quipu::generator {

// Of the distinct content words of question and answer that the chunk has, the share that the best two
// neighbouring sentences have together, 0 to 1. Names of the question are not counted, because they
// say what it is about. 1 if no word is left.
double ShareInOnePlace(const PairView& pair);

// NOT_GROUNDED if a word is elsewhere and the spec asks for a precision of kStrictPrecision or more
// (judge.h). Not for pairs from two chunks, nor in an unknown language, whose stop words are unknown.
std::optional<v1::Reject> RejectScattered(const PairView& pair, const v1::VerificationSpec& spec);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ONE_PLACE_H_
