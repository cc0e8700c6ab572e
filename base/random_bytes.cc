// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/random_bytes.h"

#include <openssl/rand.h>

#include "base/log.h"

namespace quipu {

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  if (size == 0) return bytes;
  auto* const begin = reinterpret_cast<unsigned char*>(&bytes[0]);
  QUIPU_CHECK(RAND_bytes(begin, static_cast<int>(size)) == 1) << "the system has no random bytes";
  return bytes;
}

}  // namespace quipu
