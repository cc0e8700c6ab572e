// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <optional>
#include <string>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu {
namespace {

uint8_t Byte(absl::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }

// The length of the well-formed sequence at `i`, or nothing. Computes the code
// point, where the library uses tables of allowed next bytes.
std::optional<size_t> SequenceAt(absl::string_view text, size_t i) {
  const uint8_t lead = Byte(text, i);
  const size_t length = lead < 0x80   ? 1
                        : lead < 0xc0 ? 0
                        : lead < 0xe0 ? 2
                        : lead < 0xf0 ? 3
                        : lead < 0xf8 ? 4
                                      : 0;
  if (length == 0 || i + length > text.size()) return std::nullopt;
  uint32_t code_point = length == 1 ? lead : lead & (0x7f >> length);
  for (size_t k = 1; k < length; ++k) {
    if (Byte(text, i + k) >> 6 != 2) return std::nullopt;
    code_point = code_point << 6 | (Byte(text, i + k) & 0x3f);
  }
  const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code_point < least[length] || code_point > 0x10ffff) return std::nullopt;
  if (code_point >= 0xd800 && code_point < 0xe000) return std::nullopt;
  return length;
}

size_t ReferenceFirstInvalid(absl::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const std::optional<size_t> length = SequenceAt(text, i);
    if (!length.has_value()) return i;
    i += *length;
  }
  return text.size();
}

// Checks everything that holds for any bytes.
void CheckInvariants(absl::string_view text) {
  const size_t first_invalid = ReferenceFirstInvalid(text);
  ASSERT_EQ(FirstInvalidUtf8(text), first_invalid);
  ASSERT_EQ(IsValidUtf8(text), first_invalid == text.size());

  const std::string repaired = RepairUtf8(text);
  ASSERT_EQ(ReferenceFirstInvalid(repaired), repaired.size());
  ASSERT_EQ(repaired == text, first_invalid == text.size());

  const absl::string_view trimmed = TrimIncompleteUtf8(text);
  ASSERT_EQ(trimmed.data(), text.data());
  ASSERT_LE(text.size() - trimmed.size(), 3u);

  size_t offset = 0;
  while (offset < text.size()) {
    const size_t begin = offset;
    const uint32_t c = NextCodePoint(text, &offset);
    const std::optional<size_t> length = SequenceAt(text, begin);
    ASSERT_EQ(offset - begin, length.value_or(1));
    if (!length.has_value()) {
      ASSERT_EQ(c, 0xfffdu);
    }
  }
}

TEST(Utf8, AgreesWithTheDefinitionOnAllShortStrings) {
  std::string text;
  for (int a = 0; a < 256; ++a) {
    text.assign(1, static_cast<char>(a));
    CheckInvariants(text);
    for (int b = 0; b < 256; ++b) {
      text.assign({static_cast<char>(a), static_cast<char>(b)});
      CheckInvariants(text);
      for (int c = 0; c < 256; ++c) {
        text.assign({static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)});
        ASSERT_EQ(FirstInvalidUtf8(text), ReferenceFirstInvalid(text)) << a << " " << b << " " << c;
      }
      if (HasFatalFailure()) FAIL() << "bytes " << a << " " << b;
    }
  }
}

TEST(Utf8, AgreesWithTheDefinitionOnRandomStrings) {
  // Bytes at the edges of each rule.
  constexpr uint8_t kBytes[] = {'a',  0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2,
                                0xdf, 0xe0, 0xe1, 0xed, 0xee, 0xf0, 0xf1, 0xf4, 0xf5, 0xff};
  Rng rng(testing::TestFingerprint(), "utf8");
  for (int i = 0; i < 200000; ++i) {
    std::string text(rng.Below(9), 'x');
    for (const uint64_t length = rng.Below(9) + text.size(); text.size() < length;) {
      text.push_back(static_cast<char>(kBytes[rng.Below(sizeof(kBytes))]));
    }
    CheckInvariants(text);
    if (HasFatalFailure()) FAIL() << "string " << i;
  }
}

TEST(Utf8, EveryCodePointComesBack) {
  for (uint32_t c = 0; c <= 0x10ffff; ++c) {
    std::string text;
    AppendUtf8(c, &text);
    const bool is_surrogate = c >= 0xd800 && c < 0xe000;
    size_t offset = 0;
    ASSERT_EQ(NextCodePoint(text, &offset), is_surrogate ? 0xfffd : c);
    ASSERT_EQ(offset, text.size());
    ASSERT_EQ(CountCodePoints(text), 1u);
  }
}

TEST(Utf8, AppendReplacesWhatIsNoCodePoint) {
  std::string text = "x";
  AppendUtf8(0x110000, &text);
  AppendUtf8(0xffffffff, &text);

  EXPECT_EQ(text, "x\ufffd\ufffd");
}

// The examples of the Unicode standard, section 3.9, tables 3-8 to 3-11.
TEST(Utf8, RepairReplacesMaximalSubparts) {
  EXPECT_EQ(RepairUtf8("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"),
            "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\u0041");
  EXPECT_EQ(RepairUtf8("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"),
            "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdA");
  EXPECT_EQ(RepairUtf8("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"),
            "\ufffd\ufffd\ufffd\ufffd\ufffdA\ufffd\ufffdB");
  EXPECT_EQ(RepairUtf8("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"), "\ufffd\ufffd\ufffd\ufffdA");
}

TEST(Utf8, FirstInvalidLooksPastLongAscii) {
  for (size_t length = 0; length < 40; ++length) {
    const std::string text(length, 'a');
    EXPECT_EQ(FirstInvalidUtf8(text + "\x80" + text), length);
    EXPECT_TRUE(IsValidUtf8(text + "é" + text));
  }
}

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("naïve"), 5u);
  EXPECT_EQ(CountCodePoints("東京😀"), 3u);
}

TEST(Utf8, FloorFindsTheBeginning) {
  const absl::string_view text = "aé東😀";  // Begins at 0, 1, 3, 6; 10 bytes.
  const std::vector<size_t> expected = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (size_t offset = 0; offset < expected.size(); ++offset) {
    EXPECT_EQ(FloorToCodePoint(text, offset), expected[offset]) << offset;
  }
  EXPECT_EQ(FloorToCodePoint("", 0), 0u);
}

TEST(Utf8, FloorTakesBytesOfNoSequenceAsTheyAre) {
  EXPECT_EQ(FloorToCodePoint("\x80\x80\x80\x80\x80\x80", 4), 4u);
  EXPECT_EQ(FloorToCodePoint("a\xff\x80", 2), 2u);
}

TEST(Utf8, TrimDropsOnlyAnIncompleteEnd) {
  EXPECT_EQ(TrimIncompleteUtf8(""), "");
  EXPECT_EQ(TrimIncompleteUtf8("ab"), "ab");
  EXPECT_EQ(TrimIncompleteUtf8("aé"), "aé");
  EXPECT_EQ(TrimIncompleteUtf8("a😀"), "a😀");
  EXPECT_EQ(TrimIncompleteUtf8("a\xc3"), "a");
  EXPECT_EQ(TrimIncompleteUtf8("a\xe6\x9d"), "a");
  EXPECT_EQ(TrimIncompleteUtf8("a\xf0\x9f\x98"), "a");
  EXPECT_EQ(TrimIncompleteUtf8("\xf0\x9f"), "");
  // Never to be completed: this function must not hide it.
  EXPECT_EQ(TrimIncompleteUtf8("a\x80"), "a\x80");
  EXPECT_EQ(TrimIncompleteUtf8("a\xff"), "a\xff");
}

}  // namespace
}  // namespace quipu
