// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/crc32.h"

#include <zlib.h>

namespace quipu {

uint32_t Crc32(absl::string_view bytes) {
  // crc32_z treats a null pointer as "give me the initial value", which is the
  // CRC of no bytes.
  return crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

}  // namespace quipu
