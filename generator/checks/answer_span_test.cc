// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/answer_span.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Texts(absl::string_view sentence, absl::string_view chunk = "",
                               Language language = Language::kEnglish) {
  std::vector<std::string> texts;
  for (const AnswerSpan& span : AnswerSpans(sentence, chunk, language)) {
    texts.emplace_back(span.text);
  }
  return texts;
}

TEST(AnswerSpans, AreDatesNumbersAndNames) {
  EXPECT_THAT(Texts("The harbour of Velmar was opened by Anna Holm on 12 May 1821."),
              ElementsAre("Anna Holm", "12 May 1821"));
  EXPECT_THAT(Texts("Storms closed it for 12 days in 1998 and cost the town $1,250 million."),
              ElementsAre("12 days", "1998", "$1,250 million"));
  EXPECT_THAT(Texts("About 48.5 percent of them, or 61%, had never left the town."),
              ElementsAre("48.5 percent", "61%"));
}

TEST(AnswerSpans, KnowTheirKind) {
  const auto spans = AnswerSpans(
      "On July 9, 2013 the Ministry of Magic lost 40 ships in 2012 alone.", "", Language::kEnglish);
  ASSERT_EQ(spans.size(), 4u);
  EXPECT_EQ(spans[0].kind, AnswerSpan::kDate);
  EXPECT_EQ(spans[1].kind, AnswerSpan::kName);
  EXPECT_EQ(spans[2].kind, AnswerSpan::kNumber);
  EXPECT_EQ(spans[3].kind, AnswerSpan::kDate);
}

TEST(AnswerSpans, JoinNamesOverSmallWords) {
  EXPECT_THAT(Texts("It was placed by the Committee on House Administration in a hall."),
              ElementsAre("Committee on House Administration"));
  EXPECT_THAT(Texts("They asked the Secretary of the Air Force for another report."),
              ElementsAre("Secretary of the Air Force"));
  EXPECT_THAT(Texts("In the end both Anna Holm and Peter Lund left the old town."),
              ElementsAre("Anna Holm", "Peter Lund"));
}

TEST(AnswerSpans, TakeASingleWordForANameOnlyIfTheChunkHasItTwice) {
  const std::string sentence = "The old harbour belongs to Velmar and not to the king.";
  EXPECT_THAT(Texts(sentence, sentence), IsEmpty());
  EXPECT_THAT(Texts(sentence, absl::StrCat(sentence, " Nobody in Velmar knows why.")),
              ElementsAre("Velmar"));
}

TEST(AnswerSpans, LeaveOutWhatIsNoAnswer) {
  // Citations and asides, numbers of parts, of lists and of longer numbers, speakers, single digits.
  EXPECT_THAT(Texts("The model was trained on the set of CityScapes (Cordts et al., 2016) again."),
              IsEmpty());
  EXPECT_THAT(Texts("As Section 12 and Figure 34 show, it was not the town that paid."), IsEmpty());
  EXPECT_THAT(Texts("12 of these rules were written down by the people of the town."), IsEmpty());
  EXPECT_THAT(Texts("The committee will break until 10:20 and then take item 45."), IsEmpty());
  EXPECT_THAT(Texts("Then they went home. Janet Finch: it is in the north of the country."),
              IsEmpty());
  EXPECT_THAT(Texts("There are 3 of them in the old hall of the town today."), IsEmpty());
  EXPECT_THAT(Texts("The 12-day storm and the A-40 road made it hard to come home."), IsEmpty());
  EXPECT_THAT(Texts("They said that I'm the one who had seen it all before them."), IsEmpty());
}

TEST(AnswerSpans, LeaveOutWhatOccursTwice) {
  EXPECT_THAT(Texts("In the year 1998 they had 40 ships and one year before 1998 only 25."),
              ElementsAre("40", "25"));
}

TEST(AnswerSpans, AskNothingOfQuestionsTagsAndVeryShortOrLongSentences) {
  EXPECT_THAT(Texts("Did Anna Holm open the harbour of Velmar in 1821?"), IsEmpty());
  EXPECT_THAT(Texts("</answer> Anna Holm opened the harbour of Velmar in 1821."), IsEmpty());
  EXPECT_THAT(Texts("Anna Holm, 1821."), IsEmpty());
  std::string sentence = "In 1821";
  for (int i = 0; i < 60; ++i) absl::StrAppend(&sentence, " it rained");
  EXPECT_THAT(Texts(sentence), IsEmpty());
  EXPECT_THAT(Texts(""), IsEmpty());
}

TEST(AnswerSpans, AreNumbersWhereCapitalsTellNothing) {
  EXPECT_THAT(Texts("Der Hafen von Velmar wurde im Jahr 1821 von Anna Holm eröffnet.", "",
                    Language::kGerman),
              ElementsAre("1821"));
  EXPECT_THAT(Texts("这座城市于1821年建成，当时只有350人住在港口附近。", "", Language::kChinese),
              ElementsAre("1821年", "350人"));
}

TEST(PickAnswerSpan, DrawsFromTheTaskAndPrefersFigures) {
  const std::string sentence = "On 12 May 1821 it was opened by Anna Holm with 350 guests.";
  std::map<std::string, int> drawn;
  for (int i = 0; i < 1000; ++i) {
    const auto span =
        PickAnswerSpan(sentence, "", Language::kEnglish, FingerprintOf(absl::StrCat(i)));
    ASSERT_TRUE(span.has_value());
    ++drawn[std::string(span->text)];
  }
  // Weights 4, 2, 4. The draws are a function of the ids, so this cannot change by chance.
  EXPECT_EQ(drawn.size(), 3u);
  EXPECT_GT(drawn["12 May 1821"], drawn["Anna Holm"]);
  EXPECT_GT(drawn["350"], drawn["Anna Holm"]);
  EXPECT_FALSE(PickAnswerSpan("Nothing.", "", Language::kEnglish, FingerprintOf("1")).has_value());
}

}  // namespace
}  // namespace quipu::generator
