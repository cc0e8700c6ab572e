// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Content addresses: 128-bit fingerprints, the first 16 bytes of a SHA-256, so
// that ids made from untrusted text cannot be made to collide.
//
//   Fingerprint id = FingerprintBuilder("task").Add(doc_id).Add(index).Build();
//
// Values are persistent (task ids, document ids): do not change what is hashed.
// Thread-compatible.
#ifndef QUIPU_BASE_FINGERPRINT_H_
#define QUIPU_BASE_FINGERPRINT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/sha256.h"

namespace quipu {

// 128 bits; compares and orders as the 16 bytes do.
struct Fingerprint {
  uint64_t high = 0;
  uint64_t low = 0;

  // The 16 bytes, big-endian: keys that sort as the values do.
  std::string ToBytes() const;
  // 32 lower-case hexadecimal digits.
  std::string ToHex() const;
  // Returns INVALID_ARGUMENT unless `bytes` has exactly 16.
  static absl::StatusOr<Fingerprint> FromBytes(absl::string_view bytes);
  // Returns INVALID_ARGUMENT unless `hex` is 32 hexadecimal digits.
  static absl::StatusOr<Fingerprint> FromHex(absl::string_view hex);

  friend bool operator==(const Fingerprint& a, const Fingerprint& b) {
    return a.high == b.high && a.low == b.low;
  }
  friend bool operator!=(const Fingerprint& a, const Fingerprint& b) { return !(a == b); }
  friend bool operator<(const Fingerprint& a, const Fingerprint& b) {
    return a.high != b.high ? a.high < b.high : a.low < b.low;
  }
};

// Hashes a sequence of typed, length-prefixed fields, so that no two different
// sequences of fields give the same input ("ab","c" differs from "a","bc").
class FingerprintBuilder {
 public:
  // `domain` keeps fingerprints of different kinds of things apart.
  explicit FingerprintBuilder(absl::string_view domain);

  FingerprintBuilder& Add(absl::string_view bytes);
  FingerprintBuilder& Add(uint64_t value);
  FingerprintBuilder& Add(const Fingerprint& value);
  // May be called once, as the last call.
  Fingerprint Build();

 private:
  Sha256 hash_;
};

// Returns the fingerprint of one string:
// FingerprintBuilder("bytes").Add(bytes).
Fingerprint FingerprintOf(absl::string_view bytes);

}  // namespace quipu

#endif  // QUIPU_BASE_FINGERPRINT_H_
