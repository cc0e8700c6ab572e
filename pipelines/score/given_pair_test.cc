// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/given_pair.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

absl::StatusOr<GivenPair> Parse(const std::string& json) {
  JsonParser parser;
  std::string padded = json;
  padded.reserve(json.size() + 64);
  const auto object = parser.ParseObject(padded);
  if (!object.ok()) return object.status();
  return ParseGivenPair(*object);
}

std::string Line(const std::string& more) {
  return absl::StrCat(R"({"question":"Who?","answer":"Anna Holm")", more, "}");
}

TEST(ParseGivenPair, TakesAChunk) {
  ASSERT_OK_AND_ASSIGN(
      const GivenPair pair,
      Parse(Line(
          R"(,"chunk":"Anna Holm sold flour.\r\n","id":"a-1","label":"gold","rater":"ann","language":"en")")));

  EXPECT_EQ(pair.id, "a-1");
  EXPECT_EQ(pair.chunk, "Anna Holm sold flour.");
  EXPECT_EQ(pair.question, "Who?");
  EXPECT_EQ(pair.answer, "Anna Holm");
  EXPECT_EQ(pair.form, v1::ANSWER_FORM_SHORT);
  EXPECT_EQ(pair.label, "gold");
  EXPECT_EQ(pair.rater, "ann");
  EXPECT_EQ(pair.language, "en");
  EXPECT_FALSE(pair.whole_document);
}

TEST(ParseGivenPair, TakesADocumentOrAPartOfIt) {
  ASSERT_OK_AND_ASSIGN(const GivenPair whole, Parse(Line(R"(,"document":"One. Two.")")));
  EXPECT_TRUE(whole.whole_document);
  EXPECT_EQ(whole.chunk, "One. Two.");

  ASSERT_OK_AND_ASSIGN(const GivenPair part,
                       Parse(Line(R"(,"document":"One. Two.","chunk_begin":5,"chunk_end":9)")));
  EXPECT_FALSE(part.whole_document);
  EXPECT_EQ(part.chunk, "Two.");
}

TEST(ParseGivenPair, TakesTheFormFromTheLengthUnlessItIsGiven) {
  const std::string chunk = R"("chunk":"c","question":"q","answer":")";
  const std::string twelve = "a b c d e f g h i j k l";
  ASSERT_OK_AND_ASSIGN(const GivenPair brief, Parse(absl::StrCat("{", chunk, twelve, "\"}")));
  EXPECT_EQ(brief.form, v1::ANSWER_FORM_SHORT);
  ASSERT_OK_AND_ASSIGN(const GivenPair full, Parse(absl::StrCat("{", chunk, twelve, " m\"}")));
  EXPECT_EQ(full.form, v1::ANSWER_FORM_LONG);
  ASSERT_OK_AND_ASSIGN(const GivenPair given, Parse(Line(R"(,"chunk":"c","form":"long")")));
  EXPECT_EQ(given.form, v1::ANSWER_FORM_LONG);
}

TEST(ParseGivenPair, TakesNumbersAsIdsAndTruthsAsLabels) {
  ASSERT_OK_AND_ASSIGN(const GivenPair pair, Parse(Line(R"(,"chunk":"c","id":7,"label":false)")));

  EXPECT_EQ(pair.id, "7");
  EXPECT_EQ(pair.label, "false");
}

TEST(ParseGivenPair, SaysWhatIsWrong) {
  struct Case {
    std::string line;
    const char* says;
  };
  for (const Case& c : std::vector<Case>{
           {Line(""), "no field \"chunk\" or \"document\""},
           {Line(R"(,"chunk":"a","document":"b")"), "both \"chunk\" and \"document\""},
           {Line(R"(,"chunk":7)"), "\"chunk\""},
           {Line(R"(,"chunk":" \n")"), "the chunk is empty"},
           {R"({"chunk":"c","answer":"a"})", "\"question\""},
           {R"({"chunk":"c","question":"q"})", "\"answer\""},
           {R"({"chunk":"c","question":"q","answer":" "})", "field \"answer\" is empty"},
           {R"({"chunk":"c","question":"","answer":"a"})", "field \"question\" is empty"},
           {Line(R"(,"chunk":"c","form":"medium")"), "\"medium\", not short or long"},
           {Line(R"(,"chunk":"c","label":"best")"), "label \"best\" is none of gold"},
           {Line(R"(,"chunk":"c","label":3)"), "\"label\""},
           {Line(R"(,"document":"abc","chunk_begin":1)"), "go together"},
           {Line(R"(,"document":"abc","chunk_begin":1,"chunk_end":4)"), "3 bytes"},
           {Line(R"(,"document":"abc","chunk_begin":2,"chunk_end":2)"), "not a part"},
           {Line(R"(,"document":"abc","chunk_begin":-1,"chunk_end":2)"), "\"chunk_begin\""},
           {Line(R"(,"document":"aéc","chunk_begin":2,"chunk_end":4)"), "inside a character"},
           {Line(absl::StrCat(R"(,"chunk":"c","id":")", std::string(1025, 'x'), "\"")), "1024"},
           {"[]", ""},
           {"{", ""},
       }) {
    EXPECT_THAT(Parse(c.line).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.says)))
        << c.line;
  }
}

TEST(CheckChunkLength, NamesLimitAndActual) {
  const auto tokenizer = inference::CreateByteTokenizer();
  GivenPair pair;
  pair.chunk = std::string(100, 'x');

  EXPECT_OK(CheckChunkLength(pair, *tokenizer, 100));
  EXPECT_THAT(CheckChunkLength(pair, *tokenizer, 99),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("the chunk has 100 tokens, the limit is 99 (chunks.max_tokens)")));
  pair.whole_document = true;
  EXPECT_THAT(CheckChunkLength(pair, *tokenizer, 99),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("chunk_begin and chunk_end")));
}

}  // namespace
}  // namespace quipu::pipelines
