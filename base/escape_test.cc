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
