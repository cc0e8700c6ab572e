// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/filters.h"

#include <string>

#include "generator/prompts.h"
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
  return FilterPair({c.question, c.answer, kChunk, form}, InstructionOf(spec.generation(), form),
                    spec.filters(), &scores)
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
  EXPECT_EQ(Filter(copied).detail(), "share 1.000, limit 0.900, longest copy 14");
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
  EXPECT_FALSE(FilterPair({"What does the rule of Midnight say?",
                           "The answer must say only what is so.", chunk, v1::ANSWER_FORM_LONG},
                          InstructionOf(v1::GenerationSpec(), v1::ANSWER_FORM_LONG),
                          v1::FilterSpec(), &scores)
                   .has_value());
}

TEST(Grounding, MeasuresTheShare) {
  const Grounding g = MeasureGrounding({"Q?", "panels show purple", kChunk, v1::ANSWER_FORM_LONG});
  EXPECT_DOUBLE_EQ(g.share, 2.0 / 3);
  EXPECT_EQ(g.missing, "");
  EXPECT_EQ(MeasureGrounding({"Q?", "Yes.", kChunk, v1::ANSWER_FORM_LONG}).share, 1.0);
}

}  // namespace
}  // namespace quipu::generator
