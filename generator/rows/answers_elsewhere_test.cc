// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/answers_elsewhere.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

constexpr char kChunk[] =
    "The harbour of Velmar was built in 1821. Storms closed the harbour of Velmar for 12 days.";
constexpr char kQuestion[] = "For how long did storms close the harbour of Velmar?";
constexpr char kOther[] =
    "The mill of Ostrand is on a hill. Its owner grinds barley and rye in the autumn.";

class AnswersElsewhereTest : public ::testing::Test {
 protected:
  bool Add(absl::string_view question, absl::string_view answer) {
    const EvidenceFinder finder(document_, Language::kEnglish);
    return elsewhere_.Add(finder.Find({0, document_.size()}, question, answer), question, answer);
  }

  const std::string document_ = kChunk;
  AnswersElsewhere elsewhere_{document_, Language::kEnglish};
};

TEST_F(AnswersElsewhereTest, AreNotInATextAboutSomethingElse) {
  ASSERT_TRUE(Add(kQuestion, "12 days"));
  EXPECT_FALSE(elsewhere_.In(kOther));
  EXPECT_FALSE(elsewhere_.In(""));
  // The same figure, of something else.
  EXPECT_FALSE(elsewhere_.In("Barley was dried in the mill of Ostrand for 12 days."));
}

TEST_F(AnswersElsewhereTest, AreInATextThatSaysTheSame) {
  ASSERT_TRUE(Add(kQuestion, "12 days"));
  EXPECT_TRUE(elsewhere_.In(absl::StrCat(
      kOther, "\n\nIn 1907 the storms kept the harbour of Velmar closed for 12 days.\n")));
}

TEST_F(AnswersElsewhereTest, AreInATextThatContradicts) {
  ASSERT_TRUE(Add(kQuestion, "12 days"));
  EXPECT_TRUE(elsewhere_.In(
      absl::StrCat(kOther, "\n\nStorms closed the harbour of Velmar for 30 days.\n")));
}

TEST_F(AnswersElsewhereTest, OfEveryPairAreLookedFor) {
  ASSERT_TRUE(Add(kQuestion, "12 days"));
  ASSERT_TRUE(Add("When was the harbour of Velmar built?", "1821"));
  EXPECT_FALSE(elsewhere_.In(kOther));
  EXPECT_TRUE(elsewhere_.In("The harbour of Velmar was built in 1821 by masons."));
}

TEST_F(AnswersElsewhereTest, CannotBeToldOfAnAnswerWithoutContent) {
  EXPECT_FALSE(Add("Did storms close the harbour of Velmar?", "Yes."));
  EXPECT_FALSE(elsewhere_.Add({}, kQuestion, "12 days"));
}

}  // namespace
}  // namespace quipu::generator
