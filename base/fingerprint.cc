// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/fingerprint.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/strings.h"

namespace quipu {
namespace {

// The field types of FingerprintBuilder. Persistent: do not change.
enum FieldType : char { kDomain = 'd', kBytes = 'b', kInteger = 'i', kFingerprint = 'f' };

void AppendBigEndian(uint64_t value, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

uint64_t ReadBigEndian(absl::string_view bytes, size_t offset) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

void AddField(FieldType type, absl::string_view bytes, Sha256* hash) {
  std::string header(1, type);
  AppendBigEndian(bytes.size(), &header);
  hash->Update(header);
  hash->Update(bytes);
}

}  // namespace

std::string Fingerprint::ToBytes() const {
  std::string bytes;
  bytes.reserve(16);
  AppendBigEndian(high, &bytes);
  AppendBigEndian(low, &bytes);
  return bytes;
}

std::string Fingerprint::ToHex() const { return absl::BytesToHexString(ToBytes()); }

absl::StatusOr<Fingerprint> Fingerprint::FromBytes(absl::string_view bytes) {
  if (bytes.size() != 16) {
    return absl::InvalidArgumentError(
        absl::StrCat("a fingerprint has 16 bytes, not ", bytes.size()));
  }
  return Fingerprint{ReadBigEndian(bytes, 0), ReadBigEndian(bytes, 8)};
}

absl::StatusOr<Fingerprint> Fingerprint::FromHex(absl::string_view hex) {
  const bool all_digits = std::all_of(hex.begin(), hex.end(), absl::ascii_isxdigit);
  if (hex.size() != 32 || !all_digits) {
    return absl::InvalidArgumentError(
        absl::StrCat("a fingerprint has 32 hexadecimal digits, not \"", Snippet(hex), "\" (",
                     hex.size(), " bytes)"));
  }
  return FromBytes(absl::HexStringToBytes(hex));
}

FingerprintBuilder::FingerprintBuilder(absl::string_view domain) {
  AddField(kDomain, domain, &hash_);
}

FingerprintBuilder& FingerprintBuilder::Add(absl::string_view bytes) {
  AddField(kBytes, bytes, &hash_);
  return *this;
}

FingerprintBuilder& FingerprintBuilder::Add(uint64_t value) {
  std::string bytes;
  AppendBigEndian(value, &bytes);
  AddField(kInteger, bytes, &hash_);
  return *this;
}

FingerprintBuilder& FingerprintBuilder::Add(const Fingerprint& value) {
  AddField(kFingerprint, value.ToBytes(), &hash_);
  return *this;
}

Fingerprint FingerprintBuilder::Build() {
  const std::string digest = hash_.Finish();
  return {ReadBigEndian(digest, 0), ReadBigEndian(digest, 8)};
}

Fingerprint FingerprintOf(absl::string_view bytes) {
  return FingerprintBuilder("bytes").Add(bytes).Build();
}

}  // namespace quipu
