// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/plain_sentences.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<size_t> Ends(absl::string_view text) {
  std::vector<size_t> ends;
  EXPECT_TRUE(FindPlainSentences(text, &ends)) << text;
  return ends;
}

// The plain reference: ICU's own iterator over the text.
std::vector<size_t> EndsByIcu(absl::string_view text) {
  UErrorCode code = U_ZERO_ERROR;
  static icu::BreakIterator& iterator =
      *icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), code);
  UText utext = UTEXT_INITIALIZER;
  utext_openUTF8(&utext, text.data(), static_cast<int64_t>(text.size()), &code);
  iterator.setText(&utext, code);
  std::vector<size_t> ends;
  iterator.first();
  for (int32_t end = iterator.next(); end != icu::BreakIterator::DONE; end = iterator.next()) {
    ends.push_back(static_cast<size_t>(end));
  }
  utext_close(&utext);
  return ends;
}

TEST(PlainSentences, EndAfterMarksAndWhatFollowsThem) {
  EXPECT_THAT(Ends("It works. Does it?"), ElementsAre(10, 18));
  EXPECT_THAT(Ends("\"No!\" (Yes.)\nSo"), ElementsAre(6, 13, 15));
}

TEST(PlainSentences, DoNotEndInNumbersAndBeforeSmallLetters) {
  EXPECT_THAT(Ends("In 3.5 days, e.g. now, U.S. law"), ElementsAre(31));
}

TEST(PlainSentences, EndAtLineEnds) { EXPECT_THAT(Ends("a\r\nb\nc"), ElementsAre(3, 5, 6)); }

TEST(PlainSentences, TakeAnEmptyText) { EXPECT_THAT(Ends(""), IsEmpty()); }

TEST(PlainSentences, LeaveOtherScriptsToIcu) {
  std::vector<size_t> ends = {7};

  EXPECT_FALSE(FindPlainSentences("One. \u6e2f\u3002", &ends));
  EXPECT_FALSE(FindPlainSentences("One.\u0301 Two", &ends));
  EXPECT_THAT(ends, ElementsAre(7));
}

// Whatever ICU's version is, and whatever the marks are.
TEST(PlainSentences, AreThoseOfIcuInRandomTexts) {
  const char* const parts[] = {"a",  "B",  "\u00e9", "\u00c9", "\u00aa", "\u01bb", "7",  "mill",
                               "Mr", "it", ".",      ".",      ".",      "?",      "!",  ",",
                               ";",  ":",  "-",      "\u2013", "\u2014", "\u2026", "\"", "'",
                               "(",  ")",  "\u201c", "\u201d", "\u2019", "\u00bb", "[",  "*",
                               "_",  "$",  " ",      " ",      " ",      " ",      "\t", "\u00a0",
                               "\n", "\r", "\r\n",   "\u0085", "\u2028", "\u203d", "/",  "\x01"};
  Rng rng(testing::TestFingerprint(), "sentences");
  int compared = 0;
  for (int n = 0; n < 20000; ++n) {
    std::string text;
    for (uint64_t left = rng.Below(16); left > 0; --left) {
      text += parts[rng.Below(std::size(parts))];
    }
    // One of all characters that it may know.
    const uint64_t any = rng.Below(2) == 0 ? rng.Below(0x260) : 0x2000 + rng.Below(0x70);
    AppendUtf8(static_cast<uint32_t>(any), &text);
    text += parts[rng.Below(std::size(parts))];
    std::vector<size_t> ends;
    if (!FindPlainSentences(text, &ends)) continue;

    ASSERT_EQ(ends, EndsByIcu(text)) << Snippet(text, 200);
    ++compared;
  }

  EXPECT_GT(compared, 10000);
}

}  // namespace
}  // namespace quipu::generator
