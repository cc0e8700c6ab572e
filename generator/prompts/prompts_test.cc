// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/prompts/prompts.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "generator/languages/tables.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::TestFingerprint;

TEST(Prompts, FindTheFirstPlaceOfAValue) {
  const std::vector<PlaceholderValue> values = {{"a", "{b}"}, {"b", "two"}};
  Substituted found = SubstituteAndFind("x {a} y {b} z {b}", values, "b");
  EXPECT_EQ(found.text, "x {b} y two z two");
  EXPECT_EQ(found.text.substr(found.begin, found.end - found.begin), "two");
  found = SubstituteAndFind("x {a}", values, "b");
  EXPECT_EQ(found.text, "x {b}");
  EXPECT_EQ(found.begin, found.end);
}

TEST(Prompts, SubstituteInOnePass) {
  EXPECT_EQ(Substitute("{a} and {b} and {a}", {{"a", "{b}"}, {"b", "2"}}), "{b} and 2 and {b}");
  EXPECT_EQ(Substitute("{c} {a", {{"a", "1"}}), "{c} {a");
  EXPECT_EQ(Substitute("{{a}}", {{"a", "1"}}), "{1}");
  EXPECT_EQ(Substitute("", {{"a", "1"}}), "");
}

TEST(Prompts, CountPlaceholders) {
  EXPECT_EQ(CountPlaceholder("{a} {b} {a}", "a"), 2);
  EXPECT_EQ(CountPlaceholder("{ab}", "a"), 0);
}

TEST(Prompts, PutTheChunkInTheFrameAsItIs) {
  v1::GenerationSpec spec;
  const std::string chunk = "A {chunk} and a {question}.";
  const std::string excerpt = ExcerptOf(spec, Language::kEnglish, chunk);
  EXPECT_TRUE(absl::StrContains(excerpt, chunk));
  EXPECT_EQ(excerpt.size(), ExcerptOf(spec, Language::kEnglish, "").size() + chunk.size());
}

TEST(Prompts, ForVerificationKeepBracesOfThePair) {
  const v1::GenerationSpec generation;
  v1::VerificationSpec spec;
  const VerdictWords verdict =
      VerdictOf(generation, spec, Language::kEnglish, "What is {answer}?", "It is {question}.");
  const std::string& prompt = verdict.prompt.text;
  EXPECT_EQ(verdict.yes, "yes");
  EXPECT_EQ(verdict.no, "no");
  EXPECT_TRUE(absl::StrContains(prompt, "Question: What is {answer}?\n"));
  EXPECT_TRUE(absl::StrContains(prompt, "Answer: It is {question}."));
  EXPECT_EQ(AnswerPrompt(generation, spec, Language::kEnglish, "Why?"),
            "Answer this question: Why?");
}

TEST(Prompts, OfLongRowsEncloseTheDocument) {
  v1::InstanceSpec spec;
  const std::string pattern =
      RowPattern(spec, Language::kEnglish, v1::ANSWER_FORM_SHORT, /*several=*/false);
  const LongPrompt prompt = InstancePrompt(pattern, Language::kEnglish, "document",
                                           {"One {question}."}, "Why {document}?");
  ASSERT_EQ(prompt.document_begins.size(), 1u);
  EXPECT_EQ(prompt.text.substr(prompt.document_begins[0], 15), "One {question}.");
  EXPECT_TRUE(absl::StrContains(
      prompt.text, "<document>\nOne {question}.\n</document>\n\nQuestion: Why {document}?"));
  EXPECT_TRUE(absl::StrContains(prompt.text, "as briefly as you can"));
  EXPECT_NE(pattern, RowPattern(spec, Language::kEnglish, v1::ANSWER_FORM_LONG, /*several=*/false));
}

TEST(Prompts, OfLongRowsEncloseEachOfSeveralDocuments) {
  v1::InstanceSpec spec;
  const std::string pattern =
      RowPattern(spec, Language::kEnglish, v1::ANSWER_FORM_LONG, /*several=*/true);
  const LongPrompt prompt =
      InstancePrompt(pattern, Language::kEnglish, "document", {"One.", "Two.", ""}, "Why?");
  EXPECT_EQ(prompt.text,
            "Read the documents below and answer the question that follows them.\n\n"
            "<document>\nOne.\n</document>\n\n<document>\nTwo.\n</document>\n\n"
            "<document>\n\n</document>\n\nQuestion: Why?");
  ASSERT_EQ(prompt.document_begins.size(), 3u);
  EXPECT_EQ(prompt.text.substr(prompt.document_begins[1], 4), "Two.");
}

TEST(Prompts, OfASpecAreForOneDocumentAndForSeveral) {
  v1::InstanceSpec spec;
  spec.set_long_prompt("{document} {question}");
  for (const bool several : {false, true}) {
    EXPECT_EQ(RowPattern(spec, Language::kGerman, v1::ANSWER_FORM_LONG, several),
              "{document} {question}");
  }
  EXPECT_TRUE(absl::StrContains(
      RowPattern(spec, Language::kGerman, v1::ANSWER_FORM_SHORT, /*several=*/true), "Dokumente"));
}

TEST(Prompts, OfLaterTurnsAreTheQuestionAndWhatItsFormNeeds) {
  v1::InstanceSpec spec;
  EXPECT_EQ(TurnPrompt(spec, Language::kEnglish, v1::ANSWER_FORM_LONG, "Why {x}?"), "Why {x}?");
  EXPECT_EQ(TurnPrompt(spec, Language::kEnglish, v1::ANSWER_FORM_SHORT, "Why?"),
            "Why?\n\nAnswer as briefly as you can, with a phrase or a single sentence and no "
            "explanation.");
  EXPECT_EQ(TurnPrompt(spec, Language::kChinese, v1::ANSWER_FORM_SHORT, "为什么？"),
            "为什么？\n\n请尽可能简短地回答，只用一个短语或一句话，不要解释。");
  // What follows the document in a prompt of the spec's own.
  spec.set_short_prompt("Read.\n{document}\n\nQ: {question} (in {language}, short)");
  EXPECT_EQ(TurnPrompt(spec, Language::kGerman, v1::ANSWER_FORM_SHORT, "{document}?"),
            "Q: {document}? (in German, short)");
}

TEST(Prompts, NameTheLanguage) {
  v1::GenerationSpec spec;
  EXPECT_TRUE(absl::StrContains(InstructionOf(spec, Language::kEnglish, v1::ANSWER_FORM_LONG),
                                "Write both in English."));
  EXPECT_TRUE(absl::StrContains(InstructionOf(spec, Language::kUnknown, v1::ANSWER_FORM_SHORT),
                                "in the language of the text above."));
  spec.set_long_prompt("Ask in {language}.");
  EXPECT_EQ(InstructionOf(spec, Language::kGerman, v1::ANSWER_FORM_LONG), "Ask in German.");
}

TEST(Prompts, AreTranslatedUnlessTheSpecHasItsOwn) {
  v1::RunSpec spec;
  const std::string built_in(TableOf(Language::kFrench).prompts.short_prompt);
  v1::GenerationSpec& generation = *spec.mutable_generation();
  EXPECT_EQ(InstructionOf(generation, Language::kFrench, v1::ANSWER_FORM_SHORT), built_in);
  // The default, written out, is the default.
  generation.set_short_prompt(v1::GenerationSpec::default_instance().short_prompt());
  EXPECT_EQ(InstructionOf(generation, Language::kFrench, v1::ANSWER_FORM_SHORT), built_in);

  generation.set_short_prompt("Ask.");
  EXPECT_EQ(InstructionOf(generation, Language::kFrench, v1::ANSWER_FORM_SHORT), "Ask.");

  v1::LanguagePrompts& own = *generation.add_language_prompts();
  own.set_language("fr");
  own.set_short_prompt("Demande.");
  own.set_row_long_prompt("Lis {document} et dis {question}");
  EXPECT_EQ(InstructionOf(generation, Language::kFrench, v1::ANSWER_FORM_SHORT), "Demande.");
  EXPECT_EQ(InstructionOf(generation, Language::kGerman, v1::ANSWER_FORM_SHORT), "Ask.");
  // What it does not set is built in.
  EXPECT_EQ(InstructionOf(generation, Language::kFrench, v1::ANSWER_FORM_LONG),
            TableOf(Language::kFrench).prompts.long_prompt);
  const std::string pattern =
      RowPattern(spec, Language::kFrench, v1::ANSWER_FORM_LONG, /*several=*/false);
  EXPECT_EQ(InstancePrompt(pattern, Language::kFrench, "d", {"x"}, "quoi ?").text,
            "Lis <d>\nx\n</d> et dis quoi ?");
}

TEST(Prompts, OfTheVerdictKeepTheWordsThatBelongToThem) {
  const v1::GenerationSpec generation;
  v1::VerificationSpec spec;
  EXPECT_EQ(VerdictOf(generation, spec, Language::kChinese, "", "").yes, "是");
  spec.set_verdict_prompt("{question} {answer} Right?");
  const VerdictWords verdict = VerdictOf(generation, spec, Language::kChinese, "q", "a");
  EXPECT_EQ(verdict.prompt.text, "q a Right?");
  EXPECT_EQ(verdict.yes, "yes");
  EXPECT_EQ(verdict.no, "no");
}

TEST(BannedWords, AreThoseOfTheLanguageUnlessTheSpecHasItsOwn) {
  v1::GenerationSpec spec;
  const auto has = [&](Language language, absl::string_view source, absl::string_view word) {
    for (const std::string& banned : BannedWordsOf(spec, language, source)) {
      if (banned == word) return true;
    }
    return false;
  };
  EXPECT_TRUE(has(Language::kFrench, "Le port est vieux.", "phrase"));
  EXPECT_TRUE(has(Language::kFrench, "Le port est vieux.", "sentence")) << "models fall back";
  EXPECT_FALSE(has(Language::kFrench, "Une phrase de Hugo.", "phrase")) << "it is the subject";
  EXPECT_FALSE(has(Language::kEnglish, "The port is old.", "phrase"));
  spec.add_banned_words("port");
  EXPECT_FALSE(has(Language::kFrench, "Le quai est vieux.", "phrase"));
}

TEST(Delimiter, IsTheSpecsUnlessTheDocumentClosesIt) {
  EXPECT_EQ(ChooseDelimiter("document", {"plain <document> text"}), "document");
  EXPECT_EQ(ChooseDelimiter("document", {"a </document> b"}), "document-2");
  EXPECT_EQ(ChooseDelimiter("document", {"</DOCUMENT\n> </document-2 >"}), "document-3");
  EXPECT_EQ(ChooseDelimiter("document", {"</document-2>"}), "document");
  EXPECT_EQ(ChooseDelimiter("document", {"</documents>"}), "document");
  EXPECT_EQ(ChooseDelimiter("document", {"a </document>", "b </document-2>"}), "document-3");
}

TEST(Delimiter, IsNeverClosedByAnyDocument) {
  static const char* const kPieces[] = {"</document",
                                        ">",
                                        "-2",
                                        "-3",
                                        "-",
                                        " ",
                                        "</Document-2>",
                                        "</document>",
                                        "2",
                                        "a",
                                        "</document-00002>",
                                        "</document-99999999999999999999>"};
  Rng rng(TestFingerprint(), "delimiter");
  for (int round = 0; round < 5000; ++round) {
    std::string document;
    for (uint64_t n = rng.Below(16); n > 0; --n) document += kPieces[rng.Below(std::size(kPieces))];
    const std::string tag = absl::StrCat("</", ChooseDelimiter("document", {document}), ">");
    ASSERT_FALSE(absl::StrContains(absl::AsciiStrToLower(document), tag)) << document;
  }
}

}  // namespace
}  // namespace quipu::generator
