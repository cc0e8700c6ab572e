// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/random.h"

#include <cstdio>
#include <cstdlib>
#include <random>

#include "absl/strings/numbers.h"
#include "base/log.h"

namespace quipu::testing {
namespace {

uint64_t ReadOrDrawSeed() {
  uint64_t seed = 0;
  const char* given = std::getenv("QUIPU_TEST_SEED");
  if (given != nullptr && *given != '\0') {
    QUIPU_CHECK(absl::SimpleAtoi(given, &seed)) << "QUIPU_TEST_SEED is not a number: " << given;
  } else {
    std::random_device device;
    seed = uint64_t{device()} << 32 | device();
  }
  std::printf("seed=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

}  // namespace

uint64_t TestSeed() {
  static const uint64_t seed = ReadOrDrawSeed();
  return seed;
}

Fingerprint TestFingerprint() { return FingerprintBuilder("test").Add(TestSeed()).Build(); }

}  // namespace quipu::testing
