// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/rng.h"

#include "base/log.h"

namespace quipu {
namespace internal {

std::array<uint32_t, 4> Philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{0xD2511F53} * counter[0];
    const uint64_t product1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

}  // namespace internal

namespace {

uint32_t Low(uint64_t value) { return static_cast<uint32_t>(value); }
uint32_t High(uint64_t value) { return static_cast<uint32_t>(value >> 32); }

}  // namespace

Rng::Rng(const Fingerprint& key, absl::string_view purpose) {
  const Fingerprint stream = FingerprintBuilder("rng").Add(key).Add(purpose).Build();
  key_high_ = stream.high;
  key_low_ = stream.low;
}

uint64_t Rng::Next() {
  // A block holds two values. The cipher's key is 64 bits of the stream's
  // fingerprint; the other 64 fill the upper half of its counter.
  const uint64_t block = counter_ / 2;
  const std::array<uint32_t, 4> words = internal::Philox(
      {Low(block), High(block), Low(key_low_), High(key_low_)}, {Low(key_high_), High(key_high_)});
  const int first = counter_ % 2 == 0 ? 0 : 2;
  ++counter_;
  return uint64_t{words[first + 1]} << 32 | words[first];
}

uint64_t Rng::Below(uint64_t bound) {
  QUIPU_CHECK(bound > 0) << "the bound is 0";
  // Lemire, "Fast random integer generation in an interval" (2019): take the
  // high half of a 128-bit product, and reject the few low halves that would
  // bias the result.
  __extension__ using Uint128 = unsigned __int128;
  const uint64_t refused = -bound % bound;  // 2^64 modulo bound.
  while (true) {
    const Uint128 product = Uint128{Next()} * bound;
    if (static_cast<uint64_t>(product) >= refused) return static_cast<uint64_t>(product >> 64);
  }
}

double Rng::Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

void Rng::Seek(uint64_t counter) { counter_ = counter; }

}  // namespace quipu
