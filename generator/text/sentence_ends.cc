// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/sentence_ends.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstddef>

#include "absl/strings/ascii.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

// A footnote mark, a note of the stenographer or a tag after the full stop is no longer than this.
constexpr size_t kMaxBracket = 48;
// Brackets that follow each other, as in "end.[3][4]</p>".
constexpr int kMaxBrackets = 4;

bool IsSpaceOf(uint32_t c) {
  return c < 0x80 ? absl::ascii_isspace(static_cast<unsigned char>(c))
                  : u_isUWhiteSpace(static_cast<UChar32>(c));
}

bool IsSuperscript(uint32_t c) {
  return c == 0xB9 || c == 0xB2 || c == 0xB3 || (c >= 0x2070 && c <= 0x2079) || c == 0x2020 ||
         c == 0x2021;
}

// The last character; shortens the text by it.
uint32_t PopBack(absl::string_view* text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text->data());
  auto at = static_cast<int32_t>(text->size());
  UChar32 c = 0;
  U8_PREV(bytes, 0, at, c);
  text->remove_suffix(text->size() - static_cast<size_t>(at));
  return c < 0 ? 0xFFFD : static_cast<uint32_t>(c);
}

char OpenerOf(uint32_t c) {
  switch (c) {
    case ')':
      return '(';
    case ']':
      return '[';
    case '}':
      return '{';
    case '>':
      return '<';
    default:
      return '\0';
  }
}

bool EndsHere(absl::string_view text, int brackets) {
  while (!text.empty()) {
    absl::string_view rest = text;
    const uint32_t c = PopBack(&rest);
    if (IsSentenceEnd(c)) return true;
    if (const char opener = OpenerOf(c); opener != '\0') {
      const size_t from = rest.size() < kMaxBracket ? 0 : rest.size() - kMaxBracket;
      const size_t at = rest.substr(from).rfind(opener);
      const bool mark = at != absl::string_view::npos && brackets > 0;
      if (mark && EndsHere(text.substr(0, from + at), brackets - 1)) return true;
      if (c == '}' || c == '>') return false;
    } else if (!IsSpaceOf(c) && !IsClosing(c) && !IsInvisible(c) && !IsSuperscript(c)) {
      return false;
    }
    text = rest;
  }
  return false;
}

}  // namespace

bool IsUnknownSentenceEnd(uint32_t c) {
  return c == 0x0F0D || c == 0x0F0E || c == 0x0F11 || c == 0x17D4 || c == 0x17D5;
}

bool internal::IsSentenceEndBeyondAscii(uint32_t c) {
  return c == 0x2026 || u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_S_TERM) ||
         IsUnknownSentenceEnd(c);
}

bool IsClosing(uint32_t c) {
  if (c < 0x80) {
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == '*' || c == '_' || c == '`';
  }
  const uint32_t mask = U_GET_GC_MASK(static_cast<UChar32>(c));
  return (mask & (U_GC_PE_MASK | U_GC_PF_MASK | U_GC_PI_MASK)) != 0;
}

bool IsInvisible(uint32_t c) {
  return c >= 0x80 && u_charType(static_cast<UChar32>(c)) == U_FORMAT_CHAR;
}

bool internal::IsUnspacedScript(uint32_t c) {
  if (c < 0x1100) return c < 0x10A0;  // Thai, Lao, Tibetan, Burmese.
  // Khmer; Tai Le to Balinese.
  if (c < 0x3040) return (c >= 0x1780 && c < 0x1800) || (c >= 0x1950 && c < 0x1B80);
  // Kana; Yi; Vai; Javanese, Cham and more of Burmese.
  return c < 0x3100 || (c >= 0x31F0 && c < 0x3200) || (c >= 0xA000 && c < 0xA4D0) ||
         (c >= 0xA500 && c < 0xA640) || (c >= 0xA980 && c < 0xAA80) ||
         u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_IDEOGRAPHIC);
}

bool EndsSentence(absl::string_view text) {
  // A line may be as long as a document; its end is enough.
  constexpr size_t kTail = 4 * kMaxBracket;
  const size_t from = text.size() <= kTail ? 0 : FloorToCodePoint(text, text.size() - kTail);
  return EndsHere(text.substr(from), kMaxBrackets);
}

void SentenceEndCounter::AddMark(uint32_t c) {
  if (brackets_ > 0) {
    const bool closes = c == ']' || c == '}' || c == '>';
    brackets_ = closes || brackets_ > static_cast<int>(kMaxBracket) ? 0 : brackets_ + 1;
    if (closes || brackets_ > 0) return;
  }
  if (IsSentenceEnd(c)) {
    // A full stop of a script without spaces needs none after it.
    if (c >= 0x80 && (c >= 0x3000 || IsUnspaced(c))) {
      ++count_;
      return;
    }
    pending_ = true;
  } else if (pending_) {
    if (IsSpaceOf(c)) {
      ++count_;
      pending_ = false;
    } else if (c == '[' || c == '{' || c == '<') {
      brackets_ = 1;
    } else if (!IsClosing(c) && !IsInvisible(c) && !IsSuperscript(c)) {
      pending_ = false;
    }
  }
}

}  // namespace quipu::generator
