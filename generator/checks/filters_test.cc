// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/filters.h"

#include <string>

#include "generator/prompts/prompts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::HasSubstr;

constexpr char kChunk[] =
    "The mc package provides Midnight Commander, a file manager written by "
    "Miguel de Icaza. "
    "It was first released in 1994 and needs about 1,500 kilobytes. Two panels "
    "show the "
    "directories; press F10 to leave the program.";

struct Case {
  const char* question;
  const char* answer;
  v1::RejectReason reason;
};

v1::Reject Filter(const Case& c, v1::AnswerForm form = v1::ANSWER_FORM_LONG,
                  const v1::RunSpec& spec = {}) {
  v1::Scores scores;
  return FilterPair({c.question, c.answer, kChunk, form},
                    InstructionOf(spec.generation(), Language::kEnglish, form), spec.filters(),
                    &scores)
      .value_or(v1::Reject());
}

TEST(Filters, AcceptGoodPairs) {
  for (const Case& c : {
           Case{"Who wrote Midnight Commander?", "Miguel de Icaza wrote it.", {}},
           Case{"When was Midnight Commander released?", "In 1994.", {}},
           Case{"How much space does mc need?", "About 1500 kilobytes.", {}},
           Case{"How many panels does Midnight Commander show?", "2 panels.", {}},
           Case{"Is Midnight Commander a file manager?", "Yes.", {}},
           Case{"Is mc a file manager or an editor?", "A file manager.", {}},
           Case{"What do you press to leave mc?", "F10", {}},
       }) {
    EXPECT_EQ(Filter(c).reason(), v1::REJECT_REASON_UNSPECIFIED)
        << c.question << " " << c.answer << ": " << Filter(c).detail();
  }
}

TEST(Filters, GiveTheReason) {
  const Case cases[] = {
      {"?!", "Miguel.", v1::REJECT_REASON_EMPTY},
      {"Who wrote it?", " ... ", v1::REJECT_REASON_EMPTY},
      {"Who wrote mc?", "I cannot answer that.", v1::REJECT_REASON_REFUSAL},
      {"Who wrote mc?", "As an AI language model, no.", v1::REJECT_REASON_REFUSAL},
      {"Who wrote mc?", "Sorry, no.", v1::REJECT_REASON_REFUSAL},
      {"Who wrote mc?", "Not specified.", v1::REJECT_REASON_REFUSAL},
      {"Who wrote mc?", "It is not explicitly mentioned.", v1::REJECT_REASON_REFUSAL},
      {"Who wrote mc?", "N/A", v1::REJECT_REASON_REFUSAL},
      {"Who wrote mc?", "There is no information about it.", v1::REJECT_REASON_REFUSAL},
      {"What does the text say about mc?", "A file manager.", v1::REJECT_REASON_MENTIONS_TEXT},
      {"What is mc?", "The passage says a file manager.", v1::REJECT_REASON_MENTIONS_TEXT},
      {"What is Midnight Commander?", "What is Midnight Commander",
       v1::REJECT_REASON_ANSWER_EQUALS_QUESTION},
      {"What is the file manager Midnight Commander?", "Midnight Commander is the file manager.",
       v1::REJECT_REASON_ANSWER_EQUALS_QUESTION},
      {"When was mc released?", "In 1995.", v1::REJECT_REASON_NOT_GROUNDED},
      {"Who wrote mc?", "The hacker Linus Torvalds.", v1::REJECT_REASON_NOT_GROUNDED},
      {"What is mc?", "an orange fruit growing on tropical trees.", v1::REJECT_REASON_NOT_GROUNDED},
      {"Write one question about the facts in this", "A file manager.",
       v1::REJECT_REASON_COPIES_INSTRUCTION},
      {"What is mc?", "The answer must say only what the program says.",
       v1::REJECT_REASON_COPIES_INSTRUCTION},
  };
  v1::RunSpec spec;
  spec.mutable_generation()->set_long_prompt(
      "Write one question about the facts in this, and its answer. The answer "
      "must say only what the program says.");
  for (const Case& c : cases) {
    const v1::Reject reject = Filter(c, v1::ANSWER_FORM_LONG, spec);
    EXPECT_EQ(reject.reason(), c.reason)
        << c.question << " " << c.answer << ": " << v1::RejectReason_Name(reject.reason()) << " "
        << reject.detail();
    EXPECT_FALSE(reject.detail().empty()) << c.question;
  }
}

TEST(Filters, RefuseFaultsOfForm) {
  const Case cases[] = {
      {"Midnight Commander is a file manager.", "It has two panels.",
       v1::REJECT_REASON_NOT_A_QUESTION},
      {"What is Midnight Commander and", "A file manager.", v1::REJECT_REASON_NOT_A_QUESTION},
      {"Who wrote mc?", "It was written by [insert name].", v1::REJECT_REASON_UNFIT_TEXT},
      {"Who wrote mc?", "It was first released and written by", v1::REJECT_REASON_UNFIT_TEXT},
      {"Who wrote mc?", "Because I reinstall the system.", v1::REJECT_REASON_UNFIT_TEXT},
      {"Who wrote the program in this paper?", "Miguel de Icaza.", v1::REJECT_REASON_MENTIONS_TEXT},
      {"What is the name of the company?", "Midnight Commander.", v1::REJECT_REASON_MENTIONS_TEXT},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Filter(c).reason(), c.reason)
        << c.question << " " << c.answer << ": " << Filter(c).detail();
    EXPECT_FALSE(Filter(c).detail().empty());
  }
}

TEST(Filters, BoundTheWordsOfAShortForm) {
  const Case c = {"What does mc need?",
                  "The program mc needs about 1500 kilobytes of the disk and it shows the "
                  "directories in two panels and you leave it by the key F10 in the end.",
                  {}};
  EXPECT_EQ(Filter(c, v1::ANSWER_FORM_SHORT).detail(), "short-form answer of 29 words, limit 25");
  EXPECT_NE(Filter(c, v1::ANSWER_FORM_LONG).reason(), v1::REJECT_REASON_TOO_LONG);
}

TEST(Filters, RefuseLongFormsThatAreCopied) {
  const Case copied = {"What does mc provide?",
                       "The mc package provides Midnight Commander, a file manager written by "
                       "Miguel de Icaza.",
                       {}};
  EXPECT_EQ(Filter(copied).reason(), v1::REJECT_REASON_COPIED);
  EXPECT_EQ(Filter(copied).detail(), "share 1.000, limit 0.950, longest copy 14");
  EXPECT_EQ(Filter(copied, v1::ANSWER_FORM_SHORT).reason(), v1::REJECT_REASON_UNSPECIFIED);
  v1::RunSpec spec;
  spec.mutable_filters()->set_max_copied_share(1);
  EXPECT_EQ(Filter(copied, v1::ANSWER_FORM_LONG, spec).reason(), v1::REJECT_REASON_UNSPECIFIED);
}

TEST(Filters, MeasureThePair) {
  v1::Scores scores;
  FilterPair({"What is mc?", "It is a file manager written by Miguel de Icaza in 1994.", kChunk,
              v1::ANSWER_FORM_LONG},
             "", v1::FilterSpec(), &scores);
  EXPECT_EQ(scores.grounded_share(), 1);
  EXPECT_DOUBLE_EQ(scores.copied_share(), 8.0 / 12);
  EXPECT_EQ(scores.longest_copy(), 8u);
}

TEST(Filters, NameTheNumberThatIsMissing) {
  EXPECT_THAT(Filter({"When was mc released?", "It was released in 1994, then 1997.", {}}).detail(),
              HasSubstr("1997"));
}

TEST(Filters, LetAnAnswerRepeatANameOfTheQuestion) {
  EXPECT_EQ(
      Filter({"Who wrote the GNU program mc?", "The GNU program was by Miguel.", {}}).reason(),
      v1::REJECT_REASON_UNSPECIFIED);
}

TEST(Filters, AreStricterWithShortAnswers) {
  // Three content words, two in the chunk.
  const Case c = {"What is mc?", "graphical file manager", {}};
  v1::RunSpec spec;
  EXPECT_EQ(Filter(c, v1::ANSWER_FORM_LONG, spec).reason(), v1::REJECT_REASON_UNSPECIFIED);
  EXPECT_EQ(Filter(c, v1::ANSWER_FORM_SHORT, spec).reason(), v1::REJECT_REASON_NOT_GROUNDED);
  EXPECT_THAT(Filter(c, v1::ANSWER_FORM_SHORT, spec).detail(), HasSubstr("0.667, least 0.700"));
}

TEST(Filters, BoundBytes) {
  v1::RunSpec spec;
  spec.mutable_filters()->set_max_question_bytes(5);
  EXPECT_THAT(Filter({"Who wrote mc?", "Miguel.", {}}, v1::ANSWER_FORM_LONG, spec).detail(),
              HasSubstr("question of 13 bytes, limit 5"));
  spec.mutable_filters()->set_max_question_bytes(100);
  spec.mutable_filters()->set_max_answer_bytes(3);
  EXPECT_EQ(Filter({"Who wrote mc?", "Miguel.", {}}, v1::ANSWER_FORM_LONG, spec).reason(),
            v1::REJECT_REASON_TOO_LONG);
}

TEST(Filters, TakeTheUsersPatterns) {
  v1::RunSpec spec;
  spec.mutable_filters()->set_refuse_text_mentions(false);
  EXPECT_EQ(Filter({"What does the text say?", "A file manager.", {}}, v1::ANSWER_FORM_LONG, spec)
                .reason(),
            v1::REJECT_REASON_UNSPECIFIED);
  spec.mutable_filters()->add_refuse_patterns("midnight\\s+commander");
  EXPECT_EQ(
      Filter({"Who wrote Midnight Commander?", "Miguel.", {}}, v1::ANSWER_FORM_LONG, spec).reason(),
      v1::REJECT_REASON_MENTIONS_TEXT);
}

TEST(Filters, LetAChunkSayTheInstructionsWords) {
  const std::string chunk = "The answer must say only what the excerpt says, the rule goes.";
  v1::Scores scores;
  EXPECT_FALSE(
      FilterPair({"What does the rule of Midnight say?", "The answer must say only what is so.",
                  chunk, v1::ANSWER_FORM_LONG},
                 InstructionOf(v1::GenerationSpec(), Language::kEnglish, v1::ANSWER_FORM_LONG),
                 v1::FilterSpec(), &scores)
          .has_value());
}

struct Other {
  const char* what;
  Language language;
  const char* chunk;
  const char* question;
  const char* answer;
  v1::RejectReason reason;
};

constexpr char kHarbourZh[] =
    "凯尔索港建于一八七四年，由苏格兰工程师威廉·格兰特设计。港口的石墙用当地的花岗岩砌成，高六米，"
    "长410米。"
    "格兰特在日记中写道，最困难的工作是在冬季的风浪中打桩。";
constexpr char kHarbourFr[] =
    "Le port de Kelso fut construit en 1874 par William Grant. Les murs du port sont en granit de "
    "la région ; ils ont 410 mètres de long. L'eau du lac arrive par une conduite en brique.";
constexpr char kHarbourDe[] =
    "Der Hafen von Kelso wurde 1874 von William Grant gebaut. Die Mauern des Hafens bestehen aus "
    "Granit der Gegend und sind 410 Meter lang. Das Wasser des Sees kommt durch einen Kanal.";
constexpr char kHarbourTr[] =
    "Kelso limanı 1874 yılında William Grant tarafından inşa edildi. Limanın duvarları granit "
    "taşlardan yapıldı ve 410 metre uzunluğundadır.";

v1::Reject FilterOther(const Other& other, v1::AnswerForm form = v1::ANSWER_FORM_LONG) {
  v1::Scores scores;
  const std::optional<v1::Reject> reject = FilterPair(
      {other.question, other.answer, other.chunk, form, other.language},
      InstructionOf(v1::GenerationSpec(), other.language, form), v1::FilterSpec(), &scores);
  return reject.value_or(v1::Reject());
}

// They look like German; the chunk's line breaks inside the first one.
TEST(Filters, TakeAListOfForeignNamesFromTheChunk) {
  const char chunk[] =
      "The best known of the minnesingers were Walther von der\nVogelweide, Heinrich Frauenlob, "
      "Tannhaeuser, Nithart, Toggenburg,\netc. We first hear of Walther von der Vogelweide in "
      "1200.";
  Other names = {"names",
                 Language::kEnglish,
                 chunk,
                 "Who were the best known minnesingers?",
                 "Walther von der Vogelweide, Heinrich Frauenlob, Tannhaeuser, Nithart, "
                 "Toggenburg, etc.",
                 v1::REJECT_REASON_UNSPECIFIED};
  EXPECT_EQ(FilterOther(names, v1::ANSWER_FORM_SHORT).reason(), names.reason);

  names.answer = "Walther von der Vogelweide, Ulrich von der Hagenau und der Tannhaeuser.";
  EXPECT_EQ(FilterOther(names, v1::ANSWER_FORM_SHORT).reason(), v1::REJECT_REASON_LANGUAGE);
}

TEST(Filters, WorkInTheLanguageOfTheDocument) {
  const v1::RejectReason none = v1::REJECT_REASON_UNSPECIFIED;
  for (const Other& other : std::vector<Other>{
           {"zh", Language::kChinese, kHarbourZh, "凯尔索港的石墙是用什么砌成的？",
            "凯尔索港的石墙是用当地的花岗岩砌成的。", none},
           {"zh English", Language::kChinese, kHarbourZh,
            "What is the wall of the harbour made of?", "花岗岩", v1::REJECT_REASON_LANGUAGE},
           {"zh English answer", Language::kChinese, kHarbourZh, "凯尔索港的石墙是用什么砌成的？",
            "It is made of the local granite from the region.", v1::REJECT_REASON_LANGUAGE},
           {"zh text", Language::kChinese, kHarbourZh, "根据文本，石墙是用什么砌成的？", "花岗岩。",
            v1::REJECT_REASON_MENTIONS_TEXT},
           {"zh narrator", Language::kChinese, kHarbourZh, "为什么我在冬季打桩？", "因为风浪。",
            v1::REJECT_REASON_MENTIONS_TEXT},
           {"zh refusal", Language::kChinese, kHarbourZh, "谁出资建造了凯尔索港？",
            "抱歉，无法确定。", v1::REJECT_REASON_REFUSAL},
           {"zh instruction", Language::kChinese, kHarbourZh,
            "写明问题涉及的人物、地点和事物的名称？", "最困难的工作是打桩。",
            v1::REJECT_REASON_COPIES_INSTRUCTION},
           {"zh number", Language::kChinese, kHarbourZh, "石墙有多长？", "石墙长420米。",
            v1::REJECT_REASON_NOT_GROUNDED},
           {"zh invented", Language::kChinese, kHarbourZh, "港口为什么关闭？",
            "因为铁路公司破产，码头被军队占领。", v1::REJECT_REASON_NOT_GROUNDED},
           {"fr", Language::kFrench, kHarbourFr, "De quoi sont faits les murs du port de Kelso ?",
            "Les murs du port sont faits de granit de la région.", none},
           {"fr elision", Language::kFrench, kHarbourFr, "Que transporte la conduite en brique ?",
            "Elle transporte l'eau d'un lac.", none},
           {"fr text", Language::kFrench, kHarbourFr, "Selon le texte, qui a construit le port ?",
            "William Grant.", v1::REJECT_REASON_MENTIONS_TEXT},
           {"fr name", Language::kFrench, kHarbourFr, "Qui a construit le port ?",
            "Le port fut construit par Robert Stevenson.", v1::REJECT_REASON_NOT_GROUNDED},
           {"de nouns", Language::kGerman, kHarbourDe, "Woraus bestehen die Mauern des Hafens?",
            "Die Mauern bestehen aus dem Granit der Gegend, das Wasser kommt durch Kanäle.", none},
           {"de text", Language::kGerman, kHarbourDe, "Was beschreibt der Auszug über den Hafen?",
            "Den Bau.", v1::REJECT_REASON_MENTIONS_TEXT},
           {"de refusal", Language::kGerman, kHarbourDe, "Wer bezahlte den Hafen?",
            "Das wird nicht erwähnt.", v1::REJECT_REASON_REFUSAL},
           {"tr words", Language::kUnknown, kHarbourTr, "Liman duvarları neden yapılmıştır?",
            "Duvarlar granitten yapılmıştır.", none},
           {"tr number", Language::kUnknown, kHarbourTr, "Duvarlar ne kadar uzun?",
            "Duvarlar 420 metre uzunluğundadır.", v1::REJECT_REASON_NOT_GROUNDED},
       }) {
    const v1::Reject reject = FilterOther(other);
    EXPECT_EQ(reject.reason(), other.reason)
        << other.what << ": " << v1::RejectReason_Name(reject.reason()) << " " << reject.detail();
  }
}

// "是" and "的" are in every text.
TEST(Grounding, DoesNotCountStopWordsOfChinese) {
  const Grounding grounding = MeasureGrounding(
      {"?", "港口是铁路的。", kHarbourZh, v1::ANSWER_FORM_LONG, Language::kChinese});
  EXPECT_DOUBLE_EQ(grounding.share, 0.5);
}

TEST(Grounding, MeasuresTheShare) {
  const Grounding g = MeasureGrounding({"Q?", "panels show purple", kChunk, v1::ANSWER_FORM_LONG});
  EXPECT_DOUBLE_EQ(g.share, 2.0 / 3);
  EXPECT_EQ(g.missing, "");
  EXPECT_EQ(MeasureGrounding({"Q?", "Yes.", kChunk, v1::ANSWER_FORM_LONG}).share, 1.0);
}

}  // namespace
}  // namespace quipu::generator
