// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether a pair copies what the model was told to do. Thread-safe: each thread prepares an
// instruction once for all pairs.
//
//   PairView pair = {"Write one question about it?", answer, chunk, form};
//   FindCopiedInstruction(pair, "Write one question about it and answer.");  // The question.
#ifndef QUIPU_GENERATOR_CHECKS_COPIED_INSTRUCTION_H_
#define QUIPU_GENERATOR_CHECKS_COPIED_INSTRUCTION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "generator/checks/pair_view.h"

namespace quipu::generator {

// The question if it is a piece of the instruction, or the first run of six words (twelve signs,
// where nothing separates words) that question or answer has from the instruction and not from the
// chunk. Empty if there is none.
std::string FindCopiedInstruction(const PairView& pair, absl::string_view instruction);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_COPIED_INSTRUCTION_H_
