// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/language.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "generator/languages/tables.h"
#include "generator/prompts/prompts.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

struct Sentence {
  Language language;
  const char* text;
};

const std::vector<Sentence>& Sentences() {
  static const auto& sentences = *new std::vector<Sentence>{
      {Language::kEnglish, "The harbour of Kelso was built in 1874 by an engineer from Scotland."},
      {Language::kChinese, "凯尔索港建于一八七四年，由苏格兰工程师设计。"},
      {Language::kChinese, "凱爾索港建於一八七四年，由蘇格蘭工程師設計。"},
      {Language::kJapanese, "この港は1874年にスコットランドの技師によって建設された。"},
      {Language::kFrench, "Le port de Kelso a été construit en 1874 par un ingénieur écossais."},
      {Language::kGerman, "Der Hafen von Kelso wurde im Jahr 1874 von einem Schotten gebaut."},
      {Language::kSpanish, "El puerto de Kelso fue construido en 1874 por un ingeniero escocés."},
      {Language::kPortuguese, "O porto de Kelso foi construído em 1874 por um engenheiro escocês."},
      {Language::kRussian, "Порт Келсо был построен в 1874 году шотландским инженером."},
      {Language::kArabic, "تم بناء الميناء في عام 1874 من قبل مهندس من اسكتلندا."},
      {Language::kHindi, "केल्सो का बंदरगाह 1874 में एक इंजीनियर के द्वारा बनाया गया था।"},
      {Language::kKorean, "켈소 항구는 1874년에 스코틀랜드 기술자가 건설하였다."},
      {Language::kItalian,
       "Il porto di Kelso è stato costruito nel 1874 da un ingegnere scozzese."},
  };
  return sentences;
}

TEST(DetectLanguage, KnowsASentenceOfEach) {
  for (const Sentence& sentence : Sentences()) {
    EXPECT_EQ(CodeOf(DetectLanguage(sentence.text)), CodeOf(sentence.language)) << sentence.text;
  }
}

TEST(DetectLanguage, TakesNeighboursForUnknown) {
  for (const char* text : {
           "De haven van Kelso werd in 1874 door een Schotse ingenieur gebouwd en is nog in "
           "gebruik.",
           "Portul a fost construit în 1874 de un inginer scoțian și este încă folosit.",
           "Liman 1874 yılında İskoç bir mühendis tarafından inşa edilmiş ve hâlâ kullanılıyor.",
           "Port został zbudowany w 1874 roku przez szkockiego inżyniera i jest nadal używany.",
           "Hamnen byggdes år 1874 av en skotsk ingenjör och den är fortfarande i bruk.",
           "Порт був збудований у 1874 році шотландським інженером, і він досі працює.",
           "Το λιμάνι χτίστηκε το 1874 από έναν Σκωτσέζο μηχανικό.",
           "ท่าเรือแห่งนี้สร้างขึ้นในปี 1874 โดยวิศวกรชาวสกอตแลนด์",
           "Cảng được xây dựng vào năm 1874 bởi một kỹ sư người Scotland và vẫn còn được sử dụng.",
           "این بندر در سال ۱۸۷۴ توسط یک مهندس ساخته شد و هنوز از آن استفاده می شود.",
       }) {
    EXPECT_EQ(CodeOf(DetectLanguage(text)), "und") << text;
  }
}

TEST(DetectLanguage, IsUnsureOfTooLittle) {
  for (const char* text : {"", "42", "Debian", "/etc/apt/sources.list", "apt-get install foo", "的",
                           "\xff\xfe", "a b c d e f g"}) {
    EXPECT_EQ(CodeOf(DetectLanguage(text)), "und") << text;
  }
}

TEST(DetectLanguage, SeesPastCommandsAndHeaders) {
  std::string mixed;
  for (int i = 0; i < 50; ++i) {
    absl::StrAppend(&mixed, "安装软件包时请使用下面的命令。\napt-get install package-", i, "\n");
  }
  EXPECT_EQ(CodeOf(DetectLanguage(mixed)), "zh");
  // A licence in English, then a long French text.
  std::string french(4000, ' ');
  for (int i = 0; i < 12; ++i) absl::StrAppend(&french, "This is free software for all of you. ");
  for (int i = 0; i < 900; ++i) {
    absl::StrAppend(&french, "Le port a été construit par un ingénieur qui avait ", i, " ans. ");
  }
  EXPECT_EQ(CodeOf(DetectLanguage(french)), "fr");
}

TEST(DetectLanguage, KnowsTheBuiltInPromptsForTheirOwn) {
  const v1::RunSpec spec;
  for (const LanguageTable& table : AllTables()) {
    const Language language = table.language;
    for (const v1::AnswerForm form : {v1::ANSWER_FORM_LONG, v1::ANSWER_FORM_SHORT}) {
      EXPECT_EQ(CodeOf(DetectLanguage(InstructionOf(spec.generation(), language, form))),
                table.code);
      for (const bool several : {false, true}) {
        const std::string pattern = RowPattern(spec, language, form, several);
        EXPECT_EQ(
            CodeOf(DetectLanguage(InstancePrompt(pattern, language, "document", {""}, "").text)),
            table.code);
      }
    }
    EXPECT_EQ(CodeOf(DetectLanguage(
                  VerdictOf(spec.generation(), spec.verification(), language, "", "").prompt.text)),
              table.code);
  }
}

TEST(TaskCode, IsEnglishWhereTasksHadNone) {
  EXPECT_EQ(LanguageOfTaskCode(""), Language::kEnglish);
  EXPECT_EQ(LanguageOfTaskCode("de"), Language::kGerman);
  EXPECT_EQ(LanguageOfTaskCode("und"), Language::kUnknown);
  EXPECT_EQ(LanguageOfTaskCode("xx"), Language::kUnknown);
}

TEST(InLanguage, IsEachSentenceInItsOwnOnly) {
  for (const Sentence& sentence : Sentences()) {
    for (const LanguageTable& table : AllTables()) {
      EXPECT_EQ(IsInLanguage(sentence.text, table.language, TextKind::kAnswer),
                table.language == sentence.language)
          << sentence.text << " " << table.name;
    }
    EXPECT_TRUE(IsInLanguage(sentence.text, Language::kUnknown, TextKind::kQuestion));
  }
}

TEST(InLanguage, AreNamesAndNumbersOfAny) {
  for (const LanguageTable& table : AllTables()) {
    for (const char* text : {"1874", "Debian GNU/Linux 12", "/etc/apt/sources.list",
                             "apt-get, dpkg", "東京都", "Kelso"}) {
      EXPECT_TRUE(IsInLanguage(text, table.language, TextKind::kAnswer)) << text << table.name;
    }
  }
}

TEST(InLanguage, AreShortAnswersWithWordsOfRelatedLanguages) {
  EXPECT_TRUE(IsInLanguage("Il a su gagner la confiance d'Emmanuel Macron.", Language::kFrench,
                           TextKind::kAnswer));
  EXPECT_TRUE(
      IsInLanguage("Une trousse à pharmacie à la main", Language::kFrench, TextKind::kAnswer));
  EXPECT_FALSE(IsInLanguage("He had won the confidence of Emmanuel Macron.", Language::kFrench,
                            TextKind::kAnswer));
  EXPECT_FALSE(IsInLanguage("It is built of granite and of lime from the harbour.",
                            Language::kGerman, TextKind::kAnswer));
}

TEST(InLanguage, AreEnglishQuestionsNotOfOthers) {
  for (const LanguageTable& table : AllTables()) {
    EXPECT_EQ(IsInLanguage("What is the purpose of the sluice in the spring?", table.language,
                           TextKind::kQuestion),
              table.language == Language::kEnglish)
        << table.name;
  }
  // Too short to be detected.
  EXPECT_FALSE(
      IsInLanguage("Who wrote Midnight Commander?", Language::kFrench, TextKind::kQuestion));
  EXPECT_TRUE(IsInLanguage("Was wird in Kelso gebaut?", Language::kGerman, TextKind::kQuestion));
  // No known language, but surely not Chinese.
  EXPECT_FALSE(IsInLanguage("Liman neden granit taşlardan yapılmıştır acaba?", Language::kChinese,
                            TextKind::kQuestion));
  EXPECT_TRUE(IsInLanguage("apt-get dist-upgrade 命令的作用是什么？", Language::kChinese,
                           TextKind::kQuestion));
}

struct Question {
  Language language;
  const char* text;
  bool asks;
};

TEST(Question, IsRecognisedInEachLanguage) {
  for (const Question& question : std::vector<Question>{
           {Language::kEnglish, "Why was it built", true},
           {Language::kEnglish, "In which year was it built", true},
           {Language::kEnglish, "What is it?", true},
           {Language::kEnglish, "He asked \"why?\"", true},
           {Language::kEnglish, "Explain how the sluice works.", true},
           {Language::kEnglish, "The harbour was built in 1874.", false},
           {Language::kEnglish, "", false},
           {Language::kChinese, "为什么先打开第二道闸门？", true},
           {Language::kChinese, "港口的石墙用什么砌成", true},
           {Language::kChinese, "这座桥安全吗", true},
           {Language::kChinese, "港口的石墙用花岗岩砌成。", false},
           {Language::kJapanese, "港はいつ建設されましたか。", true},
           {Language::kJapanese, "この港の役割は何", true},
           {Language::kJapanese, "港は花崗岩で造られた。", false},
           {Language::kFrench, "À quelle date le port fut-il construit", true},
           {Language::kFrench, "Qu'est-ce qu'une écluse", true},
           {Language::kFrench, "Le port fut construit en 1874.", false},
           {Language::kGerman, "Aus welchem Stein besteht die Mauer", true},
           {Language::kGerman, "Die Mauer besteht aus Granit.", false},
           {Language::kSpanish, "¿De qué material es el muro", true},
           {Language::kSpanish, "El muro es de granito.", false},
           {Language::kPortuguese, "Por que a ponte foi fechada", true},
           {Language::kPortuguese, "A ponte foi fechada em maio.", false},
           {Language::kRussian, "Почему мост закрыли", true},
           {Language::kRussian, "Мост закрыли в мае.", false},
           {Language::kArabic, "لماذا أغلق الجسر؟", true},
           {Language::kArabic, "متى أغلق الجسر", true},
           {Language::kArabic, "أغلق الجسر في مايو.", false},
           {Language::kHindi, "पुल कब बंद किया गया", true},
           {Language::kHindi, "पुल मई में बंद किया गया।", false},
           {Language::kKorean, "다리는 왜 폐쇄되었습니까", true},
           {Language::kKorean, "다리는 오월에 폐쇄되었다.", false},
           {Language::kItalian, "Dov'è il ponte", true},
           {Language::kItalian, "Il ponte fu chiuso a maggio.", false},
           {Language::kUnknown, "Köprü mayısta kapatıldı.", true},
       }) {
    EXPECT_EQ(IsQuestion(question.text, question.language), question.asks) << question.text;
  }
}

}  // namespace
}  // namespace quipu::generator
