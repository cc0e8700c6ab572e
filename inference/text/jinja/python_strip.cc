// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/jinja/python_strip.h"

#include <unicode/uchar.h>

#include <cstdint>

#include "base/utf8.h"

namespace quipu::inference {
namespace {

bool IsSpace(uint32_t code_point) {
  return (code_point >= 0x1C && code_point <= 0x1F) ||
         u_isUWhiteSpace(static_cast<UChar32>(code_point));
}

}  // namespace

absl::string_view PythonStripLeft(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    size_t next = at;
    if (!IsSpace(NextCodePoint(text, &next))) break;
    at = next;
  }
  return text.substr(at);
}

absl::string_view PythonStripRight(absl::string_view text) {
  size_t end = 0;
  for (size_t at = 0; at < text.size();) {
    if (!IsSpace(NextCodePoint(text, &at))) end = at;
  }
  return text.substr(0, end);
}

absl::string_view PythonStrip(absl::string_view text) {
  return PythonStripRight(PythonStripLeft(text));
}

}  // namespace quipu::inference
