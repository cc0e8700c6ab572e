// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/byte_alphabet.h"

#include <array>
#include <cstdint>

#include "base/utf8.h"

namespace quipu::inference {
namespace {

struct ByteAlphabet {
  std::array<std::string, 256> characters;
  std::array<int, 324> bytes;  // By code point; -1 where there is none.

  ByteAlphabet() {
    bytes.fill(-1);
    uint32_t next = 256;
    for (uint32_t byte = 0; byte < 256; ++byte) {
      const bool printable =
          (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
      const uint32_t code_point = printable ? byte : next++;
      AppendUtf8(code_point, &characters[byte]);
      bytes[code_point] = static_cast<int>(byte);
    }
  }
};

const ByteAlphabet& Alphabet() {
  static const auto& alphabet = *new ByteAlphabet();
  return alphabet;
}

}  // namespace

std::string ToByteAlphabet(absl::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += Alphabet().characters[static_cast<uint8_t>(c)];
  return out;
}

std::string FromByteAlphabet(absl::string_view text) {
  const auto& bytes = Alphabet().bytes;
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const uint32_t code_point = NextCodePoint(text, &at);
    if (code_point >= bytes.size() || bytes[code_point] < 0) return std::string(text);
    out.push_back(static_cast<char>(bytes[code_point]));
  }
  return out;
}

}  // namespace quipu::inference
