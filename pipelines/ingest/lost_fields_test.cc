// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/lost_fields.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/short_row_text.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::ShortRowText;
using ::quipu::testing::StatusIs;

struct Case {
  const char* name;
  const char* json;
  const char* expected;  // The conversation, or part of the error.
};

class RowThatLosesSomething : public ::testing::TestWithParam<Case> {};

TEST_P(RowThatLosesSomething, IsRefused) {
  EXPECT_THAT(ShortRowText(GetParam().json),
              StatusIs(absl::StatusCode::kInvalidArgument, GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, RowThatLosesSomething,
    ::testing::Values(
        Case{
            "HistoryBesideAListOfMessages",
            R"({"history":[["a","b"]],"prompt":[{"role":"user","content":"P"}],"completion":[{"role":"assistant","content":"C"}]})",
            "\"history\" has what \"prompt\", a list of messages, has not"},
        Case{"HistoryOfAPromptByAnotherName",
             R"({"chat_history":[["first","second"]],"prompt":"P","completion":"C"})",
             "\"chat_history\" would be lost"},
        Case{"ChoicesOfAPrompt", R"({"choices":["one","two"],"prompt":"P","completion":"C"})",
             "\"choices\" would be lost"},
        Case{"ChoicesInAFieldEach",
             R"({"question":"Q","option_a":"one","option_b":"two","answer":"one"})",
             "\"option_a\" would be lost"},
        Case{"ChoicesOfLetters", R"({"question":"Q","A":"one","B":"two","answer":"A"})",
             "\"A\" would be lost"},
        Case{"Premise", R"({"question":"Q","premise":"It rained.","answer":"A"})",
             "\"premise\" would be lost"},
        Case{"TableOfAQuestion", R"({"question":"Q","table":{"rows":[["1"]]},"answer":"A"})",
             "\"table\" would be lost"},
        Case{"SchemaOfAQuery", R"({"question":"Q","schema":"CREATE TABLE t","answer":"A"})",
             "\"schema\" would be lost"},
        Case{"SolutionBesideItsAnswer", R"({"question":"Q","solution":"Steps","answer":"A"})",
             "\"solution\" cannot be used"},
        Case{"AnswerThatIsNotCorrect", R"({"question":"Q","answer":"A","is_correct":0})",
             "\"is_correct\" is 0: an answer that is labelled as bad"},
        Case{"AnswerThatIsFalse", R"({"question":"Q","answer":"A","correct":false})",
             "\"correct\" is false"},
        Case{"PromptThatIsNoRendering",
             R"({"instruction":"Translate.","prompt":"The cat.","output":"Le chat."})",
             "\"prompt\" would be lost"},
        Case{"TextOfAnInstruction",
             R"({"instruction":"Classify.","text":"I loved it.","output":"good"})",
             "\"text\" would be lost"},
        Case{"CodeOfAnInstruction",
             R"({"instruction":"Explain.","code":"x = 1","output":"It sets x."})",
             "\"code\" would be lost"},
        Case{"SentenceOfAnInstruction",
             R"({"instruction":"Translate.","sentence":"The cat.","output":"Le chat."})",
             "\"sentence\" would be lost"},
        Case{"InstructionsBesideAnInput",
             R"({"input":"Q","instructions":"Be brief.","output":"A"})",
             "\"instructions\" would be lost"},
        Case{"BodyOfAQuestion",
             R"({"question":"Why?","answer":"A","body":")"
             "I have tried everything that the manual says about gates, but the lamp is still "
             R"(dark."})",
             "\"body\" would be lost"},
        Case{
            "ContextOfAConversation",
            R"({"context":")"
            "The old ledger shows that timber was the most important cargo of the harbour for "
            R"(years.","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "\"context\" would be lost"},
        Case{
            "WeightsOfTheTurnsInAList",
            R"({"weights":[0,1],"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "\"weights\" cannot be used"},
        Case{"Files", R"({"files":["a.pdf"],"question":"Q","answer":"A"})",
             "\"files\" cannot be used"},
        Case{
            "InstructionsOfATemplate",
            R"({"chat_template_kwargs":{"custom_instructions":"Be brief"},"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "chat_template_kwargs: \"custom_instructions\" cannot be used"},
        Case{
            "ToolsOfAMessage",
            R"({"messages":[{"role":"system","content":"S","tools":[{"name":"f"}]},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "message 1: \"tools\" cannot be used"},
        Case{
            "AttachmentOfAMessage",
            R"({"messages":[{"role":"user","content":"Hi","attachments":[{"url":"x"}]},{"role":"assistant","content":"Yo"}]})",
            "message 1: \"attachments\" cannot be used"},
        Case{"EvidenceOfAQuestion",
             R"({"question":"Q","evidence":["The gate is old."],"answer":"A"})",
             "\"evidence\" would be lost"},
        Case{"SearchResultsOfAPrompt",
             R"({"prompt":"P","search_results":[{"title":"T"}],"completion":"C"})",
             "\"search_results\" would be lost"},
        Case{"BeginningOfAProgram",
             R"({"question":"Q","starter_code":"def f(x):","answer":"def f(x): return x"})",
             "\"starter_code\" would be lost"},
        Case{"PlaceOfAPicture", R"({"question":"Q","image_path":"a.png","answer":"A"})",
             "\"image_path\" cannot be used"},
        Case{
            "PictureInTheText",
            R"({"conversations":[{"from":"human","value":"<image>\nWhat is it?"},{"from":"gpt","value":"A cat."}]})",
            "message 1 has a place for a picture, \"<image>\""},
        Case{
            "SoundBehindTheText",
            R"({"messages":[{"role":"user","content":"What is said? <audio>"},{"role":"assistant","content":"Hi"}]})",
            "message 1 has a place for a picture, \"<audio>\""},
        Case{"AnswerThatIsNotValid", R"({"question":"Q","answer":"A","is_valid":false})",
             "\"is_valid\" is false: an answer that is labelled as bad"},
        Case{
            "ConversationThatIsNotAccepted",
            R"({"accepted":false,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "\"accepted\" is false"},
        Case{"InstructionAndInputOfATurn",
             R"({"conversation":[{"instruction":"I","input":"this","output":"O"}]})",
             "\"input\" and \"instruction\" have different values"}),
    [](const auto& info) { return std::string(info.param.name); });

class RowThatLosesNothing : public ::testing::TestWithParam<Case> {};

TEST_P(RowThatLosesNothing, IsRead) {
  EXPECT_THAT(ShortRowText(GetParam().json), IsOkAndHolds(std::string(GetParam().expected)));
}

INSTANTIATE_TEST_SUITE_P(
    All, RowThatLosesNothing,
    ::testing::Values(
        Case{"HistoryBeforeAPrompt",
             R"({"history":[["first","second"]],"prompt":"P","completion":"C"})",
             "user: first|assistant: second|user: P|assistant: C"},
        Case{"HistoryInThePrompt",
             R"({"history":[["first","second"]],"prompt":"first second P","completion":"C"})",
             "user: first second P|assistant: C"},
        Case{"ChoicesInThePrompt",
             R"({"choices":["one","two"],"prompt":"One of one, two","completion":"C"})",
             "user: One of one, two|assistant: C"},
        Case{"SolutionThatIsTheAnswer", R"({"question":"Q","solution":"Steps","response":"Steps"})",
             "user: Q|assistant: Steps"},
        Case{"RenderedTextOfAnInstruction",
             R"({"instruction":"Do it. ","text":"Below: Do it.\nDone","output":"Done"})",
             "user: Do it. |assistant: Done"},
        Case{"CodeOfTheAnswer", R"({"instruction":"Do","code":"x = 1","output":"So: x = 1"})",
             "user: Do|assistant: So: x = 1"},
        Case{"CodeOfALanguage", R"({"instruction":"Do","code":"en","output":"Done"})",
             "user: Do|assistant: Done"},
        Case{"SentenceInTheInstruction",
             R"({"instruction":"Say: The cat.","sentence":"The cat.","output":"O"})",
             "user: Say: The cat.|assistant: O"},
        Case{
            "ContextThatATurnHas",
            R"({"context":"A","messages":[{"role":"user","content":"A: Hi"},{"role":"assistant","content":"Yo"}]})",
            "user: A: Hi|assistant: Yo"},
        Case{"NameOfAnEvidence", R"({"question":"Q","evidence":"report 12","answer":"A"})",
             "user: Q|assistant: A"},
        Case{"BeginningOfAProgramInTheQuestion",
             R"({"question":"Complete def f(x):","starter_code":"def f(x):","answer":"A"})",
             "user: Complete def f(x):|assistant: A"},
        Case{"TagInsideAText",
             R"({"prompt":"What does <image> do in SVG?","completion":"<image> shows one."})",
             "user: What does <image> do in SVG?|assistant: <image> shows one."},
        Case{"NumberOfAcceptedAnswers",
             R"({"question":"Q","answer":"A","accepted":0,"valid":true})", "user: Q|assistant: A"},
        Case{"OneLetterIsNoChoice", R"({"question":"Q","A":"one","answer":"A"})",
             "user: Q|assistant: A"},
        Case{"IndexOfTheCorrectOne", R"({"question":"Q","answer":"A","correct":0})",
             "user: Q|assistant: A"},
        Case{"CorrectAnswer", R"({"question":"Q","answer":"A","is_correct":true})",
             "user: Q|assistant: A"},
        Case{
            "TemplateOfNothing",
            R"({"chat_template_kwargs":{"custom_instructions":"","enable_thinking":true},"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "user: Hi|assistant: Yo"},
        Case{
            "SystemInstruction",
            R"({"system_instruction":"S","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "system: S|user: Hi|assistant: Yo"},
        Case{"Preamble", R"({"preamble":"S","prompt":"P","completion":"C"})",
             "system: S|user: P|assistant: C"},
        Case{"InstructionOfATurn", R"({"conversation":[{"instruction":"I","output":"O"}]})",
             "user: I|assistant: O"},
        Case{
            "PartThatIsNoList",
            R"({"messages":[{"role":"user","content":{"type":"text","text":"Hi"}},{"role":"assistant","content":"Yo"}]})",
            "user: Hi|assistant: Yo"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace quipu::pipelines
