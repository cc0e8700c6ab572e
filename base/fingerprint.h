// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Content addresses: 128-bit fingerprints, the first 16 bytes of a SHA-256, so
// nobody can craft text whose ids collide.
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

// 128 bits, compared and ordered like the 16 bytes.
struct Fingerprint {
  uint64_t high = 0;
  uint64_t low = 0;

  // The 16 bytes, big-endian: keys sort like the values.
  std::string ToBytes() const;
  // 32 lower-case hexadecimal digits.
  std::string ToHex() const;
  // Returns INVALID_ARGUMENT unless `bytes` is 16 bytes long.
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

// Hashes a sequence of typed, length-prefixed fields, so no two different
// sequences hash the same input ("ab","c" differs from "a","bc").
class FingerprintBuilder {
 public:
  // `domain` keeps fingerprints of different kinds of objects apart.
  explicit FingerprintBuilder(absl::string_view domain);

  FingerprintBuilder& Add(absl::string_view bytes);
  FingerprintBuilder& Add(uint64_t value);
  FingerprintBuilder& Add(const Fingerprint& value);
  // Call at most once, as the last call.
  Fingerprint Build();

 private:
  Sha256 hash_;
};

// Returns the fingerprint of one string:
// FingerprintBuilder("bytes").Add(bytes).
Fingerprint FingerprintOf(absl::string_view bytes);

}  // namespace quipu

#endif  // QUIPU_BASE_FINGERPRINT_H_
