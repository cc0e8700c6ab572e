// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Content addresses: 128-bit fingerprints (the first 16 bytes of a SHA-256, so
// that ids made from untrusted text cannot be made to collide), full SHA-256 of
// bytes and files, and CRC-32 for storage envelopes.
//
//   Fingerprint id = FingerprintBuilder("task").Add(doc_id).Add(index).Build();
//
// Values are persistent (task ids, document ids): do not change what is hashed.
#ifndef QUIPU_BASE_FINGERPRINT_H_
#define QUIPU_BASE_FINGERPRINT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

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
  ~FingerprintBuilder();
  FingerprintBuilder(const FingerprintBuilder&) = delete;
  FingerprintBuilder& operator=(const FingerprintBuilder&) = delete;

  FingerprintBuilder& Add(absl::string_view bytes);
  FingerprintBuilder& Add(uint64_t value);
  FingerprintBuilder& Add(const Fingerprint& value);
  Fingerprint Build();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Returns the fingerprint of one string:
// FingerprintBuilder("bytes").Add(bytes).
Fingerprint FingerprintOf(absl::string_view bytes);

// SHA-256 as 64 lower-case hexadecimal digits.
std::string Sha256Hex(absl::string_view bytes);

// SHA-256 of a stream of bytes; for files that do not fit in memory.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void Update(absl::string_view bytes);
  std::string FinishHex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Returns the SHA-256 of a file's content in hexadecimal; NOT_FOUND or
// UNAVAILABLE where it cannot be read.
absl::StatusOr<std::string> Sha256HexOfFile(absl::string_view path);

// CRC-32 (ISO-HDLC, zlib's) of `bytes`.
uint32_t Crc32(absl::string_view bytes);

}  // namespace quipu

#endif  // QUIPU_BASE_FINGERPRINT_H_
