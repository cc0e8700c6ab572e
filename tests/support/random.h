// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Seeds for tests that draw random inputs.
//
//   Rng rng(TestFingerprint(), "inputs");
#ifndef QUIPU_TESTS_SUPPORT_RANDOM_H_
#define QUIPU_TESTS_SUPPORT_RANDOM_H_

#include <cstdint>

#include "base/fingerprint.h"

namespace quipu::testing {

// Returns the environment's QUIPU_TEST_SEED, or a new seed in every process;
// prints "seed=N" the first time, so that a failure can be repeated.
uint64_t TestSeed();

// Returns the fingerprint of TestSeed(), the key for an Rng.
Fingerprint TestFingerprint();

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_RANDOM_H_
