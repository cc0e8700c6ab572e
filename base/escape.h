// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which characters of untrusted text must not reach a terminal unescaped, and
// how to escape them.
//
//   if (!IsPrintable(c)) AppendEscape(c, &message);       // For people: \x1b
//   if (NeedsJsonEscape(c)) AppendJsonEscape(c, &json);   // For JSON: \u001b
//
// Pure functions.
#ifndef QUIPU_BASE_ESCAPE_H_
#define QUIPU_BASE_ESCAPE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace quipu {

// Returns whether a terminal shows the code point and does nothing else. False
// for control characters (C0, DEL, C1), for marks that change text direction or
// break a line, and for the byte order mark.
bool IsPrintable(uint32_t code_point);

// The first character of valid UTF-8 that controls how text is shown, escaped; "" if there
// is none: control characters except tab and line ends, and what embeds, overrides or
// isolates a text direction. Direction marks are ordinary text in Arabic and Hebrew.
std::string FirstTextControl(absl::string_view text);

// Appends \n, \r, \t, \x1b or \u202e.
// REQUIRES: `code_point` is not printable, or below 0x80.
void AppendEscape(uint32_t code_point, std::string* out);

// Returns whether JSON (RFC 8259) requires the code point to be escaped.
bool NeedsJsonEscape(uint32_t code_point);

// Appends the code point as a JSON escape, in the short form if there is one.
// REQUIRES: below 0x10000.
void AppendJsonEscape(uint32_t code_point, std::string* out);

}  // namespace quipu

#endif  // QUIPU_BASE_ESCAPE_H_
