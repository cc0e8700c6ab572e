// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/reply_pattern.h"

#include <re2/re2.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/strings.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

ReplyTemplate Pair(const std::string& opening = "") {
  return {Slot::Literal("<question>" + opening), Slot::Free("question", 4, 64, "</question>"),
          Slot::Literal("</question>\n<answer>"), Slot::Free("answer", 1, 32, "</answer>")};
}

constexpr char kReply[] = "<question>Who?</question>\n<answer>Ada.</answer>";

TEST(ReplyRegex, IsLiteralsAndFreePartsEndedByTheLastEnd) {
  EXPECT_EQ(ReplyRegex(Pair()),
            "<question>[^<\\n]{1,256}</question>\\n<answer>[^<\\n][^<]{0,127}</answer>");
}

TEST(ReplyRegex, MatchesWhatFitsAndNothingElse) {
  const RE2 regex(ReplyRegex(Pair("What (and why) is 1+1?\n")));
  ASSERT_TRUE(regex.ok()) << regex.error();
  EXPECT_TRUE(
      RE2::FullMatch("<question>What (and why) is 1+1?\n So?</question>\n<answer>2.\nTwo."
                     "</answer>",
                     regex));
  EXPECT_FALSE(RE2::FullMatch(kReply, regex));
  EXPECT_FALSE(RE2::FullMatch("", regex));
}

TEST(ReplyRegex, LetsNoPartBeginWithALineFeedAndOnlyTheLastHaveOne) {
  const RE2 regex(ReplyRegex(Pair()));
  EXPECT_TRUE(RE2::FullMatch(kReply, regex));
  for (const char* reply : {"<question>\nWho?</question>\n<answer>Ada.</answer>",
                            "<question>Who\nis?</question>\n<answer>Ada.</answer>",
                            "<question>Who?</question>\n<answer>\nAda.</answer>",
                            "<question>Who?</question>\n<answer></answer>"}) {
    EXPECT_FALSE(RE2::FullMatch(reply, regex)) << reply;
  }
}

TEST(ReplyRegex, EscapesEverythingThatMeansSomething) {
  const std::string all = "\\.^$|?*+()[]{}-/<>\"' \n";
  const ReplyTemplate reply_template = {Slot::Literal(all), Slot::Free("x", 0, 8, "")};
  const RE2 regex(ReplyRegex(reply_template));
  ASSERT_TRUE(regex.ok()) << regex.error();
  EXPECT_TRUE(RE2::FullMatch(all + "anything\nat all", regex));
  EXPECT_FALSE(RE2::FullMatch(all, regex));
}

TEST(ReplyRegex, ExcludesTheFirstCharacterOfAnEndWhateverItIs) {
  for (const std::string end : {"]", "\\", "^", "-", "[", "\n", ".", "z"}) {
    const ReplyTemplate reply_template = {Slot::Free("x", 0, 8, end)};
    const RE2 regex(ReplyRegex(reply_template));
    ASSERT_TRUE(regex.ok()) << regex.error();
    EXPECT_TRUE(RE2::FullMatch("abc" + end, regex)) << end;
    EXPECT_FALSE(RE2::FullMatch("a" + end + "c" + end, regex)) << end;
  }
}

TEST(ReplyGrammar, IsOneRule) {
  EXPECT_EQ(ReplyGrammar(Pair("Say \"why\\")),
            "root ::= \"<question>Say \\\"why\\\\\" [^<\\n]{1,256} "
            "\"</question>\\n<answer>\" [^<\\n] [^<]{0,127} \"</answer>\"\n");
  EXPECT_EQ(ReplyGrammar({{Slot::Free("x", 0, 8, "")}}), "root ::= (. | \"\\n\"){1,32}\n");
}

TEST(ReplyGrammar, EscapesWhatALiteralMayNotHave) {
  const ReplyTemplate literal = {Slot::Literal("a\"b\\c\r\n\td")};
  EXPECT_EQ(ReplyGrammar(literal), "root ::= \"a\\\"b\\\\c\\r\\n\\td\"\n");
}

// A part that does not end by itself is closed, and the rest of the reply follows.
TEST(ReplyRegex, ClosesAPartThatRunsOn) {
  const RE2 regex(ReplyRegex(Pair()));
  const auto reply = [](int question, int answer) {
    return absl::StrCat("<question>", std::string(question, 'q'), "</question>\n<answer>",
                        std::string(answer, 'a'), "</answer>");
  };
  EXPECT_TRUE(RE2::FullMatch(reply(4 * 64, 4 * 32), regex));
  EXPECT_FALSE(RE2::FullMatch(reply(4 * 64 + 1, 4 * 32), regex));
  EXPECT_FALSE(RE2::FullMatch(reply(4 * 64, 4 * 32 + 1), regex));
}

TEST(MaxCharacters, IsNoMoreThanServersCount) {
  EXPECT_EQ(MaxCharacters(Slot::Free("x", 0, 500, "</x>")), 2000);
  const Slot longer = Slot::Free("x", 0, 501, "</x>");
  EXPECT_EQ(MaxCharacters(longer), 0);
  EXPECT_EQ(ReplyRegex({{longer}}), "[^<\\n][^<]*</x>");
  EXPECT_EQ(ReplyGrammar({{longer}}), "root ::= [^<\\n] [^<]* \"</x>\"\n");
}

TEST(TokenGrammar, NamesEachToken) {
  EXPECT_EQ(TokenGrammar({2404, 37938}), "root ::= <[2404]> <[37938]>\n");
}

TEST(MatchReply, CutsAReplyThatFits) {
  EXPECT_THAT(MatchReply(kReply, Pair()), Optional(ElementsAre("Who?", "Ada.")));
  EXPECT_THAT(MatchReply(std::string("\n ") + kReply + "\n", Pair()),
              Optional(ElementsAre("Who?", "Ada.")));
  EXPECT_THAT(MatchReply("<question>What a < b?</question>\n<answer></answer>", Pair("What")),
              Optional(ElementsAre(" a < b?", "")));
}

TEST(MatchReply, RefusesEverythingElse) {
  for (const char* reply : {"", "Sure! <question>Who?</question>\n<answer>Ada.</answer>",
                            "<question>Who?</question> <answer>Ada.</answer>",
                            "<question>Who?</question>\n<answer>Ada.",
                            "<question>Who?</question>\n<answer>Ada.</answer> I hope it helps.",
                            "<question>Who?</question>\n<answer>A</answer><answer>B</answer>",
                            "<Question>Who?</Question>\n<answer>Ada.</answer>"}) {
    EXPECT_EQ(MatchReply(reply, Pair()), std::nullopt) << reply;
  }
}

TEST(MatchReply, LetsALastPartWithoutAnEndGoOnToTheEnd) {
  EXPECT_THAT(MatchReply("A: b\nc", {{Slot::Literal("A: "), Slot::Free("x", 0, 8, "")}}),
              Optional(ElementsAre("b\nc")));
}

}  // namespace
}  // namespace quipu::inference
