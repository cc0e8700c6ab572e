// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"

#include <string>

#include "gtest/gtest.h"

namespace quipu {
namespace {

std::string Escape(uint32_t c) {
  std::string out;
  AppendEscape(c, &out);
  return out;
}

std::string JsonEscape(uint32_t c) {
  std::string out;
  AppendJsonEscape(c, &out);
  return out;
}

TEST(IsPrintable, RefusesControlCharacters) {
  for (uint32_t c = 0; c < 0x20; ++c) EXPECT_FALSE(IsPrintable(c)) << c;
  for (uint32_t c = 0x20; c < 0x7f; ++c) EXPECT_TRUE(IsPrintable(c)) << c;
  for (uint32_t c = 0x7f; c < 0xa0; ++c) EXPECT_FALSE(IsPrintable(c)) << c;
}

TEST(IsPrintable, RefusesWhatTurnsTextOrBreaksALine) {
  for (const uint32_t c : {0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2067,
                           0x2068, 0x2069, 0xfeff}) {
    EXPECT_FALSE(IsPrintable(c)) << c;
  }
}

TEST(IsPrintable, TakesTheNeighboursOfWhatItRefuses) {
  for (const uint32_t c : {0xa0, 0x061b, 0x061d, 0x200d, 0x2010, 0x2027, 0x202f, 0x2065, 0x206a,
                           0xfefe, 0xff00, 0x1f600}) {
    EXPECT_TRUE(IsPrintable(c)) << c;
  }
}

TEST(AppendEscape, WritesOneEscapeForPeople) {
  EXPECT_EQ(Escape('\n'), "\\n");
  EXPECT_EQ(Escape('\r'), "\\r");
  EXPECT_EQ(Escape('\t'), "\\t");
  EXPECT_EQ(Escape(0), "\\x00");
  EXPECT_EQ(Escape(0x1b), "\\x1b");
  EXPECT_EQ(Escape(0x85), "\\u0085");
  EXPECT_EQ(Escape(0x202e), "\\u202e");
}

TEST(AppendJsonEscape, WritesTheShortFormWhereThereIsOne) {
  EXPECT_EQ(JsonEscape('"'), "\\\"");
  EXPECT_EQ(JsonEscape('\\'), "\\\\");
  EXPECT_EQ(JsonEscape('\b'), "\\b");
  EXPECT_EQ(JsonEscape('\f'), "\\f");
  EXPECT_EQ(JsonEscape('\n'), "\\n");
  EXPECT_EQ(JsonEscape('\r'), "\\r");
  EXPECT_EQ(JsonEscape('\t'), "\\t");
  EXPECT_EQ(JsonEscape(0x1b), "\\u001b");
  EXPECT_EQ(JsonEscape(0xfeff), "\\ufeff");
}

TEST(FirstTextControl, FindsWhatActsOnATerminalOrTurnsText) {
  EXPECT_EQ(FirstTextControl("a\tb\r\nc \xd8\xa7\xe2\x80\x8f\xe2\x80\x8d"), "");
  EXPECT_EQ(FirstTextControl("a \x1b[2J"), "\\x1b");
  EXPECT_EQ(FirstTextControl(absl::string_view("a\0b", 3)), "\\x00");
  EXPECT_EQ(FirstTextControl("\x7f"), "\\x7f");
  EXPECT_EQ(FirstTextControl("\xc2\x9b"), "\\u009b");
  EXPECT_EQ(FirstTextControl("\xe2\x80\xae"), "\\u202e");
  EXPECT_EQ(FirstTextControl("\xe2\x81\xa6"), "\\u2066");
  EXPECT_EQ(FirstTextControl(""), "");
}

TEST(NeedsJsonEscape, IsTrueForControlsQuotesAndBackslashes) {
  for (uint32_t c = 0; c < 0x20; ++c) EXPECT_TRUE(NeedsJsonEscape(c)) << c;
  EXPECT_TRUE(NeedsJsonEscape('"'));
  EXPECT_TRUE(NeedsJsonEscape('\\'));
  EXPECT_FALSE(NeedsJsonEscape('/'));
  EXPECT_FALSE(NeedsJsonEscape(0x7f));
  EXPECT_FALSE(NeedsJsonEscape(0x2028));
}

}  // namespace
}  // namespace quipu
