// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/pretokenizer.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr PreTokenizer kAll[] = {
    PreTokenizer::kGpt2,   PreTokenizer::kSmolLm, PreTokenizer::kLlama3,  PreTokenizer::kQwen2,
    PreTokenizer::kTekken, PreTokenizer::kO200k,  PreTokenizer::kDeepSeek};

std::vector<std::string> Words(PreTokenizer kind, absl::string_view text) {
  std::vector<std::string> words;
  SplitWords(kind, text, [&](size_t begin, size_t end) {
    words.emplace_back(text.substr(begin, end - begin));
  });
  return words;
}

TEST(SplitWords, CutsAsGpt2) {
  constexpr auto kKind = PreTokenizer::kGpt2;
  EXPECT_THAT(Words(kKind, "They're 1532 llamas!"),
              ElementsAre("They", "'re", " 1532", " llamas", "!"));
  EXPECT_THAT(Words(kKind, "a  b\n\nc \n"), ElementsAre("a", " ", " b", "\n", "\n", "c", " \n"));
  EXPECT_THAT(Words(kKind, "I'M 'sx"), ElementsAre("I", "'", "M", " '", "sx"));
  EXPECT_THAT(Words(kKind, "'tis"), ElementsAre("'t", "is"));
  EXPECT_THAT(Words(kKind, "   "), ElementsAre("   "));
  EXPECT_THAT(Words(kKind, ""), IsEmpty());
}

TEST(SplitWords, CutsContractionsAsGpt2) {
  EXPECT_THAT(Words(PreTokenizer::kGpt2, "I'm we've you're he'd it's don't they'll"),
              ElementsAre("I", "'m", " we", "'ve", " you", "'re", " he", "'d", " it", "'s", " don",
                          "'t", " they", "'ll"));
  EXPECT_THAT(Words(PreTokenizer::kGpt2, "a'lx b'rx c'vx d'"),
              ElementsAre("a", "'", "lx", " b", "'", "rx", " c", "'", "vx", " d", "'"));
}

TEST(SplitWords, CutsDigitsOneByOneForSmolLm) {
  constexpr auto kKind = PreTokenizer::kSmolLm;
  EXPECT_THAT(Words(kKind, "in 1532"), ElementsAre("in", " ", "1", "5", "3", "2"));
  EXPECT_THAT(Words(kKind, "a  1"), ElementsAre("a", "  ", "1"));
  EXPECT_THAT(Words(kKind, "x\xC2\xBDy"), ElementsAre("x", "\xC2\xBD", "y"));
}

TEST(SplitWords, CutsAsLlama3) {
  constexpr auto kKind = PreTokenizer::kLlama3;
  EXPECT_THAT(Words(kKind, "in 15321"), ElementsAre("in", " ", "153", "21"));
  EXPECT_THAT(Words(kKind, "WE'LL (see)"), ElementsAre("WE", "'LL", " (", "see", ")"));
  EXPECT_THAT(Words(kKind, "x;\n\ny"), ElementsAre("x", ";\n\n", "y"));
  EXPECT_THAT(Words(kKind, "a \r\n  b"), ElementsAre("a", " \r\n", " ", " b"));
  EXPECT_THAT(Words(kKind, "\ta\nb"), ElementsAre("\ta", "\n", "b"));
  EXPECT_THAT(Words(kKind, "a   !"), ElementsAre("a", "  ", " !"));
}

TEST(SplitWords, CutsAsQwen2) {
  constexpr auto kKind = PreTokenizer::kQwen2;
  EXPECT_THAT(Words(kKind, "in 153"), ElementsAre("in", " ", "1", "5", "3"));
  EXPECT_THAT(Words(kKind, "x=1;\n"), ElementsAre("x", "=", "1", ";\n"));
}

TEST(SplitWords, CutsAsTekken) {
  constexpr auto kKind = PreTokenizer::kTekken;
  EXPECT_THAT(Words(kKind, "getURLPath XMLHttp ABC"),
              ElementsAre("get", "URLPath", " XMLHttp", " ABC"));
  EXPECT_THAT(Words(kKind, "a//\n/b 12"), ElementsAre("a", "//\n/", "b", " ", "1", "2"));
  // A letter without case belongs to both halves of a word.
  EXPECT_THAT(Words(kKind,
                    "A\xE6\x97\xA5"
                    "B"),
              ElementsAre("A\xE6\x97\xA5", "B"));
}

TEST(SplitWords, CutsAsO200k) {
  constexpr auto kKind = PreTokenizer::kO200k;
  EXPECT_THAT(Words(kKind, "They're 1532 WE'LL"),
              ElementsAre("They're", " ", "153", "2", " WE'LL"));
  EXPECT_THAT(Words(kKind, "can't've"), ElementsAre("can't", "'ve"));
  // The long s is an s in another case.
  EXPECT_THAT(Words(kKind, "it'\xC5\xBF ok"), ElementsAre("it'\xC5\xBF", " ok"));
}

TEST(SplitWords, CutsAsDeepSeek) {
  constexpr auto kKind = PreTokenizer::kDeepSeek;
  EXPECT_THAT(Words(kKind, "Hi, (see) you!\n"),
              ElementsAre("Hi", ",", " (", "see", ")", " you", "!\n"));
  EXPECT_THAT(Words(kKind, "(see"), ElementsAre("(see"));
  // Numbers are matched by another expression.
  EXPECT_THAT(Words(kKind, "x 12"), ElementsAre("x", " ", "12"));
  EXPECT_THAT(Words(kKind, "12b"), ElementsAre("1", "2b"));
}

TEST(ForEachNumber, CutsRunsFromTheLeft) {
  std::vector<std::pair<size_t, size_t>> found;
  ForEachNumber("a1234b56", 3, [&](size_t begin, size_t end) { found.emplace_back(begin, end); });
  EXPECT_THAT(found, ElementsAre(Pair(1, 4), Pair(4, 5), Pair(6, 8)));
}

TEST(ForEachCjkRun, FindsIdeographsAndKana) {
  std::vector<std::pair<size_t, size_t>> found;
  ForEachCjkRun("a\xE6\x97\xA5\xE3\x81\x82 \xE3\x82\xAB\xEA\xB0\x80",
                [&](size_t begin, size_t end) { found.emplace_back(begin, end); });
  EXPECT_THAT(found, ElementsAre(Pair(1, 7), Pair(8, 11)));
}

TEST(SplitWords, CoversEveryText) {
  Rng rng(testing::TestFingerprint(), "texts");
  const char* const pieces[] = {"a", "Z",    "'",        "s",       "1",        "\xC2\xB2",
                                " ", "\n",   "\r",       "\t",      "\xC2\xA0", "\xE6\x97\xA5",
                                "!", "\xFF", "\xE6\x97", "\xCC\x81"};
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (uint64_t i = rng.Below(30); i > 0; --i) text += pieces[rng.Below(std::size(pieces))];
    for (const PreTokenizer kind : kAll) {
      size_t at = 0;
      SplitWords(kind, text, [&](size_t begin, size_t end) {
        ASSERT_EQ(begin, at);
        ASSERT_GT(end, begin);
        at = end;
      });
      ASSERT_EQ(at, text.size());
    }
  }
}

TEST(PreTokenizer, GoesByName) {
  for (const PreTokenizer kind : kAll) {
    EXPECT_THAT(PreTokenizerFromName(PreTokenizerName(kind)), IsOkAndHolds(kind));
  }
  EXPECT_THAT(PreTokenizerFromName("llama3"), IsOkAndHolds(PreTokenizer::kLlama3));
  EXPECT_THAT(PreTokenizerFromName("smaug-bpe"), IsOkAndHolds(PreTokenizer::kLlama3));
  EXPECT_THAT(PreTokenizerFromName("mellum"), IsOkAndHolds(PreTokenizer::kGpt2));
  EXPECT_THAT(PreTokenizerFromName("refact"), IsOkAndHolds(PreTokenizer::kSmolLm));
  EXPECT_THAT(PreTokenizerFromName("kormo"), IsOkAndHolds(PreTokenizer::kQwen2));
  EXPECT_THAT(PreTokenizerFromName("default"),
              StatusIs(absl::StatusCode::kUnimplemented, "\"default\""));
}

}  // namespace
}  // namespace quipu::inference
