// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/scripts.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <cstddef>
#include <initializer_list>

#include "base/ascii_runs.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

// The scripts that are asked for begin with Thai's. General punctuation is of none, and in most
// text nothing else is beyond.
constexpr uint32_t kFirstAsian = 0xe00;
constexpr uint32_t kPunctuationBegin = 0x2000;
constexpr uint32_t kPunctuationEnd = 0x2070;

bool HasAsian(absl::string_view text) {
  constexpr uint8_t kLead = 0xe0;  // Of all characters from U+0800 on.
  for (size_t i = SkipAscii(text, 0); i < text.size(); i = SkipAscii(text, i)) {
    if (static_cast<uint8_t>(text[i]) < kLead) {
      ++i;
      continue;
    }
    const uint32_t c = NextCodePoint(text, &i);
    if (c >= kFirstAsian && (c < kPunctuationBegin || c >= kPunctuationEnd)) return true;
  }
  return false;
}

// Whether most letters of `text` belong to one of the scripts, which are Asian.
bool MostLettersAre(absl::string_view text, std::initializer_list<UScriptCode> scripts) {
  if (!HasAsian(text)) return false;
  size_t letters = 0;
  size_t found = 0;
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<UChar32>(NextCodePoint(text, &i));
    if (!u_isalpha(c)) continue;
    ++letters;
    UErrorCode code = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(c, &code);
    for (const UScriptCode one : scripts) found += script == one ? 1 : 0;
  }
  return found * 2 > letters;
}

}  // namespace

bool IsUnspaced(absl::string_view text) {
  return MostLettersAre(text, {USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_THAI,
                               USCRIPT_LAO, USCRIPT_KHMER, USCRIPT_MYANMAR, USCRIPT_TIBETAN});
}

bool MarksSentenceEnds(absl::string_view text) {
  return !MostLettersAre(text, {USCRIPT_THAI, USCRIPT_LAO});
}

bool EndsSentence(char32_t c) {
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_S_TERM) != 0;
}

bool IsQuestionMark(char32_t c) {
  switch (c) {
    case U'?':
    case U'\u037E':  // Greek.
    case U'\u055E':  // Armenian.
    case U'\u061F':  // Arabic.
    case U'\u1367':  // Ethiopic.
    case U'\u203D':  // Interrobang, and the doubled marks after it.
    case U'\u2047':
    case U'\u2048':
    case U'\u2049':
    case U'\uFE56':
    case U'\uFF1F':  // Full width: Chinese, Japanese.
      return true;
    default:
      return false;
  }
}

}  // namespace quipu::generator
