// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/evidence.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kFirst[] =
    "The harbour of Velmar was built in 1821. Its three piers are made of granite. "
    "Storms closed the harbour of Velmar for 12 days. Fishing boats use the northern pier.";
constexpr char kSecond[] =
    "The town keeps its records in a hall. Visitors must register two weeks earlier.";

std::string Document(absl::string_view more = "") {
  return absl::StrCat(kFirst, "\n\n", kSecond, "\n\n", more, "\n");
}

std::vector<std::string> Texts(absl::string_view text, const std::vector<TextRange>& ranges) {
  std::vector<std::string> texts;
  texts.reserve(ranges.size());
  for (const TextRange& range : ranges) {
    texts.emplace_back(text.substr(range.begin, range.end - range.begin));
  }
  return texts;
}

// Evidence of a pair whose chunk is the first paragraph.
Evidence Find(absl::string_view document, absl::string_view question, absl::string_view answer) {
  return EvidenceFinder(document, Language::kEnglish)
      .Find({0, sizeof(kFirst) - 1}, question, answer);
}

TEST(EvidenceFinder, FindsTheSentenceThatHoldsAShortAnswer) {
  const std::string document = Document();
  const Evidence evidence = Find(document, "For how long did storms close the harbour?", "12 days");
  EXPECT_THAT(Texts(document, evidence.sentences),
              ElementsAre("Storms closed the harbour of Velmar for 12 days."));
  EXPECT_THAT(evidence.other_places, IsEmpty());
  EXPECT_EQ(evidence.conflict, "");
}

TEST(EvidenceFinder, FindsEachSentenceThatALongAnswerNeeds) {
  const std::string document = Document();
  const Evidence evidence =
      Find(document, "What is known about the piers?",
           "There are three of granite, and fishing boats use the northern one.");
  EXPECT_THAT(
      Texts(document, evidence.sentences),
      ElementsAre("Its three piers are made of granite.", "Fishing boats use the northern pier."));
}

TEST(EvidenceFinder, FindsAtMostThreeSentencesAndOnlyOfTheChunk) {
  const std::string document = Document(kFirst);
  const Evidence evidence = Find(document, "What is there to say?", document);
  EXPECT_EQ(evidence.sentences.size(), 3u);
  for (const TextRange& sentence : evidence.sentences) EXPECT_LT(sentence.begin, sizeof(kFirst));
}

TEST(EvidenceFinder, FindsNothingForWordsThatAreNotThere) {
  const Evidence evidence = Find(Document(), "Quomodo vales?", "Optime.");
  EXPECT_THAT(evidence.sentences, IsEmpty());
  EXPECT_THAT(evidence.other_places, IsEmpty());
  EXPECT_THAT(EvidenceFinder("", Language::kEnglish).Find({0, 0}, "What?", "It.").sentences,
              IsEmpty());
}

TEST(EvidenceFinder, NamesAllOtherPlacesOfAShortAnswer) {
  const std::string document = Document(
      "As was said, storms kept the harbour of Velmar closed for 12 days.\n\nThe fair takes "
      "12 days.\n\nThe harbour closed after the storms. It took 12 days to open.");
  const Evidence evidence =
      Find(document, "For how long did storms close the harbour of Velmar?", "12 days");
  // Not the fair: nothing near it is asked about.
  EXPECT_THAT(Texts(document, evidence.other_places),
              ElementsAre("As was said, storms kept the harbour of Velmar closed for 12 days.",
                          "It took 12 days to open."));
}

TEST(EvidenceFinder, NamesASentenceThatSharesAsMuchAsTheEvidence) {
  const std::string document = Document("Remember that fishing boats use the northern pier.");
  const Evidence evidence = Find(document, "Which boats use a pier?",
                                 "It is known that fishing boats of the town use the northern one");
  EXPECT_THAT(Texts(document, evidence.other_places),
              ElementsAre("Remember that fishing boats use the northern pier."));
}

struct Conflict {
  std::string name;
  std::string more;
  std::string found;  // Empty: no conflict.
};

TEST(EvidenceFinder, NamesWhatAnotherPlaceSaysInThePlaceOfTheAnswer) {
  const std::vector<Conflict> cases = {
      {"another number", "Storms closed the harbour of Velmar for 30 days.", "say 30 in the place"},
      {"in other words", "Later the harbour of Velmar was closed by storms for 30 days.",
       "say 30 in the place"},
      {"the same number", "Storms closed the harbour of Velmar for 12 days.", ""},
      {"the same number beside it",
       "Storms closed the harbour of Velmar for 12 days. The harbour of Velmar was closed by "
       "storms for 30 days in all.",
       ""},
      {"about something else", "Storms closed the school of Velmar for 30 days.", ""},
      {"elsewhere in the sentence", "Storms closed the harbour of Velmar and its 30 inns.", ""},
      {"no full stop", "Storms closed the harbour of Velmar for 30 days", ""},
      {"a number of the question", "Storms closed the harbour of Velmar for 1850 days.", ""},
  };
  for (const Conflict& wanted : cases) {
    const std::string document = Document(wanted.more);
    const Evidence evidence = Find(
        document, "For how long did storms close the harbour of Velmar before 1850?", "12 days");
    if (wanted.found.empty()) {
      EXPECT_EQ(evidence.conflict, "") << wanted.name;
    } else {
      EXPECT_THAT(evidence.conflict, HasSubstr(wanted.found)) << wanted.name;
      EXPECT_THAT(evidence.conflict,
                  HasSubstr(absl::StrCat("bytes [", document.find(wanted.more), ", ")))
          << wanted.name;
    }
  }
}

TEST(EvidenceFinder, ComparesNamesLikeNumbers) {
  const std::string first = "The harbour master of the old town is Anna Berg today.";
  const std::string same = "The harbour master of the old town, they say, is Anna Berg today.";
  const std::string other = "The harbour master of the old town, they say, is Carl Lund today.";
  const auto find = [&](const std::string& more) {
    const std::string document = absl::StrCat(first, "\n\n", more, "\n");
    return EvidenceFinder(document, Language::kEnglish)
        .Find({0, first.size()}, "Who is harbour master of the old town?", "Anna Berg")
        .conflict;
  };
  EXPECT_EQ(find(same), "");
  EXPECT_THAT(find(other), HasSubstr("say Carl Lund in the place"));
}

TEST(EvidenceFinder, CutsTextsWithoutFullStops) {
  std::string document;
  for (int i = 0; i < 400; ++i) absl::StrAppend(&document, "word", i, " ");
  const Evidence evidence =
      EvidenceFinder(document, Language::kEnglish).Find({0, document.size()}, "Which?", "word77");
  ASSERT_EQ(evidence.sentences.size(), 1u);
  EXPECT_LE(evidence.sentences[0].end - evidence.sentences[0].begin, 600u);
  EXPECT_TRUE(absl::StrContains(Texts(document, evidence.sentences)[0], "word77"));
}

std::string FindRival(absl::string_view document, absl::string_view question,
                      absl::string_view answer) {
  return EvidenceFinder(document, Language::kEnglish)
      .FindRival({0, sizeof(kFirst) - 1}, question, answer);
}

TEST(EvidenceFinder, NamesARivalThatFitsTheQuestionAndSaysSomethingElse) {
  // A place with the same words of the question, and one with more of them.
  for (const absl::string_view more :
       {"The harbour was closed again, this time by ice.", "Storms closed the harbour of Lund."}) {
    const std::string document = Document(more);
    const std::string rival =
        FindRival(document, "Why was the harbour closed?", "12 days of storms");
    EXPECT_THAT(rival, HasSubstr(more.substr(0, 30))) << more;
  }
  EXPECT_EQ(FindRival(Document(), "Why was the harbour closed?", "12 days of storms"), "");
}

TEST(EvidenceFinder, NamesNoRivalThatSaysTheSameOrHasFewerOfTheWords) {
  EXPECT_EQ(FindRival(Document("The harbour of Velmar was closed for 12 days by storms."),
                      "For how long did storms close the harbour?", "12 days"),
            "");
  EXPECT_EQ(FindRival(Document("The harbour was closed again, this time by ice."),
                      "For how long did storms close the harbour of Velmar?", "12 days"),
            "");
}

TEST(EvidenceFinder, NamesARivalForAQuestionWithoutAWordOfItsChunk) {
  const std::string rival = FindRival(Document(), "When must visitors register?", "granite");
  EXPECT_THAT(rival, HasSubstr("Visitors must register"));
}

// A chunk about one bird, in a document with others.
constexpr char kBird[] = "The bird that nests in the tower is a jackdaw. It was first seen in May.";

std::string FindUnplaced(absl::string_view rest, absl::string_view question,
                         Language language = Language::kEnglish) {
  const std::string document = absl::StrCat(kBird, "\n\n", rest);
  return EvidenceFinder(document, language).FindUnplaced({0, sizeof(kBird) - 1}, question);
}

TEST(EvidenceFinder, NamesAThingThatIsInManyOtherPlaces) {
  const absl::string_view birds =
      "A bird sang in the garden. No bird came to the well. Birds are rare here.";
  EXPECT_EQ(FindUnplaced(birds, "What is the name of the bird?"),
            "\"bird\" is in 3 sentences outside the chunk");
  for (const absl::string_view question : {"Where is this bird?", "Where was the bird trapped?"}) {
    EXPECT_THAT(FindUnplaced(birds, question), HasSubstr("3 sentences")) << question;
  }
  EXPECT_EQ(FindUnplaced("A bird sang. No bird came.", "What is the name of the bird?"), "");
}

TEST(EvidenceFinder, NamesNoThingThatTheQuestionTellsApart) {
  const absl::string_view birds =
      "A bird sang in the garden. No bird came to the well. Birds are rare here.";
  for (const absl::string_view question : {
           "What is the nesting bird called?",       // Of one nest alone.
           "Which bird nests in the tower?",         // Not taken for known.
           "What is the bird of Lund called?",       // A name.
           "When was the bird first seen in 1902?",  // A number.
           "What is the \"bird\"?",                  // A quotation.
           "What is the main purpose?",              // General words: FindVagueness.
           "",
       }) {
    EXPECT_EQ(FindUnplaced(birds, question), "") << question;
  }
  EXPECT_EQ(FindUnplaced(birds, "What is the name of the bird?", Language::kUnknown), "");
}

// Each unit used to look for a space in all of the text before it: eight minutes here.
TEST(EvidenceFinder, ReadsATextWithoutSpacesOnce) {
  const std::string sentence = "The miller of the village sold nine sacks of flour.";
  std::string text(size_t{40} << 20, 'x');
  text += ".\n\n";
  const size_t begin = text.size();
  text += sentence;
  const EvidenceFinder finder(text, Language::kEnglish);
  const Evidence evidence =
      finder.Find({begin, text.size()}, "Who sold the flour?", "The miller of the village.");
  EXPECT_THAT(evidence.sentences, SizeIs(1));
}

}  // namespace
}  // namespace quipu::generator
