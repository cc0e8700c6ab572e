// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/prompts.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::TestFingerprint;

TEST(Prompts, FindTheFirstPlaceOfAValue) {
  const std::vector<PlaceholderValue> values = {{"a", "{b}"}, {"b", "two"}};
  Substituted found = SubstituteAndFind("x {a} y {b} z {b}", values, "b");
  EXPECT_EQ(found.text, "x {b} y two z two");
  EXPECT_EQ(found.text.substr(found.begin, found.end - found.begin), "two");
  found = SubstituteAndFind("x {a}", values, "b");
  EXPECT_EQ(found.text, "x {b}");
  EXPECT_EQ(found.begin, found.end);
}

TEST(Prompts, SubstituteInOnePass) {
  EXPECT_EQ(Substitute("{a} and {b} and {a}", {{"a", "{b}"}, {"b", "2"}}), "{b} and 2 and {b}");
  EXPECT_EQ(Substitute("{c} {a", {{"a", "1"}}), "{c} {a");
  EXPECT_EQ(Substitute("{{a}}", {{"a", "1"}}), "{1}");
  EXPECT_EQ(Substitute("", {{"a", "1"}}), "");
}

TEST(Prompts, CountPlaceholders) {
  EXPECT_EQ(CountPlaceholder("{a} {b} {a}", "a"), 2);
  EXPECT_EQ(CountPlaceholder("{ab}", "a"), 0);
}

TEST(Prompts, PutTheChunkInTheFrameAsItIs) {
  v1::GenerationSpec spec;
  const std::string chunk = "A {chunk} and a {question}.";
  const std::string excerpt = ExcerptOf(spec, chunk);
  EXPECT_TRUE(absl::StrContains(excerpt, chunk));
  EXPECT_EQ(excerpt.size(), ExcerptOf(spec, "").size() + chunk.size());
}

TEST(Prompts, ForVerificationKeepBracesOfThePair) {
  v1::VerificationSpec spec;
  const std::string prompt = VerdictPrompt(spec, "What is {answer}?", "It is {question}.").text;
  EXPECT_TRUE(absl::StrContains(prompt, "Question: What is {answer}?\n"));
  EXPECT_TRUE(absl::StrContains(prompt, "Answer: It is {question}."));
  EXPECT_EQ(AnswerPrompt(spec, "Why?"), "Answer this question: Why?");
}

TEST(Prompts, OfLongRowsEncloseTheDocument) {
  v1::InstanceSpec spec;
  const LongPrompt prompt =
      InstancePrompt(spec, v1::ANSWER_FORM_SHORT, "document", "One {question}.", "Why {document}?");
  EXPECT_EQ(prompt.text.substr(prompt.document_begin, 15), "One {question}.");
  EXPECT_TRUE(absl::StrContains(
      prompt.text, "<document>\nOne {question}.\n</document>\n\nQuestion: Why {document}?"));
  EXPECT_TRUE(absl::StrContains(prompt.text, "as briefly as you can"));
  EXPECT_NE(prompt.text, InstancePrompt(spec, v1::ANSWER_FORM_LONG, "document", "One {question}.",
                                        "Why {document}?")
                             .text);
}

TEST(Delimiter, IsTheSpecsUnlessTheDocumentClosesIt) {
  EXPECT_EQ(ChooseDelimiter("document", "plain <document> text"), "document");
  EXPECT_EQ(ChooseDelimiter("document", "a </document> b"), "document-2");
  EXPECT_EQ(ChooseDelimiter("document", "</DOCUMENT\n> </document-2 >"), "document-3");
  EXPECT_EQ(ChooseDelimiter("document", "</document-2>"), "document");
  EXPECT_EQ(ChooseDelimiter("document", "</documents>"), "document");
}

TEST(Delimiter, IsNeverClosedByAnyDocument) {
  static const char* const kPieces[] = {"</document",
                                        ">",
                                        "-2",
                                        "-3",
                                        "-",
                                        " ",
                                        "</Document-2>",
                                        "</document>",
                                        "2",
                                        "a",
                                        "</document-00002>",
                                        "</document-99999999999999999999>"};
  Rng rng(TestFingerprint(), "delimiter");
  for (int round = 0; round < 5000; ++round) {
    std::string document;
    for (uint64_t n = rng.Below(16); n > 0; --n) document += kPieces[rng.Below(std::size(kPieces))];
    const std::string tag = absl::StrCat("</", ChooseDelimiter("document", document), ">");
    ASSERT_FALSE(absl::StrContains(absl::AsciiStrToLower(document), tag)) << document;
  }
}

}  // namespace
}  // namespace quipu::generator
