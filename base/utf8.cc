// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <unicode/utf8.h>

#include <algorithm>

#include "base/ascii_runs.h"

namespace quipu {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;
constexpr size_t kMaxBytesPerCodePoint = 4;

// ICU's macros read unsigned bytes.
const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Returns the first ill-formed offset at or after `offset` (a boundary).
size_t NextInvalid(absl::string_view text, size_t offset) {
  const uint8_t* bytes = Bytes(text);
  const size_t size = text.size();
  while ((offset = SkipAscii(text, offset)) < size) {
    const size_t begin = offset;
    UChar32 c;
    U8_NEXT(bytes, offset, size, c);
    if (c < 0) return begin;
  }
  return size;
}

}  // namespace

bool IsValidUtf8(absl::string_view text) { return FirstInvalidUtf8(text) == text.size(); }

size_t FirstInvalidUtf8(absl::string_view text) { return NextInvalid(text, 0); }

std::string RepairUtf8(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  size_t offset = 0;
  while (true) {
    const size_t invalid = NextInvalid(text, offset);
    result.append(text.data() + offset, invalid - offset);
    if (invalid == text.size()) return result;
    // U8_NEXT moves past exactly the maximal ill-formed subpart.
    offset = invalid;
    UChar32 c;
    U8_NEXT(Bytes(text), offset, text.size(), c);
    AppendUtf8(kReplacement, &result);
  }
}

size_t CountCodePoints(absl::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return !U8_IS_TRAIL(static_cast<uint8_t>(c)); });
}

size_t FloorToCodePoint(absl::string_view text, size_t offset) {
  if (offset >= text.size()) return text.size();
  // ICU indexes with 32 bits, so it gets only the bytes that can matter.
  const size_t window = offset - std::min(offset, kMaxBytesPerCodePoint - 1);
  const uint8_t* bytes = Bytes(text) + window;
  int32_t index = static_cast<int32_t>(offset - window);
  U8_SET_CP_START(bytes, 0, index);
  return window + index;
}

absl::string_view TrimIncompleteUtf8(absl::string_view text) {
  const size_t window = text.size() - std::min(text.size(), kMaxBytesPerCodePoint);
  const uint8_t* bytes = Bytes(text) + window;
  int32_t length = static_cast<int32_t>(text.size() - window);
  U8_TRUNCATE_IF_INCOMPLETE(bytes, 0, length);
  return text.substr(0, window + length);
}

void AppendUtf8(uint32_t code_point, std::string* out) {
  const bool is_scalar = code_point <= 0x10FFFF && !(code_point >= 0xD800 && code_point <= 0xDFFF);
  const uint32_t c = is_scalar ? code_point : kReplacement;
  char buffer[kMaxBytesPerCodePoint];
  size_t length = 0;
  U8_APPEND_UNSAFE(buffer, length, c);
  out->append(buffer, length);
}

uint32_t NextCodePoint(absl::string_view text, size_t* offset) {
  const size_t begin = *offset;
  UChar32 c;
  U8_NEXT(Bytes(text), *offset, text.size(), c);
  if (c >= 0) return c;
  *offset = begin + 1;
  return kReplacement;
}

}  // namespace quipu
