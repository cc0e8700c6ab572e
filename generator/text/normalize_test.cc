// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/normalize.h"

#include <string>

#include "base/rng.h"
#include "base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;
using ::quipu::testing::TestFingerprint;

std::string Normalize(absl::string_view text) {
  absl::StatusOr<std::string> result = NormalizeDocument(text);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.value_or("");
}

TEST(Normalize, MakesAllLineEndsNewlines) {
  EXPECT_EQ(Normalize("a\r\nb\rc\nd\u2028e\u0085f"), "a\nb\nc\nd\ne\nf");
  // Through text mode twice.
  EXPECT_EQ(Normalize("a\r\r\nb\r\r\n\r\r\nc\r\r\r\nd\r\re"), "a\nb\n\nc\nd\n\ne");
}

TEST(Normalize, EndsAParagraphAtFormFeedsAndParagraphSeparators) {
  EXPECT_EQ(Normalize("end of page\fnext page"), "end of page\n\nnext page");
  EXPECT_EQ(Normalize("one\u2029two"), "one\n\ntwo");
}

TEST(Normalize, ComposesCharacters) { EXPECT_EQ(Normalize("e\u0301"), "\u00e9"); }

TEST(Normalize, DropsControlsAndByteOrderMarksButKeepsTabs) {
  EXPECT_EQ(Normalize(absl::string_view("\ufeffa\0b\x01\tc\x7f\u0080\ufeff", 15)), "ab\tc");
}

TEST(Normalize, DropsSoftHyphens) {
  EXPECT_EQ(Normalize("con\u00adtro\u00adverse col\u00adlé\u00adgiale"), "controverse collégiale");
}

TEST(Normalize, TrimsLineEndsAndLimitsEmptyLines) {
  EXPECT_EQ(Normalize("\n\n  a  \t\n \n\n\n\nb\u00a0\n\n\n"), "  a\n\n\nb");
}

TEST(Normalize, PrintsOverstrikesOfManualPages) {
  EXPECT_EQ(Normalize("N\bNA\bAM\bME\bE"), "NAME");
  EXPECT_EQ(Normalize("_\bf_\bi_\bl_\be"), "file");
  EXPECT_EQ(Normalize("f\b_i\b_"), "fi");
  EXPECT_EQ(Normalize("ls\b\bls -l"), "ls -l");
  EXPECT_EQ(Normalize("+\bo item"), "o item");
  EXPECT_EQ(Normalize("_\b_x"), "_x");
}

TEST(Normalize, KeepsWhatABackspaceOnlyMovedOver) {
  EXPECT_EQ(Normalize("word\b\b\nnext"), "word\nnext");
  EXPECT_EQ(Normalize("\b\bword"), "word");
}

TEST(Normalize, TakesColourSequencesAway) {
  EXPECT_EQ(Normalize("\x1b[1;31mred\x1b[0m text"), "red text");
  EXPECT_EQ(Normalize("\x1b no sequence"), " no sequence");
}

TEST(Normalize, MakesNoBreakIndentationSpacesAndKeepsOthers) {
  EXPECT_EQ(Normalize("\u00a0 \u00a0a\u00a0b"), "   a\u00a0b");
}

TEST(Normalize, NamesTheFirstInvalidByte) {
  EXPECT_THAT(NormalizeDocument("ab\xff"
                                "c")
                  .status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "byte 2"));
  EXPECT_THAT(NormalizeDocument("ab\xe2\x82").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "byte 2"));
}

TEST(Normalize, IsIdempotentAndKeepsItsPromises) {
  // Pieces that meet in every order: line ends, controls, marks, blanks.
  static const char* const kPieces[] = {
      "a",      "e",      "\u0301",     "\u0327", " ",      "\t",     "\n",     "\r",
      "\r\n",   "\f",     "\v",         "\b",     "_",      "\x1b",   "[",      "1",
      "m",      "\u2028", "\u2029",     "\u0085", "\ufeff", "\u00a0", "\u212a", "\u1100",
      "\u1161", "\u11a8", "\U0001F9F6", "\u0000", "word",   ". ",     "\u3000"};
  Rng rng(TestFingerprint(), "normalize");
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (uint64_t n = rng.Below(24); n > 0; --n) text += kPieces[rng.Below(std::size(kPieces))];
    const std::string once = Normalize(text);
    ASSERT_EQ(Normalize(once), once) << ::testing::PrintToString(text);
    ASSERT_TRUE(IsValidUtf8(once));
    ASSERT_EQ(once.find("\n\n\n\n"), std::string::npos);
    ASSERT_EQ(once.find(" \n"), std::string::npos);
    ASSERT_TRUE(once.empty() || (once.front() != '\n' && once.back() != '\n'));
    for (const char c : once) ASSERT_TRUE(c == '\t' || c == '\n' || c < 0 || c >= 0x20);
  }
}

// Plain lines are copied; a control character, which is dropped, has a line read by code points.
TEST(Normalize, CopiesPlainLinesAsItReadsOthers) {
  static const char* const kPieces[] = {"a",          "word", " ",    "\t", "\n",
                                        "\n\n\n",     "\r",   "\r\n", ". ", "\u00e9",
                                        "\U0001F9F6", "  \n", "[",    "_",  "\u0301"};
  Rng rng(TestFingerprint(), "plain lines");
  for (int round = 0; round < 20000; ++round) {
    std::string plain;
    std::string controlled = "\x01";
    for (uint64_t n = rng.Below(24); n > 0; --n) {
      const std::string piece = kPieces[rng.Below(std::size(kPieces))];
      plain += piece;
      controlled += piece;
      if (piece.back() == '\n') controlled += "\x01";
    }
    ASSERT_EQ(Normalize(plain), Normalize(controlled)) << ::testing::PrintToString(plain);
  }
}

TEST(Normalize, ChangesNothingInPlainText) {
  const std::string text =
      "A quipu\n\n  keeps records\tas knots.\n\n\nIt is old: 2\u00bd thousand "
      "years.";
  EXPECT_EQ(Normalize(text), text);
}

}  // namespace
}  // namespace quipu::generator
