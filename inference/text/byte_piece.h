// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How SentencePiece's vocabularies spell a single byte: "<0x0A>".
//
//   ByteOfPiece("<0x0A>");  // 10
//   ByteOfPiece("a");       // -1
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_TEXT_BYTE_PIECE_H_
#define QUIPU_INFERENCE_TEXT_BYTE_PIECE_H_

#include "absl/strings/string_view.h"

namespace quipu::inference {

// The byte that the piece stands for, or -1.
inline int ByteOfPiece(absl::string_view text) {
  if (text.size() != 6 || text.substr(0, 3) != "<0x" || text[5] != '>') return -1;
  int byte = 0;
  for (const char c : text.substr(3, 2)) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return -1;
    byte = 16 * byte + digit;
  }
  return byte;
}

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_BYTE_PIECE_H_
