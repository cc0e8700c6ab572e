// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// CRC-32, by zlib. Detects corruption on disk; no protection against tampering.
//
//   if (Crc32(payload) != stored) return absl::DataLossError("checksum");
//
// Pure function. The values are on disk: do not change them.
#ifndef QUIPU_BASE_CRC32_H_
#define QUIPU_BASE_CRC32_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace quipu {

// Returns the CRC-32 (ISO-HDLC, as zlib's and gzip's) of `bytes`.
uint32_t Crc32(absl::string_view bytes);

}  // namespace quipu

#endif  // QUIPU_BASE_CRC32_H_
