// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The sets of instructions that the kernels can use on this machine, by the
// names of Int8InstructionName(), so that one machine shows what others get:
//
//   for (const std::string& name : InstructionNames()) {
//     QUIPU_CHECK(UseInstructions(name));  // "AVX2", "avx-512 vnni", "avx-512-vnni"
//     Measure();
//   }
//
// Not thread-safe: changes the whole process.
#ifndef QUIPU_TESTS_BENCH_INSTRUCTIONS_H_
#define QUIPU_TESTS_BENCH_INSTRUCTIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::bench {

// Best first, which is what runs if nothing is chosen.
std::vector<std::string> InstructionNames();

// False if the machine has none of this name, in any case, with spaces or
// hyphens. Nothing changes then.
bool UseInstructions(absl::string_view name);

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_INSTRUCTIONS_H_
