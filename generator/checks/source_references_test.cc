// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/source_references.h"

#include <string>
#include <vector>

#include "generator/languages/tables.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(Mentions, AreFoundInQuestions) {
  for (const char* question : {
           "What does the text say about umask?",
           "What is the main idea of the passage?",
           "According to the passage, who wrote the first version?",
           "What is the purpose of this chunk of text?",
           "Which command is used in the excerpt to list files?",
           "What tool is mentioned in the text?",
           "What is the lowest ratio among the given options?",
           "Which aspects are described in the given patent information?",
           "What is the purpose of the architecture demonstrated in the figure?",
           "What is the name of the tool mentioned?",
           "Which two methods are mentioned for recovering the console?",
           "What commands are mentioned in the given text?",
           "What is the title of the section?",
           "What does this section describe?",
           "In the section above, what is a sponsor?",
           "What is described in this document?",
           "What does the document recommend for new users?",
           "According to the document, when are uploads scanned?",
           "What is the main topic of this article?",
           "What advice does the author give to beginners?",
           "What does the author recommend?",
           "Why does the author consider vim useful?",
           "What is the author's opinion of dselect?",
           "According to the author, what is the best editor?",
           "What is the context of the provided text?",
           "Based on the given information, what is a mirror?",
           "According to the information provided, how many mirrors are there?",
           "Which package managers are listed above?",
           "What is the purpose of the following command?",
           "What does the example above show?",
           "What are the two kinds of links discussed?",
           "What does the first paragraph explain?",
           "What does the last sentence say?",
           "What is this text about?",
           "In the text chunk, what does MC stand for?",
           "What can be inferred from the provided excerpt?",
           "What does the phrase mean in this context?",
           "What is the first step described in the passage?",
           "How is the word used in the text?",
           "What does the document's introduction claim?",
           "As stated above, what must be set?",
           "Which of the following statements is true?",
           "What is explained in the previous chapter?",
           "What is the main topic of the text?",
           "Why was support for powerpc dropped in this release?",
           "Which tools are needed for these steps?",
           "Where did Jon and I fly from Boston?",
           "Why did we eat at The Good Earth?",
       }) {
    EXPECT_NE(FindSourceReference(question, true), "") << question;
  }
}

TEST(Mentions, AreFoundInAnswers) {
  for (const char* answer : {
           "The text states that apt is preferred.",
           "According to the passage, three.",
           "The excerpt does not say.",
           "As mentioned, the file must exist.",
           "The tools mentioned are apt and dpkg.",
           "The author recommends reading the manual.",
           "It is described in this section.",
           "The document explains how to use it.",
           "The information given above.",
           "The section describes bug housekeeping.",
       }) {
    EXPECT_NE(FindSourceReference(answer, false), "") << answer;
  }
}

TEST(Mentions, OfTheWorkOrTheEventAreFoundInQuestions) {
  for (const char* question : {
           "What is the main contribution of this paper?",
           "Which methods does the present study compare?",
           "What is the purpose of this agreement?",
           "What is the purpose of the agreement?",
           "According to the invention, how is the paste made?",
           "Who opened the meeting?",
           "Summarize the whole meeting.",
           "What do the authors propose?",
           "What does the speaker mean by flow?",
           "Who invites the speaker to sit down?",
           "Which places does the narrator avoid?",
           "What happened to the author after the interview?",
           "What is the name of the hill mentioned in the story?",
           "What was decided in the judgment?",
           "What does the report conclude?",
           "Which claim does the patent make?",
           "What was the lecture about?",
       }) {
    EXPECT_NE(FindSourceReference(question, true), "") << question;
  }
}

TEST(Mentions, OfPeopleAreNotFoundWhereTheChunkSpeaksOfThem) {
  constexpr char kQuestion[] = "What should a maintainer do if the author does not answer?";
  EXPECT_EQ(FindSourceReference(kQuestion, true), "the author");
  EXPECT_EQ(FindSourceReference(kQuestion, true, Language::kEnglish, "Authors may not answer."),
            "");
}

TEST(Mentions, OfANamedWorkAreNotFound) {
  for (const char* question : {
           "When was the Paris Agreement signed?",
           "What was the agreement between Acme and Todos about?",
           "What did a study by Miller find?",
           "What does the report of the commission say?",
           "What did the meeting in Ghent decide?",
           "What is the paper mill for?",
           "Who owns the paper mill?",
           "Who is the speaker of the House?",
           "What did the author of the package change?",
           "What is the author field for?",
           "In the 2010 report by Miller, what does the report conclude?",
           "What does the contract law of Ghent demand?",
           "How many papers did Miller write?",
       }) {
    EXPECT_EQ(FindSourceReference(question, true), "") << question;
  }
}

TEST(Mentions, OfTheWorkAreFoundInAnswersOnlyIfTheyPoint) {
  EXPECT_NE(FindSourceReference("In this paper a softmax is used.", false), "");
  EXPECT_NE(FindSourceReference("This agreement ends in spring.", false), "");
  EXPECT_EQ(FindSourceReference("The agreement ends in spring.", false), "");
  EXPECT_EQ(FindSourceReference("The meeting was opened by Miller.", false), "");
}

TEST(Mentions, WithoutAnArticleAreFound) {
  EXPECT_NE(FindSourceReference("Excerpt states that the mill is old.", false), "");
  EXPECT_NE(FindSourceReference("It is old. Document describes why.", false), "");
  EXPECT_EQ(FindSourceReference("Text is stored in files.", false), "");
}

TEST(Mentions, ByAPersonAreNotOurs) {
  EXPECT_EQ(FindSourceReference("The miller mentioned that the mill is old.", false), "");
  EXPECT_EQ(FindSourceReference("She also mentioned a bridge.", false), "");
  EXPECT_NE(FindSourceReference("It was mentioned that the mill is old.", false), "");
}

TEST(Mentions, AreNotSeenInTechnicalQuestions) {
  for (const char* question : {
           "Which program edits a text file under Midnight Commander?",
           "What is the default text editor of Debian?",
           "How do you switch to the text console?",
           "What does the text mode installer need?",
           "Which option sets the document root of the web server?",
           "What is the document type definition of DocBook?",
           "What does the document format need to be for printing?",
           "Which section of the archive holds non-free packages?",
           "What does the Section field of a control file say?",
           "What does the section field contain?",
           "What are the names of the three archive areas?",
           "What is the text of the GNU General Public License called in "
           "short?",
           "What must be mentioned in the changelog of a security upload?",
           "Which bugs are mentioned in debian/changelog to close them?",
           "Who is the author of the Debian Reference?",
           "How can the author of a package be reached?",
           "Where is the author's name recorded?",
           "What is the chunk size of a RAID array by default?",
           "What is the chunk header made of?",
           "According to the Debian Policy, where do configuration files "
           "belong?",
           "According to Florian Cajori, since when has the slashed zero been "
           "used?",
           "In the context of Debian, what is a sponsor?",
           "What is the passage of time called on this system?",
           "Which services are provided by the mail transfer agent?",
           "What is listed in /etc/fstab?",
           "Which directory is described by the Filesystem Hierarchy Standard?",
           "How is a paragraph ended in troff?",
           "What follows the paragraph mark?",
           "What does a context switch cost?",
           "Which documents describe the Linux kernel's file systems?",
           "What is plain text good for?",
           "Where should documentation be installed?",
           "What is a section of a manual page called?",
           "Which article number does a news reader use?",
           "What is the text segment of a process?",
           "Which tool converts text to speech?",
           "What tables does iptables have?",
           "Which command shows the contents of a text file page by page?",
           "Which information does the status file give?",
           "How do I load a console font on startup?",
           "When may I upload a package, and how is this undone?",
           "Why do we need a shared library?",
       }) {
    EXPECT_EQ(FindSourceReference(question, true), "") << question;
  }
}

TEST(Mentions, AreNotSeenInTechnicalAnswers) {
  for (const char* answer : {
           "Use the text editor vim.",
           "It must be mentioned in the changelog.",
           "Run the following command: apt update.",
           "The author of the package is notified by mail.",
           "It is described in the Debian Policy Manual.",
           "The document root, /var/www/html.",
           "Plain text files and text-based tools.",
           "The system administrator and the package's author.",
       }) {
    EXPECT_EQ(FindSourceReference(answer, false), "") << answer;
  }
}

struct Mention {
  Language language;
  const char* text;
  bool is_question;
  bool mentions;
};

TEST(Mentions, AreFoundInEachLanguage) {
  for (const Mention& mention : std::vector<Mention>{
           {Language::kChinese, "根据本文，港口建于何时？", true, true},
           {Language::kChinese, "文中提到的港口叫什么？", true, true},
           {Language::kChinese, "作者为什么选择花岗岩？", true, true},
           {Language::kChinese, "“安装”一节里的相关信息是什么？", true, true},
           {Language::kChinese, "文本编辑器的默认设置是什么？", true, false},
           {Language::kChinese, "港口的石墙是用什么砌成的？", true, false},
           {Language::kJapanese, "この文章によると、港はいつ建設されましたか。", true, true},
           {Language::kJapanese, "筆者は何を勧めていますか。", true, true},
           {Language::kJapanese, "港の石垣は何でできていますか。", true, false},
           {Language::kFrench, "Selon l'extrait, quand le port fut-il construit ?", true, true},
           {Language::kFrench, "Que recommande l’auteur ?", true, true},
           {Language::kFrench, "Qui est le député mentionné dans la phrase ?", true, true},
           {Language::kGerman, "Wer schreibt den Satz?", true, true},
           {Language::kGerman, "Welche Satzung hat der Verein?", true, false},
           {Language::kSpanish, "¿Quién dice la frase?", true, true},
           {Language::kChinese, "这句话说的是谁？", true, true},
           {Language::kJapanese, "この文は何について述べていますか。", true, true},
           {Language::kJapanese, "この文化は何に由来しますか。", true, false},
           {Language::kFrench, "Quel éditeur de texte est installé ?", true, false},
           {Language::kFrench, "Quand le port fut-il construit ?", true, false},
           {Language::kFrench, "D'où viennent les articles de ces revues ?", true, false},
           {Language::kFrench, "Que disent ces articles ?", true, true},
           {Language::kFrench, "Pourquoi ai-je réinstallé le système ?", true, true},
           {Language::kGerman, "Was sagt der Text über den Hafen?", true, true},
           {Language::kGerman, "Laut dem gegebenen Auszug sind es drei.", false, true},
           {Language::kGerman, "Welcher Texteditor ist der Standard?", true, false},
           {Language::kGerman, "Warum habe ich das System neu installiert?", true, true},
           {Language::kSpanish, "Según el texto, ¿cuándo se construyó el puerto?", true, true},
           {Language::kSpanish, "¿Qué recomienda el autor?", true, true},
           {Language::kSpanish, "¿Qué editor de texto se usa?", true, false},
           {Language::kPortuguese, "De acordo com o texto, quando foi construído?", true, true},
           {Language::kPortuguese, "O que diz o autor?", true, true},
           {Language::kPortuguese, "Qual editor de texto é usado?", true, false},
           {Language::kRussian, "О чём говорится в этом тексте?", true, true},
           {Language::kRussian, "Согласно отрывку, когда построен порт?", true, true},
           {Language::kRussian, "Какой текстовый редактор используется?", true, false},
           {Language::kArabic, "وفقًا للنص، متى بني الميناء؟", true, true},
           {Language::kArabic, "ماذا يقول الكاتب؟", true, true},
           {Language::kArabic, "متى بني الميناء؟", true, false},
           {Language::kHindi, "इस पाठ के अनुसार बंदरगाह कब बना?", true, true},
           {Language::kHindi, "बंदरगाह कब बना?", true, false},
           {Language::kKorean, "이 글에 따르면 항구는 언제 건설되었습니까?", true, true},
           {Language::kKorean, "저자는 무엇을 권합니까?", true, true},
           {Language::kKorean, "항구는 언제 건설되었습니까?", true, false},
           {Language::kItalian, "Secondo il testo, quando fu costruito il porto?", true, true},
           {Language::kItalian, "Che cosa consiglia l'autore?", true, true},
           {Language::kItalian, "Quale editor di testo si usa?", true, false},
           {Language::kUnknown, "What does the passage say?", true, true},
           {Language::kUnknown, "Liman ne zaman yapıldı?", true, false},
       }) {
    EXPECT_EQ(!FindSourceReference(mention.text, mention.is_question, mention.language).empty(),
              mention.mentions)
        << mention.text << ": "
        << FindSourceReference(mention.text, mention.is_question, mention.language);
  }
}

TEST(Mentions, TakeAnyBytes) {
  for (const LanguageTable& table : AllTables()) {
    EXPECT_EQ(FindSourceReference("\xff\xfe", true, table.language), "") << table.name;
  }
  EXPECT_EQ(FindSourceReference("", true), "");
  EXPECT_EQ(FindSourceReference("\xff\xfe", true), "");
  EXPECT_EQ(FindSourceReference(std::string(100000, 'x'), true), "");
}

}  // namespace
}  // namespace quipu::generator
