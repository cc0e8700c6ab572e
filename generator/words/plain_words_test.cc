// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/plain_words.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <memory>
#include <string>
#include <vector>

#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using Pieces = std::vector<std::string>;

bool HasLetterOrDigit(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (u_isalnum(static_cast<UChar32>(NextCodePoint(text, &i)))) return true;
  }
  return false;
}

// The plain reference: ICU's own iterator over the text.
Pieces ByIcu(absl::string_view text) {
  UErrorCode code = U_ZERO_ERROR;
  static icu::BreakIterator& iterator =
      *icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), code);
  UText utext = UTEXT_INITIALIZER;
  utext_openUTF8(&utext, text.data(), static_cast<int64_t>(text.size()), &code);
  iterator.setText(&utext, code);
  Pieces pieces;
  int32_t begin = iterator.first();
  for (int32_t end = iterator.next(); end != icu::BreakIterator::DONE; end = iterator.next()) {
    const absl::string_view piece = text.substr(begin, end - begin);
    if (HasLetterOrDigit(piece)) pieces.emplace_back(piece);
    begin = end;
  }
  utext_close(&utext);
  return pieces;
}

// Empty if a character is not known.
Pieces Plain(absl::string_view text, bool* known) {
  std::vector<Piece> found;
  *known = FindPlainWords(text, &found);
  Pieces pieces;
  for (const Piece& piece : found) {
    pieces.emplace_back(text.substr(piece.begin, piece.end - piece.begin));
  }
  return pieces;
}

std::string Utf8(uint32_t c) {
  std::string text;
  AppendUtf8(c, &text);
  return text;
}

TEST(PlainWords, AreThoseOfProse) {
  bool known = false;

  EXPECT_EQ(Plain("The \u00c9cole\u2019s x_1 cost 16,384.50 \u2014 or \u201cless\u201d.", &known),
            Pieces({"The", "\u00c9cole\u2019s", "x_1", "cost", "16,384.50", "or", "less"}));
  EXPECT_TRUE(known);
}

TEST(PlainWords, LeaveOtherScriptsAndCombiningMarksToIcu) {
  for (const char* text :
       {"\u6771\u4eac", "a\u0301", "\u041c\u0438\u0440", "a\u00ad", "me@here", "\U0001f600"}) {
    std::vector<Piece> pieces(1);

    EXPECT_FALSE(FindPlainWords(text, &pieces)) << text;
    EXPECT_EQ(pieces.size(), 1u);
  }
}

// Each known character beside, between and around letters, digits, joiners and marks.
TEST(PlainWords, EqualThoseOfIcuAroundEachCharacter) {
  int compared = 0;
  for (uint32_t c = 1; c < 0x2070; ++c) {
    if (c == 0x250) c = 0x2000;
    const std::string one = Utf8(c);
    for (const char* left : {"", "a", "1", "_", "a.", "1,", " ", "'"}) {
      for (const char* right : {"", "a", "1", "_", ".a", ",1", " ", "'a"}) {
        const std::string text = left + one + right;
        bool known = false;
        const Pieces plain = Plain(text, &known);
        if (!known) continue;
        ++compared;
        ASSERT_EQ(plain, ByIcu(text)) << text << " with U+" << std::hex << c;
      }
    }
  }
  EXPECT_GT(compared, 30000);
}

TEST(PlainWords, EqualThoseOfIcuInRandomTexts) {
  const char* const parts[] = {
      "a",      "B",      "\u00e9", "\u0142", "1",      "23",     "_",  ".",      ",",    ":",
      ";",      "'",      "\u2019", "\u00b7", "\"",     "\u201c", " ",  "\n",     "\r\n", "-",
      "\u2014", "\u2026", "/",      "\u2024", "\u2027", "#",      "\t", "\u00a0", "("};
  Rng rng(FingerprintOf("plain words"), "texts");
  for (int n = 0; n < 20000; ++n) {
    std::string text;
    for (uint64_t k = rng.Below(14); k > 0; --k) text += parts[rng.Below(std::size(parts))];
    bool known = false;
    const Pieces plain = Plain(text, &known);
    ASSERT_TRUE(known) << text;
    ASSERT_EQ(plain, ByIcu(text)) << text;
  }
}

}  // namespace
}  // namespace quipu::generator
