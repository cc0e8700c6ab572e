// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How much of a text is ASCII, eight bytes at a time: most text is, and needs no decoding.
//
//   size_t at = SkipAscii(text, 0);  // The first byte beyond ASCII, or the end.
//   if (IsAscii(text)) UseBytes(text);
//
// Pure, thread-safe.
#ifndef QUIPU_BASE_ASCII_RUNS_H_
#define QUIPU_BASE_ASCII_RUNS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace quipu {

// Returns the offset of the first byte from `at` on that is not ASCII, or text.size().
inline size_t SkipAscii(absl::string_view text, size_t at) {
  constexpr uint64_t kHigh = 0x8080808080808080u;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    if ((bytes & kHigh) != 0) break;
  }
  while (at < text.size() && static_cast<uint8_t>(text[at]) < 0x80) ++at;
  return at;
}

inline bool IsAscii(absl::string_view text) { return SkipAscii(text, 0) == text.size(); }

}  // namespace quipu

#endif  // QUIPU_BASE_ASCII_RUNS_H_
