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

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/targets.h"

namespace quipu::fuzz {

absl::Status FuzzRecord(absl::string_view input);
Seeds RecordSeeds();
absl::Status FuzzKey(absl::string_view input);
Seeds KeySeeds();
absl::Status FuzzRunState(absl::string_view input);
Seeds RunStateSeeds();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_STORE_TARGETS_H_
