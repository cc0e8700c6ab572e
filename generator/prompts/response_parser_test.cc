// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/prompts/response_parser.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;
using ::quipu::testing::TestFingerprint;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ResponseParser, TakesAPair) {
  ASSERT_OK_AND_ASSIGN(const QuestionAnswer pair,
                       ParseResponse("<question> Why? </question>\n<answer>So.\n</answer>"));
  EXPECT_EQ(pair.question, "Why?");
  EXPECT_EQ(pair.answer, "So.");
}

TEST(ResponseParser, IgnoresWhatStandsAround) {
  ASSERT_OK_AND_ASSIGN(const QuestionAnswer pair,
                       ParseResponse("Sure! Here it is:\n<Question>Why?</QUESTION> and <answer "
                                     ">So.</answer>\nBye"));
  EXPECT_EQ(pair.question, "Why?");
  EXPECT_EQ(pair.answer, "So.");
}

TEST(ResponseParser, TakesMarkupAwayButNoNamesToFillIn) {
  ASSERT_OK_AND_ASSIGN(const QuestionAnswer pair,
                       ParseResponse("<question><b>How\n to install</b>?</question>"
                                     "<answer><p><code>apt install <package></code></p></answer>"));
  EXPECT_EQ(pair.question, "How to install?");
  EXPECT_EQ(pair.answer, "apt install <package>");
}

TEST(ResponseParser, MarkUpThatBeginsALineJoinsNoWords) {
  ASSERT_OK_AND_ASSIGN(
      const QuestionAnswer pair,
      ParseResponse("<question>What<br>is it?</question>"
                    "<answer><p>A <b>mill</b>.</p><p>It grinds.</p><ul><li>rye</li>\n"
                    "<li>oats</li></ul></answer>"));

  EXPECT_EQ(pair.question, "What is it?");
  EXPECT_EQ(pair.answer, "A mill.\nIt grinds.\nrye\noats");
}

TEST(ResponseParser, ReturnsEmptyElementsEmpty) {
  ASSERT_OK_AND_ASSIGN(const QuestionAnswer pair,
                       ParseResponse("<question> </question><answer></answer>"));
  EXPECT_EQ(pair.question, "");
  EXPECT_EQ(pair.answer, "");
}

TEST(ResponseParser, RefusesMissingRepeatedAndMisplacedElements) {
  for (const char* reply :
       {"", "Why? So.", "<question>Why?</question>", "<answer>So.</answer>",
        "<question>Why?<answer>So.</answer>", "<question>Why?</question><answer>So.",
        "<question>a</question><question>b</question><answer>c</answer>",
        "<question>a</question><answer>b</answer><answer>c</answer>",
        "<answer>b</answer><question>a</question>", "<question>a<answer>b</answer></question>",
        "</question>a<question><answer>b</answer>", "<question>a</question></answer>b<answer>"}) {
    EXPECT_THAT(ParseResponse(reply).status(), StatusIs(kInvalid)) << reply;
  }
}

TEST(ResponseParser, BoundsWhatItReads) {
  const std::string big(kMaxResponseBytes + 1, 'x');
  EXPECT_THAT(ParseResponse(big).status(), StatusIs(kInvalid, "limit 262144"));
}

TEST(ResponseParser, RefusesInvalidUtf8) {
  EXPECT_THAT(ParseResponse("<question>\xff</question><answer>b</answer>").status(),
              StatusIs(kInvalid, "UTF-8"));
}

TEST(ResponseParser, IsTotal) {
  static const char* const kPieces[] = {
      "<question>", "</question>", "<answer>", "</answer>", "<",        ">",    "/",   "question",
      "answer",     "a",           "\n",       " ",         "\xc3\xa9", "\xff", "<b>", "\xe2\x82"};
  Rng rng(TestFingerprint(), "replies");
  int pairs = 0;
  for (int round = 0; round < 30000; ++round) {
    std::string reply;
    for (uint64_t n = rng.Below(12); n > 0; --n) reply += kPieces[rng.Below(std::size(kPieces))];
    const absl::StatusOr<QuestionAnswer> pair = ParseResponse(reply);
    if (!pair.ok()) continue;
    ++pairs;
    ASSERT_TRUE(IsValidUtf8(pair->question) && IsValidUtf8(pair->answer));
    ASSERT_EQ(pair->question.find("<question>"), std::string::npos);
    ASSERT_EQ(pair->answer.find("<answer>"), std::string::npos);
  }
  RecordProperty("pairs", pairs);
}

TEST(ResponseParser, RefusesControlCharactersAndWritesLineEndsItsOwnWay) {
  const auto reply = [](absl::string_view text) {
    return absl::StrCat("<question>What is it?</question><answer>", text, "</answer>");
  };
  EXPECT_THAT(ParseResponse(reply("a\x1b[2Jb")),
              StatusIs(absl::StatusCode::kInvalidArgument, "control character \\x1b"));
  EXPECT_THAT(ParseResponse(reply("a\xe2\x80\xae"
                                  "b")),
              StatusIs(absl::StatusCode::kInvalidArgument, "control character \\u202e"));
  ASSERT_OK_AND_ASSIGN(const QuestionAnswer pair, ParseResponse(reply("a\r\nb\rc\td")));
  EXPECT_EQ(pair.answer, "a\nb\nc\td");
}

// A template would strip it, and the answer's last token would be the template's.
TEST(ParseResponse, StripsWhiteSpaceOfEveryScript) {
  ASSERT_OK_AND_ASSIGN(const QuestionAnswer pair,
                       ParseResponse("<question>\u3000何年ですか。\u00a0</question>"
                                     "<answer>\u2003一九一二年\u3000に。\u3000\n</answer>"));
  EXPECT_EQ(pair.question, "何年ですか。");
  EXPECT_EQ(pair.answer, "一九一二年\u3000に。");
}

}  // namespace
}  // namespace quipu::generator
