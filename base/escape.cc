// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"

#include "absl/strings/str_format.h"
#include "base/utf8.h"

namespace quipu {
namespace {

// The letter of the escape that C and JSON share, or 0 if there is none.
char ShortEscape(uint32_t c) {
  switch (c) {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

char ShortJsonEscape(uint32_t c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    default:
      return ShortEscape(c);
  }
}

void AppendShort(char letter, std::string* out) {
  out->push_back('\\');
  out->push_back(letter);
}

}  // namespace

bool IsPrintable(uint32_t c) {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return false;        // C0, DEL, C1.
  if (c == 0x061c || c == 0x200e || c == 0x200f) return false;  // Direction marks.
  if (c >= 0x2028 && c <= 0x202e) return false;  // Line, paragraph; embeddings, overrides.
  if (c >= 0x2066 && c <= 0x2069) return false;  // Isolates.
  return c != 0xfeff;                            // The byte order mark.
}

std::string FirstTextControl(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    // Plain ASCII, which most text is.
    if (text[at] >= 0x20 && text[at] < 0x7f) {
      ++at;
      continue;
    }
    const uint32_t c = NextCodePoint(text, &at);
    const bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
                         (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
                         (c >= 0x2066 && c <= 0x2069);
    if (!control) continue;
    std::string escaped;
    AppendEscape(c, &escaped);
    return escaped;
  }
  return "";
}

void AppendEscape(uint32_t c, std::string* out) {
  if (const char letter = ShortEscape(c); letter != 0) {
    AppendShort(letter, out);
  } else if (c < 0x80) {
    absl::StrAppendFormat(out, "\\x%02x", c);
  } else {
    absl::StrAppendFormat(out, "\\u%04x", c);
  }
}

bool NeedsJsonEscape(uint32_t c) { return c < 0x20 || c == '"' || c == '\\'; }

void AppendJsonEscape(uint32_t c, std::string* out) {
  if (const char letter = ShortJsonEscape(c); letter != 0) {
    AppendShort(letter, out);
  } else {
    absl::StrAppendFormat(out, "\\u%04x", c);
  }
}

}  // namespace quipu
