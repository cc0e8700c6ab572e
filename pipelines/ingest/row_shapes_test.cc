// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Shapes of short rows whose names only together say what they are.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/short_row_text.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::ShortRowText;
using ::quipu::testing::StatusIs;

void ExpectRow(const char* json, const char* expected) {
  EXPECT_THAT(ShortRowText(json), IsOkAndHolds(std::string(expected))) << json;
}

void ExpectBad(const char* json, const char* reason) {
  EXPECT_THAT(ShortRowText(json), StatusIs(absl::StatusCode::kInvalidArgument, reason)) << json;
}

TEST(RowShapes, PairsOfInputsAndTargets) {
  ExpectRow(R"({"inputs":"Q","targets":"A","language":"tel"})", "user: Q|assistant: A");
  ExpectRow(R"({"input":"Q","target":"A"})", "user: Q|assistant: A");
  ExpectRow(
      R"({"inputs":[5,6],"inputs_pretokenized":"Q","targets":[7],"targets_pretokenized":"A"})",
      "user: Q|assistant: A");
  // "target" alone may be anything.
  ExpectRow(R"({"instruction":"Q","output":"A","target":"adults"})", "user: Q|assistant: A");
}

TEST(RowShapes, OneTurnAsARow) {
  ExpectRow(R"({"system":"S","user":"Q","assistant":"A"})", "system: S|user: Q|assistant: A");
  ExpectRow(R"({"human":"Q","gpt":"A"})", "user: Q|assistant: A");
  // Who spoke.
  ExpectRow(R"({"user":"ann","assistant":"m1","prompt":"Q","completion":"A"})",
            "user: Q|assistant: A");
  ExpectBad(R"({"user":1,"assistant":"A"})", "no known shape");
}

TEST(RowShapes, AProblemWithItsSolution) {
  ExpectRow(R"({"problem":"P","level":"5","solution":"So 4."})", "user: P|assistant: So 4.");
  ExpectRow(R"({"problem":"P","solution":"So 4.","answer":"4"})", "user: P|assistant: So 4.");
  ExpectBad(R"({"problem":"P","solution":"So four.","answer":"4"})", "\"answer\" cannot be used");
  ExpectBad(R"({"problem":"P","choices":["1","4"],"solution":"So 4."})",
            "\"choices\" would be lost");
}

TEST(RowShapes, MessagesAsText) {
  ExpectRow(
      R"({"messages":"[{\"role\":\"user\",\"content\":\"Q\"},{\"role\":\"assistant\",\"content\":\"A\"}]"})",
      "user: Q|assistant: A");
  ExpectRow(
      R"({"turns":" [1]","chat":"[{\"from\":\"human\",\"value\":\"Q\"},{\"from\":\"gpt\",\"value\":\"A\"}]"})",
      "user: Q|assistant: A");
  ExpectBad(R"({"messages":"[{'role': 'user'}]"})",
            "\"messages\" is a string that is no JSON array");
  ExpectBad(R"({"messages":"[7]"})", "message 1: field \"messages\" is a number");
}

TEST(RowShapes, AListOfMessagesIsNeverLearntAsText) {
  ExpectRow(
      R"({"prompt":"[{\"role\":\"user\",\"content\":\"Q\"}]","completion":"[ {\"role\":\"assistant\",\"content\":\"A\"}]"})",
      "user: Q|assistant: A");
  ExpectBad(R"({"prompt":"[{'role': 'user', 'content': 'Q'}]","response":"A"})",
            "a message of user is a list of messages, written as text");
  ExpectBad(
      R"({"prompt":"[{'role': 'user', 'content': 'Q'}]","completion":"[{'role': 'assistant', 'content': 'A'}]"})",
      "is a string that is no JSON array");
  ExpectBad(
      R"({"messages":[{"role":"user","content":"Q"}],"response":"[{\"role\":\"assistant\",\"content\":\"A\"}]"})",
      "a message of assistant is a list of messages");
  // JSON may be what is asked about.
  ExpectRow(R"({"question":"Q","answer":"[{\"role\":\"admin\",\"content\":\"x\"}]"})",
            "user: Q|assistant: [{\"role\":\"admin\",\"content\":\"x\"}]");
  ExpectRow(R"({"question":"[{\"id\":1}]?","answer":"[1]"})", "user: [{\"id\":1}]?|assistant: [1]");
}

TEST(RowShapes, HistoryAsText) {
  ExpectRow(R"({"history":"[[\"a\",\"b\"]]","instruction":"I","output":"O"})",
            "user: a|assistant: b|user: I|assistant: O");
  ExpectRow(R"({"history":"[]","instruction":"I","output":"O"})", "user: I|assistant: O");
  ExpectBad(R"({"history":"a","instruction":"I","output":"O"})", "\"history\" is a string");
}

TEST(RowShapes, NamesInCapitals) {
  ExpectRow(R"({"Instruction":"I","Input":"","Output":"O"})", "user: I|assistant: O");
  ExpectRow(R"({"QUESTION":"Q","ANSWER":"A","A \"b\"":1})", "user: Q|assistant: A");
  ExpectBad(R"({"Question":"Q","Choices":["a","b"],"Answer":"a"})", "\"choices\" would be lost");
  ExpectBad(R"({"Text":"x"})", "its fields: \"Text\"");
  ExpectBad(R"({"Prompt":"a","prompt":"b","Completion":"c"})", "no known shape");
}

TEST(RowShapes, RolesOfQuestionAndAnswer) {
  ExpectRow(R"({"conversations":[{"from":"Question:","value":"Q"},{"from":"answer","value":"A"}]})",
            "user: Q|assistant: A");
}

TEST(RowShapes, GeminisContents) {
  ExpectRow(
      R"({"systemInstruction":{"role":"system","parts":[{"text":"S"}]},"contents":[{"role":"user","parts":[{"text":"Q"},{"text":"R"}]},{"role":"model","parts":[{"text":"A"}]}]})",
      "system: S|user: Q\nR|assistant: A");
  ExpectBad(
      R"({"contents":[{"role":"user","parts":[{"inlineData":{"data":"x"}}]},{"role":"model","parts":[{"text":"A"}]}]})",
      "no field \"text\"");
  // Passages of a question.
  ExpectRow(R"({"contents":["one"],"question":"Q","answer":"A"})", "user: Q|assistant: A");
}

TEST(RowShapes, UltraChatsTexts) {
  ExpectRow(R"({"id":"7","data":["Q","A","R","B"]})", "user: Q|assistant: A|user: R|assistant: B");
  ExpectRow(R"({"id":7,"source":"ultra","data":"[\"Q\", \"A\"]"})", "user: Q|assistant: A");
  // The last question has no answer, as a conversation may end.
  ExpectRow(R"({"data":["Q","A","R"]})", "user: Q|assistant: A");
  // Rows of other shapes may have anything there.
  ExpectRow(R"({"data":["x","y"],"question":"Q","answer":"A"})", "user: Q|assistant: A");
  ExpectBad(R"({"data":["Q",""]})", "message 2 (assistant) is empty");
  ExpectBad(R"({"data":["Q"]})", "no known shape");
  ExpectBad(R"({"data":["Q",7]})", "no known shape");
  ExpectBad(R"({"data":"Q, A"})", "no known shape");
  // Of two people, or of the assistant first.
  for (const char* name : {"messages", "conversation", "dialog"}) {
    ExpectBad(absl::StrCat(R"({")", name, R"(":["Q","A"]})").c_str(),
              "is a text that does not say whose it is");
  }
}

TEST(RowShapes, MessagesOfATreeAreNotGuessedAt) {
  ExpectBad(
      R"({"message_tree_id":"t","tree_state":"ready_for_export","prompt":{"message_id":"t","text":"Q","role":"prompter","replies":[{"message_id":"u","parent_id":"t","text":"A","role":"assistant","rank":0,"replies":[]}]}})",
      "a tree of messages (OASST): choose one reply to each message");
  ExpectBad(
      R"({"message_id":"u","parent_id":"t","text":"A","role":"assistant","lang":"en","message_tree_id":"t"})",
      "one message of a tree (OASST)");
  // Others number their rows too: UltraInteract.
  ExpectRow(R"({"id":"b","parent_id":"a","instruction":"Q","response":"A"})",
            "user: Q|assistant: A");
}

TEST(RowShapes, MarksOfNoInputAreNone) {
  for (const char* mark : {"<noinput>", "nan", "None", "N/A", " \\n"}) {
    ExpectRow(absl::StrCat(R"({"instruction":"I","input":")", mark, R"(","output":"O"})").c_str(),
              "user: I|assistant: O");
  }
  ExpectRow(R"({"system":"None","question":"Q","answer":"A"})", "user: Q|assistant: A");
  // An answer may be one of them, and so may a question.
  ExpectRow(R"({"instruction":"I","input":"","output":"None"})", "user: I|assistant: None");
  ExpectRow(R"({"input":"null","output":"O"})", "user: null|assistant: O");
}

}  // namespace
}  // namespace quipu::pipelines
