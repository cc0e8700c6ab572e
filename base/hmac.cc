// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/hmac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/log.h"

namespace quipu {

std::string HmacSha256(absl::string_view key, absl::string_view message) {
  std::string mac(kHmacBytes, '\0');
  unsigned int size = 0;
  // A null pointer would mean "the key of the previous call".
  const char* const key_bytes = key.empty() ? "" : key.data();
  QUIPU_CHECK(HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()),
                   reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                   reinterpret_cast<unsigned char*>(&mac[0]), &size) != nullptr &&
              size == kHmacBytes)
      << "HMAC-SHA256 failed";
  return mac;
}

bool ConstantTimeEqual(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace quipu
