// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a reply's parts are is tested in openai_engine_test, with a server.
#include "inference/remote/openai_completion.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/text/byte_tokenizer.h"

namespace quipu::inference {
namespace {

using ::testing::ElementsAre;
using End = CompletedPart::End;

// Ten tokens of ten letters: more letters than a pattern allows for ten tokens.
const char kLongWord[] = "abcdefghij";
constexpr int kMostTokens = 10;

ReplyTemplate Answer() {
  return {Slot::Literal("<a>"), Slot::Free("answer", 1, kMostTokens, "</a>")};
}

Completion Of(const std::string& answer) {
  const auto tokenizer = CreateByteTokenizer({kLongWord});
  ChatReply reply;
  reply.text = absl::StrCat("<a>", answer, "</a>");
  return CompletionOf(*tokenizer, reply, Answer());
}

TEST(OpenAiCompletionTest, CallsAPartCutThatThePatternClosed) {
  std::string forty;
  for (int i = 0; i < 4; ++i) forty += kLongWord;
  EXPECT_EQ(Of(forty).parts[0].end, End::kMaxTokens);
  EXPECT_EQ(Of(forty.substr(10)).parts[0].end, End::kText);
  // More than the pattern allows: there was none, and the tokens are few.
  EXPECT_EQ(Of(absl::StrCat(forty, kLongWord)).parts[0].end, End::kText);
}

TEST(OpenAiCompletionTest, CountsCharactersAndNotBytes) {
  std::string accents;
  for (int i = 0; i < 2; ++i) accents += "é";
  EXPECT_EQ(Of(accents).parts[0].end, End::kText);
  EXPECT_EQ(Of(accents).parts[0].num_tokens, 4);
}

TEST(OpenAiCompletionTest, AsksForRoomForAllPartsLiteralsAndTheEnd) {
  const auto tokenizer = CreateByteTokenizer({});
  EXPECT_EQ(MostTokens(*tokenizer, Answer()), 16 + 3 + kMostTokens + 4);
}

TEST(OpenAiCompletionTest, BansTheSpellingsThatAreOneToken) {
  const auto tokenizer = CreateByteTokenizer({"text", " Text", "texts"});
  ReplyTemplate reply_template = Answer();
  reply_template[1].banned = {"TEXT"};
  EXPECT_THAT(
      BannedTokens(*tokenizer, reply_template),
      ElementsAre(tokenizer->Encode("text", false)[0], tokenizer->Encode(" Text", false)[0]));
}

}  // namespace
}  // namespace quipu::inference
