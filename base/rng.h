// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Counter-based random numbers: a value is a pure function of (key, purpose,
// counter), so a task's numbers do not depend on other tasks, threads or
// interruptions. Philox 4x32-10 (Salmon et al., "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011).
//
//   Rng rng(task_id, "sampling");
//   double u = rng.Uniform();
//
// Thread-compatible. The numbers are persistent: do not change them.
#ifndef QUIPU_BASE_RNG_H_
#define QUIPU_BASE_RNG_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"

namespace quipu {
namespace internal {
// The block function: 10 rounds of Philox 4x32, words in the paper's order.
std::array<uint32_t, 4> Philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);
}  // namespace internal

class Rng {
 public:
  Rng(const Fingerprint& key, absl::string_view purpose);

  // Returns the next 64 random bits.
  uint64_t Next();
  // Returns a number in [0, bound), without bias. REQUIRES: bound > 0.
  uint64_t Below(uint64_t bound);
  // Returns a double in [0, 1) with 53 random bits.
  double Uniform();
  // Moves to a position of the stream: the next Next() returns number
  // `counter`, whatever was drawn before.
  void Seek(uint64_t counter);

 private:
  uint64_t key_high_ = 0;
  uint64_t key_low_ = 0;
  uint64_t counter_ = 0;
};

}  // namespace quipu

#endif  // QUIPU_BASE_RNG_H_
