// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/extracts.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::AnyOf;
using ::testing::IsEmpty;

std::string TestChunk() {
  std::string text;
  for (int i = 0; i < 8; ++i) {
    absl::StrAppend(&text, "The old mill at the river was rebuilt by Anna Holm with ", 100 + i,
                    " new stones\nafter the long winter. It was not cheap for the people of the "
                    "town at that time. ");
  }
  return text;
}

TEST(PickExtracts, TakesSomeOfEachForm) {
  Rng rng(FingerprintOf("chunk"), "test");
  const std::string chunk = TestChunk();
  int brief = 0;
  int full = 0;
  std::set<std::string> sentences;
  for (const Extract& extract : PickExtracts(chunk, 2, &rng)) {
    EXPECT_TRUE(absl::StrContains(extract.sentence, extract.answer));
    EXPECT_FALSE(absl::StrContains(extract.sentence, "\n"));
    EXPECT_FALSE(absl::StartsWith(extract.sentence, "It ")) << extract.sentence;
    EXPECT_TRUE(sentences.insert(extract.sentence).second);
    if (extract.form == v1::ANSWER_FORM_SHORT) {
      ++brief;
      EXPECT_TRUE(extract.answer == "Anna Holm" || absl::EndsWith(extract.answer, " new"))
          << extract.answer;
    } else {
      ++full;
      EXPECT_EQ(extract.answer, extract.sentence);
    }
  }

  EXPECT_EQ(brief, 2);
  EXPECT_EQ(full, 2);
}

TEST(PickExtracts, LeavesWhatIsNoSentence) {
  Rng rng(FingerprintOf("chunk"), "test");

  EXPECT_THAT(PickExtracts("", 2, &rng), IsEmpty());
  EXPECT_THAT(PickExtracts("Too short.", 2, &rng), IsEmpty());
  EXPECT_THAT(
      PickExtracts("Is this a question about the old mill at the river in the town?", 2, &rng),
      IsEmpty());
}

TEST(PickExtracts, GivesTheSameFromTheSameSeed) {
  Rng a(FingerprintOf("chunk"), "test");
  Rng b(FingerprintOf("chunk"), "test");
  const std::string chunk = TestChunk();
  const std::vector<Extract> first = PickExtracts(chunk, 3, &a);
  const std::vector<Extract> second = PickExtracts(chunk, 3, &b);

  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].answer, second[i].answer);
}

TEST(SaysExtract, TakesTheSameFactInOtherWords) {
  const Extract brief = {"In 1998 Anna Holm sold 1,250 sacks.", "Anna Holm", v1::ANSWER_FORM_SHORT};
  EXPECT_TRUE(SaysExtract("It was Anna Holm.", brief));
  EXPECT_TRUE(SaysExtract("Anna Holm, in 1998", brief));
  EXPECT_FALSE(SaysExtract("Holm", brief));
  EXPECT_FALSE(SaysExtract("Anna Holm in 2001", brief));
  EXPECT_FALSE(SaysExtract("", brief));

  const Extract full = {brief.sentence, brief.sentence, v1::ANSWER_FORM_LONG};
  EXPECT_TRUE(SaysExtract("Anna Holm sold 1,250 sacks in the year 1998.", full));
  EXPECT_FALSE(SaysExtract("Anna Holm sold 1,251 sacks in the year 1998.", full));
  EXPECT_FALSE(SaysExtract("She sold some sacks.", full));
}

}  // namespace
}  // namespace quipu::generator
