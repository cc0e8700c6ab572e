// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What untrusted bytes reach: each target takes any bytes and passes them to one
// parser as the product does. It must not crash, hang, or break what the parser
// promises (QUIPU_CHECK).
//
//   for (const Target& target : Targets()) {
//     for (const std::string& seed : target.seeds().valid) EXPECT_OK(target.run(seed));
//   }
//
// `fuzz` runs one under libFuzzer (run.sh), `replay_test` runs seeds and corpus in
// the suite. Not thread-safe: targets use one scratch file.
#ifndef QUIPU_TESTS_FUZZ_TARGETS_H_
#define QUIPU_TESTS_FUZZ_TARGETS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu::fuzz {

// Inputs to begin with.
struct Seeds {
  std::vector<std::string> valid = {};
  // What the parser refuses, all of it or a part.
  std::vector<std::string> refused = {};
};

struct Target {
  const char* name;
  // OK if the parser refused nothing of the input; else what it said of the first part.
  absl::Status (*run)(absl::string_view input);
  Seeds (*seeds)();
};

absl::Span<const Target> Targets();

// Null if there is none of this name.
const Target* FindTarget(absl::string_view name);

// Of inputs that are refused before the parser is asked.
absl::Status Refused(absl::string_view why);

// For targets whose parser reads a file: writes it into this process's own directory, and
// returns its path.
std::string ScratchFile(absl::string_view name, absl::string_view bytes);
std::string ScratchDir();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_TARGETS_H_
