// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Fuzz targets for the store's records, keys and marks; see targets.h. Each takes any bytes, and its
// seeds are valid inputs.
//
//   FuzzRecord(RecordSeeds()[0]);
//
// Not thread-safe.
#ifndef QUIPU_TESTS_FUZZ_STORE_TARGETS_H_
#define QUIPU_TESTS_FUZZ_STORE_TARGETS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::fuzz {

void FuzzRecord(absl::string_view input);
std::vector<std::string> RecordSeeds();
void FuzzKey(absl::string_view input);
std::vector<std::string> KeySeeds();
void FuzzRunState(absl::string_view input);
std::vector<std::string> RunStateSeeds();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_STORE_TARGETS_H_
