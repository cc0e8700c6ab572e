// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Faults of form that make a pair unfit for training, whatever it says: template
// blanks, repeated sentences, narrators, leftovers of markup, answers that break
// off. Narrators and lead-ins are recognised in English. Pure, thread-safe.
//
//   FindUnfitText({"What is the fee?", "The fee is US$[ ].", chunk, form});
//   // "answer: blank: $[ ]"
#ifndef QUIPU_GENERATOR_CHECKS_UNFIT_TEXT_H_
#define QUIPU_GENERATOR_CHECKS_UNFIT_TEXT_H_

#include <string>

#include "generator/checks/pair_view.h"

namespace quipu::generator {

// The first fault, with the words that are at fault; empty if there is none.
std::string FindUnfitText(const PairView& pair);

// Words of a short-form answer that is one long sentence, if they are too many;
// else 0. Lists may be longer.
int WordsOverShortForm(const PairView& pair);
inline constexpr int kMostShortFormWords = 25;

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_UNFIT_TEXT_H_
