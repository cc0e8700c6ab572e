// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/summary_text.h"

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "generator/languages/tables.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::HasSubstr;

constexpr char kSource[] =
    "The lighthouse of Tarn was built in 1871 by the engineer Anna Holm. Its lamp burned whale oil "
    "until 1903. After that a keeper lived on the island with two goats, and the lamp was lit by "
    "electricity from the mainland.";

v1::FilterSpec Filters() { return v1::FilterSpec(); }

TEST(SummaryText, DrawsEachRequestOfEachLanguage) {
  for (const LanguageTable& table : AllTables()) {
    std::set<std::string> drawn;
    for (int i = 0; i < 64; ++i) {
      drawn.insert(SummaryRequest(table.language, FingerprintOf(absl::StrCat("task ", i))));
    }
    EXPECT_EQ(drawn.size(), 4u) << std::string(table.name);
    EXPECT_EQ(drawn.count(""), 0u) << std::string(table.name);
  }
  EXPECT_EQ(SummaryRequest(Language::kUnknown, FingerprintOf("task")), "");
}

TEST(SummaryText, DropsSentencesWithNumbersOrNamesThatAreNotInTheSource) {
  const std::string kept = SupportedSentences(
      "The lighthouse of Tarn was built in 1871.\nIts lamp burned whale oil until 1899. The "
      "engineer was Anna Holm, and later a Peter Lund. The keeper lived on the island",
      kSource, Language::kEnglish, Filters());
  EXPECT_EQ(kept, "The lighthouse of Tarn was built in 1871.");
}

TEST(SummaryText, DropsSentencesWhoseWordsAreNotInTheSource) {
  EXPECT_EQ(SupportedSentences("Purple umbrellas juggle quasars above wet meadows.", kSource,
                               Language::kEnglish, Filters()),
            "");
}

TEST(SummaryText, RepairsASummaryIfEnoughOfItRemains) {
  const std::string two =
      "Anna Holm built the lighthouse of Tarn in 1871. Its lamp burned whale oil until 1903.";
  const RepairedSummary repaired =
      RepairSummary(absl::StrCat(two, " It was moved to Bergen in 1950."), kSource,
                    Language::kEnglish, Filters());
  EXPECT_EQ(repaired.text, two);
  EXPECT_TRUE(repaired.shortened);
  EXPECT_EQ(RepairSummary(two, kSource, Language::kEnglish, Filters()).text, two);
  EXPECT_FALSE(RepairSummary(two, kSource, Language::kEnglish, Filters()).shortened);
}

TEST(SummaryText, LeavesASummaryOfWhichTooLittleRemainsToTheFilters) {
  const std::string bad =
      "Its lamp burned whale oil until 1903. It was moved to Bergen in 1950. The king came in "
      "1960.";
  const std::string repaired = RepairSummary(bad, kSource, Language::kEnglish, Filters()).text;
  EXPECT_EQ(repaired, bad);

  v1::Scores scores;
  const auto reject =
      FilterSummary({"Summarise the document.", repaired, kSource}, "", Filters(), &scores);

  ASSERT_TRUE(reject.has_value());
  EXPECT_EQ(reject->reason(), v1::REJECT_REASON_NOT_GROUNDED);
  EXPECT_THAT(reject->detail(), HasSubstr("not in the document: 1950"));
  EXPECT_GT(scores.grounded_share(), 0);
}

TEST(SummaryText, FiltersWhatIsNoSummary) {
  struct Case {
    const char* name;
    const char* answer;
    v1::RejectReason reason;
  };
  const Case cases[] = {
      {"empty", "", v1::REJECT_REASON_EMPTY},
      {"a refusal", "I'm sorry, but I cannot summarise this document.", v1::REJECT_REASON_REFUSAL},
      {"one sentence", "The lighthouse of Tarn was built in 1871.", v1::REJECT_REASON_NOT_GROUNDED},
      {"another language",
       "Le phare de Tarn a \u00e9t\u00e9 construit par Anna Holm en 1871. La lampe a "
       "br\u00fbl\u00e9 "
       "de l'huile de baleine jusqu'en 1903 et le gardien vivait sur une \u00eele avec ses deux "
       "ch\u00e8vres.",
       v1::REJECT_REASON_LANGUAGE}};
  for (const Case& c : cases) {
    v1::Scores scores;
    const auto reject =
        FilterSummary({"Summarise the document.", c.answer, kSource}, "", Filters(), &scores);
    ASSERT_TRUE(reject.has_value()) << c.name;
    EXPECT_EQ(reject->reason(), c.reason) << c.name << ": " << reject->detail();
  }
}

TEST(SummaryText, AcceptsASupportedSummaryThatNamesTheDocument) {
  v1::Scores scores;
  const auto reject = FilterSummary(
      {"Summarise the document.",
       "The document is about the lighthouse of Tarn. Anna Holm built it in 1871, and its lamp "
       "burned whale oil until 1903.",
       kSource},
      "", Filters(), &scores);
  EXPECT_FALSE(reject.has_value()) << reject->detail();
  EXPECT_GT(scores.grounded_share(), 0.5);
}

}  // namespace
}  // namespace quipu::generator
