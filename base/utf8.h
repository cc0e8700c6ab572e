// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// UTF-8 at the boundary: inside the program all text is valid. By ICU.
#ifndef QUIPU_BASE_UTF8_H_
#define QUIPU_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace quipu {

// Returns whether `text` is valid UTF-8: no surrogates, no overlong forms.
bool IsValidUtf8(absl::string_view text);

// Returns the offset of the first byte that is not part of a well-formed
// sequence, or text.size().
size_t FirstInvalidUtf8(absl::string_view text);

// Returns `text` with each maximal ill-formed subpart replaced by U+FFFD.
std::string RepairUtf8(absl::string_view text);

// Returns the number of code points. REQUIRES: valid UTF-8.
size_t CountCodePoints(absl::string_view text);

// Returns the largest offset <= `offset` at which a code point begins (or the
// end).
size_t FloorToCodePoint(absl::string_view text, size_t offset);

// Drops an incomplete sequence at the end (a token may end inside a character).
absl::string_view TrimIncompleteUtf8(absl::string_view text);

// Appends `code_point` in UTF-8; U+FFFD for surrogates and values past
// U+10FFFF.
void AppendUtf8(uint32_t code_point, std::string* out);

// Decodes the code point at `*offset` and moves past it. An ill-formed one
// gives U+FFFD and moves one byte. REQUIRES: *offset < text.size().
uint32_t NextCodePoint(absl::string_view text, size_t* offset);

}  // namespace quipu

#endif  // QUIPU_BASE_UTF8_H_
