// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/question_kinds.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::AnyOf;

constexpr char kRich[] =
    "The mill was built in 1802 by John Smith, who lived in Ghent with his three sons. It was "
    "larger than the mill at the bridge, because the river is wide there. They sold wheat, rye and "
    "oats to the bakers of the town.";
constexpr char kPlain[] =
    "a knot is tied by pulling the end of the rope through the loop that it makes with itself";

Fingerprint Task(int number) { return FingerprintOf(absl::StrCat("task ", number)); }

v1::GenerationSpec With(const v1::QuestionKinds& weights) {
  v1::GenerationSpec spec;
  *spec.mutable_question_kinds() = weights;
  return spec;
}

std::map<std::string, int> Draw(const char* chunk, v1::AnswerForm form,
                                const v1::QuestionKinds& weights = {}) {
  std::map<std::string, int> drawn;
  for (int i = 0; i < 2000; ++i) {
    ++drawn[std::string(KindOf(With(weights), form, Language::kEnglish, chunk, Task(i)).name)];
  }
  return drawn;
}

TEST(QuestionKinds, OfARichChunkAreAllThatSuitTheForm) {
  std::set<std::string> names;
  for (const auto& [name, count] : Draw(kRich, v1::ANSWER_FORM_SHORT)) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"what", "who", "when", "where", "which", "how_many",
                                          "list", "yes_no", "other"}));
  names.clear();
  for (const auto& [name, count] : Draw(kRich, v1::ANSWER_FORM_LONG)) names.insert(name);
  EXPECT_EQ(names,
            (std::set<std::string>{"what", "which", "why", "how", "compare", "list", "other"}));
}

TEST(QuestionKinds, ThatAChunkCannotAnswerAreNotDrawn) {
  std::set<std::string> names;
  for (const auto& [name, count] : Draw(kPlain, v1::ANSWER_FORM_SHORT)) names.insert(name);

  EXPECT_EQ(names, (std::set<std::string>{"what", "which", "yes_no", "other"}));
}

TEST(QuestionKinds, FollowTheWeights) {
  v1::QuestionKinds weights;
  for (const auto set : {&v1::QuestionKinds::set_what, &v1::QuestionKinds::set_which,
                         &v1::QuestionKinds::set_other, &v1::QuestionKinds::set_yes_no}) {
    (weights.*set)(0);
  }
  weights.set_what(3);
  weights.set_which(1);

  std::map<std::string, int> drawn = Draw(kPlain, v1::ANSWER_FORM_SHORT, weights);

  EXPECT_EQ(drawn["what"] + drawn["which"], 2000);
  EXPECT_NEAR(drawn["what"], 1500, 100);
}

TEST(QuestionKinds, AreNoneWithoutAWeightAndWhereTheLanguageHasNoOpenings) {
  v1::QuestionKinds none;
  for (const auto set : {&v1::QuestionKinds::set_what, &v1::QuestionKinds::set_which,
                         &v1::QuestionKinds::set_other, &v1::QuestionKinds::set_yes_no}) {
    (none.*set)(0);
  }
  EXPECT_EQ(KindOf(With(none), v1::ANSWER_FORM_SHORT, Language::kEnglish, kPlain, Task(0)).name,
            "");
  for (const Language language : {Language::kJapanese, Language::kChinese, Language::kUnknown}) {
    EXPECT_EQ(KindOf({}, v1::ANSWER_FORM_SHORT, language, kRich, Task(0)).name, "");
  }
}

std::set<std::string> OpeningsOf(Language language, v1::AnswerForm form, const char* sentence) {
  std::set<std::string> openings;
  for (int i = 0; i < 500; ++i) {
    openings.insert(std::string(KindOf({}, form, language, sentence, Task(i)).opening));
  }
  return openings;
}

TEST(QuestionKinds, OpenInTheLanguageOfTheDocument) {
  EXPECT_EQ(OpeningsOf(Language::kGerman, v1::ANSWER_FORM_SHORT,
                       "Die Mühle wurde 1802 von Karl Meyer mit 12 Arbeitern in Magdeburg gebaut."),
            (std::set<std::string>{"", "Was", "Wer", "Wann", "In welchem Jahr", "Wo", "Welche",
                                   "Welcher", "Welches", "Wie viele"}));
  EXPECT_EQ(OpeningsOf(Language::kGerman, v1::ANSWER_FORM_LONG, "Er ging, weil es regnete."),
            (std::set<std::string>{"", "Was", "Warum", "Wie", "Welche", "Welcher", "Welches"}));
  EXPECT_EQ(OpeningsOf(Language::kFrench, v1::ANSWER_FORM_SHORT,
                       "Le moulin fut construit en 1802 par Jean Morel avec 12 ouvriers à Blois."),
            (std::set<std::string>{"", "Que", "Qu'est-ce qui", "Qui", "Quand", "En quelle année",
                                   "Où", "Quel", "Quelle", "Combien de"}));
  EXPECT_EQ(
      OpeningsOf(Language::kFrench, v1::ANSWER_FORM_LONG,
                 "Elle partit parce que la rivière débordait."),
      (std::set<std::string>{"", "Que", "Qu'est-ce qui", "Pourquoi", "Comment", "Quel", "Quelle"}));
}

TEST(QuestionKinds, OfADateIsWhen) {
  EXPECT_EQ(KindOfDate(Language::kGerman, /*year=*/true).opening, "In welchem Jahr");
  EXPECT_EQ(KindOfDate(Language::kEnglish, /*year=*/false).opening, "When");
  EXPECT_EQ(KindOfDate(Language::kJapanese, /*year=*/true).name, "");
}

TEST(QuestionKinds, AreNoneWhereTheSpecHasOpenings) {
  v1::GenerationSpec spec;
  spec.add_question_openings("By whom");
  EXPECT_EQ(KindOf(spec, v1::ANSWER_FORM_SHORT, Language::kEnglish, kRich, Task(0)).name, "");
}

TEST(QuestionKinds, HaveOpeningsAndDependOnTheTaskAlone) {
  for (int i = 0; i < 200; ++i) {
    const QuestionKind kind = KindOf({}, v1::ANSWER_FORM_SHORT, Language::kEnglish, kRich, Task(i));
    EXPECT_EQ(KindOf({}, v1::ANSWER_FORM_SHORT, Language::kEnglish, kRich, Task(i)).name,
              kind.name);
    if (kind.name == "when") {
      EXPECT_THAT(kind.opening, AnyOf("When", "In which year"));
    }
    if (kind.name == "how_many") {
      EXPECT_TRUE(absl::StartsWith(kind.opening, "How m"));
    }
    if (kind.name == "other") {
      EXPECT_EQ(kind.opening, "");
    }
  }
}

TEST(Topics, AreSeen) {
  const Topics rich = TopicsOf(kRich, Language::kEnglish);
  EXPECT_TRUE(rich.people && rich.dates && rich.places && rich.counts && rich.reasons &&
              rich.contrasts && rich.lists);
  const Topics plain = TopicsOf(kPlain, Language::kEnglish);
  EXPECT_FALSE(plain.people || plain.dates || plain.places || plain.counts || plain.reasons ||
               plain.contrasts || plain.lists);
  EXPECT_FALSE(
      TopicsOf("It was signed in March by the Party that is named in Section 3, and it has "
               "to be sent to the Company in the Territory.",
               Language::kEnglish)
          .places);
}

}  // namespace
}  // namespace quipu::generator
