// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/first_word.h"

#include <unicode/uchar.h>

#include <cstddef>
#include <cstdint>

#include "base/utf8.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kMostCharacters = 20;

// Han, kana, Thai and their like: words are not separated by spaces.
bool HasNoSpaces(uint32_t c) {
  const int32_t line_break = u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_LINE_BREAK);
  return line_break == U_LB_IDEOGRAPHIC || line_break == U_LB_COMPLEX_CONTEXT ||
         line_break == U_LB_CONDITIONAL_JAPANESE_STARTER;
}

bool IsOfAWord(uint32_t c) {
  return u_isalnum(static_cast<UChar32>(c)) ||
         u_charType(static_cast<UChar32>(c)) == U_NON_SPACING_MARK ||
         u_charType(static_cast<UChar32>(c)) == U_COMBINING_SPACING_MARK;
}

}  // namespace

std::string FirstWord(absl::string_view question) {
  std::string word;
  size_t characters = 0;
  size_t most = kMostCharacters;
  for (size_t at = 0; at < question.size();) {
    const uint32_t c = NextCodePoint(question, &at);
    if (!IsOfAWord(c)) {
      if (characters == 0) continue;
      break;
    }
    if (characters == 0 && HasNoSpaces(c)) most = 2;
    AppendUtf8(static_cast<uint32_t>(u_tolower(static_cast<UChar32>(c))), &word);
    if (++characters == most) break;
  }
  return word;
}

}  // namespace quipu::pipelines
