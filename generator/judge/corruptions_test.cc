// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/corruptions.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "generator/words/words.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Optional;

constexpr char kChunk[] =
    "In 1998 the merchant Anna Holm sold 1,250 sacks to Peter Brandt, who lived in Lund. In 2004 "
    "the city of Malmo bought 2,610 sacks. Brandt did not pay Holm.";

Rng TestRng(absl::string_view purpose = "test") { return Rng(FingerprintOf("pair"), purpose); }

TEST(ChangeNumber, TakesOneOfTheChunkThatLooksAlike) {
  Rng rng = TestRng();
  EXPECT_THAT(ChangeNumber("in 1998", kChunk, &rng), Optional(Eq("in 2004")));
  EXPECT_THAT(ChangeNumber("1,250 sacks", kChunk, &rng), Optional(Eq("2,610 sacks")));
}

TEST(ChangeNumber, ChangesADigitIfTheChunkHasNone) {
  Rng rng = TestRng();
  for (int i = 0; i < 200; ++i) {
    const std::string answer = absl::StrCat(10 + i * 7, " sacks");
    const std::optional<std::string> changed = ChangeNumber(answer, "", &rng);
    ASSERT_TRUE(changed.has_value());
    EXPECT_NE(*changed, answer);
    EXPECT_EQ(changed->size(), answer.size());
    EXPECT_NE((*changed)[0], '0');
  }
}

TEST(ChangeNumber, ChangesEverySingleDigit) {
  Rng rng = TestRng();
  for (char digit = '0'; digit <= '9'; ++digit) {
    for (int i = 0; i < 30; ++i) {
      const std::optional<std::string> changed = ChangeNumber(std::string(1, digit), "", &rng);
      ASSERT_TRUE(changed.has_value()) << digit;
      EXPECT_NE((*changed)[0], digit);
      EXPECT_NE((*changed)[0], '0');
    }
  }
}

TEST(ChangeNumber, KeepsTheDigitsOfTheScript) {
  Rng rng = TestRng();
  EXPECT_THAT(ChangeNumber("वह १९९८ में बना।", "वह १९९८ में बना, फिर 2011 और २०११ में।", &rng),
              Optional(Eq("वह २०११ में बना।")));
  // Devanagari, Arabic-Indic with its group sign, full width, Bengali.
  for (const absl::string_view number : {"१९९८", "١٩٬٩٨", "１９９８", "৭"}) {
    for (int i = 0; i < 30; ++i) {
      const std::optional<std::string> changed = ChangeNumber(number, "", &rng);
      ASSERT_TRUE(changed.has_value()) << number;
      EXPECT_NE(*changed, number);
      EXPECT_EQ(changed->size(), number.size());
      EXPECT_EQ(FirstInvalidUtf8(*changed), changed->size());
      const std::vector<Word> words = SplitWords(*changed);
      ASSERT_EQ(words.size(), 1u) << *changed;
      EXPECT_TRUE(words[0].number) << *changed;
    }
  }
}

TEST(ChangeNumber, ChangesANumberWord) {
  Rng rng = TestRng();
  const std::optional<std::string> changed = ChangeNumber("Four balls", "", &rng);

  ASSERT_TRUE(changed.has_value());
  EXPECT_NE(*changed, "Four balls");
  EXPECT_TRUE(absl::ascii_isupper((*changed)[0]));
}

TEST(ChangeNumber, NeedsANumber) {
  Rng rng = TestRng();
  EXPECT_EQ(ChangeNumber("many sacks", kChunk, &rng), std::nullopt);
  EXPECT_EQ(ChangeNumber("one of the merchants", kChunk, &rng), std::nullopt);
  EXPECT_EQ(ChangeNumber("", kChunk, &rng), std::nullopt);
}

TEST(ChangeName, TakesAnotherOfTheChunkThatIsAsLong) {
  Rng rng = TestRng();
  EXPECT_THAT(ChangeName("Anna Holm", kChunk, &rng), Optional(Eq("Peter Brandt")));
  EXPECT_THAT(ChangeName("in Lund", kChunk, &rng),
              Optional(AnyOf("in Malmo", "in Brandt", "in Holm")));
}

TEST(ChangeName, NeedsANameInBoth) {
  Rng rng = TestRng();
  EXPECT_EQ(ChangeName("a merchant", kChunk, &rng), std::nullopt);
  EXPECT_EQ(ChangeName("Anna Holm", "she met Anna Holm", &rng), std::nullopt);
  // Capitalised only because it comes first.
  EXPECT_EQ(ChangeName("Sacks of flour", kChunk, &rng), std::nullopt);
}

TEST(ChangeNegation, RemovesOne) {
  EXPECT_THAT(ChangeNegation("Brandt did not pay the bill."),
              Optional(Eq("Brandt did pay the bill.")));
  EXPECT_THAT(ChangeNegation("They cannot leave."), Optional(Eq("They can leave.")));
  EXPECT_THAT(ChangeNegation("It doesn't work."), Optional(Eq("It does work.")));
  EXPECT_THAT(ChangeNegation("The tenant won’t pay."), Optional(Eq("The tenant will pay.")));
  EXPECT_THAT(ChangeNegation("The tax was never paid."), Optional(Eq("The tax was always paid.")));
}

TEST(ChangeNegation, AddsOne) {
  EXPECT_THAT(ChangeNegation("The bill was paid."), Optional(Eq("The bill was not paid.")));
  EXPECT_THAT(ChangeNegation("The tenant must pay."), Optional(Eq("The tenant must not pay.")));
  EXPECT_THAT(ChangeNegation("They can leave."), Optional(Eq("They cannot leave.")));
  EXPECT_THAT(ChangeNegation("The city is Lund."), Optional(Eq("The city is not Lund.")));
}

TEST(ChangeNegation, LeavesPhrasesAndOtherLanguages) {
  EXPECT_EQ(ChangeNegation("Anna Holm"), std::nullopt);
  EXPECT_EQ(ChangeNegation("the merchant Anna Holm"), std::nullopt);
  EXPECT_EQ(ChangeNegation("Er will Mehl, was sonst."), std::nullopt);
}

TEST(SwapParties, SwapsNamesThatAVerbRelates) {
  EXPECT_THAT(SwapParties("Anna Holm sold the flour to Peter Brandt."),
              Optional(Eq("Peter Brandt sold the flour to Anna Holm.")));
  EXPECT_THAT(SwapParties("The Landlord must pay the Tenant."),
              Optional(Eq("The Tenant must pay the Landlord.")));
}

TEST(SwapParties, SwapsRoles) {
  EXPECT_THAT(SwapParties("In time, the seller must notify the buyer of defects."),
              Optional(Eq("In time, the buyer must notify the seller of defects.")));
}

TEST(SwapParties, LeavesListsAndOtherSentences) {
  EXPECT_EQ(SwapParties("Anna Holm and Peter Brandt"), std::nullopt);
  EXPECT_EQ(SwapParties("Lund, Sweden"), std::nullopt);
  EXPECT_EQ(SwapParties("the Bank of England"), std::nullopt);
  EXPECT_EQ(SwapParties("He met Holm again. Brandt left."), std::nullopt);
  EXPECT_EQ(SwapParties("the seller must notify the seller"), std::nullopt);
}

TEST(OtherAnswer, TakesOneThatSaysSomethingElse) {
  Rng rng = TestRng();
  const std::vector<std::string> others = {"Anna Holm", "Holm", "the merchant Anna Holm", "1998"};

  EXPECT_THAT(OtherAnswer("Anna Holm", others, &rng), Optional(Eq("1998")));
  EXPECT_EQ(OtherAnswer("Anna Holm", {}, &rng), std::nullopt);
  EXPECT_EQ(OtherAnswer("1998", {"in 1998"}, &rng), std::nullopt);
}

TEST(CorruptAnswer, MakesOneOfEachKindThatCanBeMade) {
  Rng rng = TestRng();
  std::vector<std::string> kinds;
  const RightAnswer right = {"In 1998 Anna Holm did not sell the flour to Peter Brandt.", kChunk};
  for (const WrongAnswer& wrong : CorruptAnswer(right, {"Malmo"}, {"a new mill"}, &rng)) {
    EXPECT_NE(wrong.text, right.text);
    kinds.emplace_back(CorruptionName(wrong.kind));
  }

  EXPECT_THAT(kinds,
              ElementsAre("swapped", "unsupported", "number", "name", "negation", "parties"));
}

TEST(CorruptAnswer, GivesTheSameFromTheSameSeed) {
  const RightAnswer right = {"In 1998 Anna Holm sold 1,250 sacks.", kChunk};
  Rng a = TestRng();
  Rng b = TestRng();
  const std::vector<WrongAnswer> first = CorruptAnswer(right, {"x", "y", "z"}, {"u", "v"}, &a);
  const std::vector<WrongAnswer> second = CorruptAnswer(right, {"x", "y", "z"}, {"u", "v"}, &b);

  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].text, second[i].text);
}

// Any bytes: nothing crashes, and no result equals its input.
TEST(CorruptAnswer, NeverEqualsTheRightAnswer) {
  Rng rng = TestRng();
  const std::string pieces[] = {
      "The ", "is ",   "1998", " Anna", " not", "'t ", ", ", "\n",
      "é",    "Lund ", "can ", "、",    "二",   "0",   ". ", "the buyer must pay the seller"};
  for (int round = 0; round < 500; ++round) {
    std::string answer;
    for (uint64_t i = 0; i < rng.Below(12); ++i) answer += pieces[rng.Below(std::size(pieces))];
    for (const WrongAnswer& wrong : CorruptAnswer({answer, kChunk}, {answer, "x"}, {"y"}, &rng)) {
      EXPECT_NE(wrong.text, answer) << CorruptionName(wrong.kind);
    }
  }
}

}  // namespace
}  // namespace quipu::generator
