// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/scripts.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <cstddef>
#include <initializer_list>

#include "base/utf8.h"

namespace quipu::generator {
namespace {

// Whether most letters of `text` belong to one of the scripts.
bool MostLettersAre(absl::string_view text, std::initializer_list<UScriptCode> scripts) {
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
