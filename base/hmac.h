// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// HMAC-SHA256 and comparison in constant time, by OpenSSL.
//
//   const std::string mac = HmacSha256(secret, ticket);
//   if (!ConstantTimeEqual(mac, presented)) return absl::PermissionDeniedError("forged");
//
// Thread-safe.
#ifndef QUIPU_BASE_HMAC_H_
#define QUIPU_BASE_HMAC_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace quipu {

inline constexpr size_t kHmacBytes = 32;

// Returns the 32 bytes of HMAC-SHA256 (RFC 2104). Any key, any message.
std::string HmacSha256(absl::string_view key, absl::string_view message);

// Returns whether both have the same bytes. The time depends only on their
// lengths.
bool ConstantTimeEqual(absl::string_view a, absl::string_view b);

}  // namespace quipu

#endif  // QUIPU_BASE_HMAC_H_
