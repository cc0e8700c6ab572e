// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/vague_question.h"

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(VagueQuestion, NamesNothing) {
  for (const char* question : {
           "What is the name of the company?",
           "Who is the character who describes the incident?",
           "What is the main purpose of the project?",
           "What did he do?",
           "Why were they considered important?",
           "What is the process of the second step?",
           "How is it used?",
           "What is it for?",
           "Who?",
       }) {
    EXPECT_NE(FindVagueness(question, Language::kEnglish), "") << question;
  }
}

TEST(VagueQuestion, IsNotOneThatNamesSomething) {
  for (const char* question : {
           "What is the name of the knot?",
           "What is the name of the company that Henry Ford founded?",
           "What happened in 1902?",
           "What is the purpose of `umask`?",
           "What does \"main\" mean?",
           "What did he do in Ghent?",
           "What is it called when a knot slips?",
           "How do knots work?",
           "Which university has its origins in a school of medicine?",
           "How was it determined how many camps there were?",
           "什么是结绳记事？",
       }) {
    EXPECT_EQ(FindVagueness(question, Language::kEnglish), "") << question;
  }
}

TEST(VagueQuestion, NamesOnlyTheSpeakersOfATranscript) {
  constexpr char kSpeech[] =
      "Grad F: Right .\nProfessor C: Is the power out ?\nGrad F: Mm - hmm .\n"
      "Professor C: Then ask Lund .\nNote: It was late.\n";
  for (const char* question : {
           "What does Grad F say?",
           "How does Professor C respond to the question of Grad F?",
           "What does Grad F think about it?",
       }) {
    EXPECT_NE(FindVagueness(question, Language::kEnglish, kSpeech), "") << question;
    EXPECT_EQ(FindVagueness(question, Language::kEnglish), "") << question;
  }
  for (const char* question : {
           "What does Grad F think about the power?",
           "What does Lund say?",
           "What does Professor C say to Lund?",
           "What does the Note say?",
       }) {
    EXPECT_EQ(FindVagueness(question, Language::kEnglish, kSpeech), "") << question;
  }
}

TEST(NamedShare, IsOneForANameANumberOrAQuotation) {
  EXPECT_EQ(NamedShare("Who founded the port of Velmar?", Language::kEnglish), 1);
  EXPECT_EQ(NamedShare("What happened in 1902?", Language::kEnglish), 1);
  EXPECT_EQ(NamedShare("What does \"main\" mean?", Language::kEnglish), 1);
  EXPECT_EQ(NamedShare("Why do knots slip?", Language::kEnglish), 0);
  EXPECT_EQ(NamedShare("", Language::kEnglish), 0);
  EXPECT_EQ(NamedShare("什么是结绳记事？", Language::kChinese), 0.5);
  EXPECT_EQ(NamedShare("1902年发生了什么？", Language::kChinese), 1);
}

TEST(VagueQuestion, IsFoundInSomeOtherLanguages) {
  struct Case {
    Language language;
    const char* question;
    bool vague;
  };
  for (const Case& c : {
           Case{Language::kJapanese, "彼の名前は何ですか。", true},
           Case{Language::kJapanese, "何が起こったのか。", true},
           Case{Language::kJapanese, "由布院の温泉は何が有名ですか。", false},
           Case{Language::kChinese, "他的名字是什么？", true},
           Case{Language::kChinese, "这是什么？", true},
           Case{Language::kChinese, "他山之石是什么意思？", false},
           Case{Language::kFrench, "Quand est-il né ?", true},
           Case{Language::kFrench, "Quand le port fut-il construit ?", false},
           Case{Language::kFrench, "Qu'est-ce que le port franc ?", false},
           Case{Language::kGerman, "Wer hat das getan?", true},
           Case{Language::kGerman, "Wann und wo?", true},
           Case{Language::kGerman, "Was bedeutet das Wort Deich?", false},
           Case{Language::kGerman, "Wer hat das Rathaus gebaut?", false},
       }) {
    EXPECT_EQ(!FindVagueness(c.question, c.language).empty(), c.vague) << c.question;
  }
}

}  // namespace
}  // namespace quipu::generator
