// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/short_row_parser.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using Format = v1::ShortInput;

// "system:Be brief|user:Hi|assistant:Hello", or the status. "-assistant": not trained; "(cut) "
// before: turns were cut off.
absl::StatusOr<std::string> Parse(std::string json,
                                  v1::ShortInput::Format format = v1::ShortInput::AUTO) {
  const size_t size = json.size();
  json.resize(size + simdjson::SIMDJSON_PADDING);
  JsonParser parser;
  absl::StatusOr<simdjson::dom::object> object =
      parser.ParseObject(absl::string_view(json.data(), size));
  if (!object.ok()) return object.status();
  absl::StatusOr<ShortConversation> conversation = ParseShortRow(*object, format);
  if (!conversation.ok()) return conversation.status();
  std::string text;
  for (const v1::ChatMessage& message : conversation->messages) {
    absl::StrAppend(&text, text.empty() ? "" : "|", message.not_trained() ? "-" : "",
                    message.role(), ":", message.content());
  }
  return conversation->cut ? absl::StrCat("(cut) ", text) : text;
}

struct Case {
  const char* name;
  const char* json;
  const char* expected;  // The conversation, or part of the error.
  v1::ShortInput::Format format = v1::ShortInput::AUTO;
};

class GoodShortRow : public ::testing::TestWithParam<Case> {};

TEST_P(GoodShortRow, BecomesAConversation) {
  EXPECT_THAT(Parse(GetParam().json, GetParam().format),
              IsOkAndHolds(std::string(GetParam().expected)));
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodShortRow,
    ::testing::Values(
        Case{"Messages",
             R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
             "user:Hi|assistant:Yo"},
        Case{
            "MessagesWithSystem",
            R"({"messages":[{"role":"system","content":"S"},{"content":"Hi","role":"user"},{"role":"assistant","content":"Yo"}]})",
            "system:S|user:Hi|assistant:Yo"},
        Case{
            "MessagesOfSeveralTurns",
            R"({"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2"},{"role":"user","content":"3"},{"role":"assistant","content":"4"}]})",
            "user:1|assistant:2|user:3|assistant:4"},
        Case{
            "MessagesBeforePrompt",
            R"({"prompt":"p","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "user:Hi|assistant:Yo"},
        Case{"NullMessagesAreAbsent", R"({"messages":null,"prompt":"p","completion":"c"})",
             "user:p|assistant:c"},
        Case{
            "EmptyToolCalls",
            R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo","tool_calls":[],"function_call":null}]})",
            "user:Hi|assistant:Yo"},
        Case{"PromptCompletion", R"({"prompt":"p","completion":"c"})", "user:p|assistant:c"},
        Case{
            "PromptCompletionLists",
            R"({"prompt":[{"role":"system","content":"S"},{"role":"user","content":"p"}],"completion":[{"role":"assistant","content":"c"}]})",
            "system:S|user:p|assistant:c"},
        Case{"Alpaca", R"({"instruction":"Do","input":"","output":"Done"})",
             "user:Do|assistant:Done"},
        Case{"AlpacaWithInput", R"({"instruction":"Do","input":"this","output":"Done"})",
             "user:Do\nthis|assistant:Done"},
        Case{"AlpacaWithoutInput", R"({"instruction":"Do","output":"Done"})",
             "user:Do|assistant:Done"},
        Case{"AlpacaWithNulls",
             R"({"instruction":"Do","input":null,"output":"Done","system":null,"history":null})",
             "user:Do|assistant:Done"},
        Case{"AlpacaWithSystemAndHistory",
             R"({"instruction":"Do","output":"Done","system":"S","history":[["a","b"],["c","d"]]})",
             "system:S|user:a|assistant:b|user:c|assistant:d|user:Do|assistant:"
             "Done"},
        Case{"AlpacaWithInputAlone", R"({"instruction":"","input":"this","output":"Done"})",
             "user:this|assistant:Done"},
        Case{"ShareGpt",
             R"({"conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Yo"}]})",
             "user:Hi|assistant:Yo"},
        Case{
            "ShareGptOtherNames",
            R"({"conversations":[{"from":"system","value":"S"},{"from":"user","value":"Hi"},{"from":"assistant","value":"Yo"}]})",
            "system:S|user:Hi|assistant:Yo"},
        Case{
            "ShareGptSystemField",
            R"({"system":"S","conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Yo"}]})",
            "system:S|user:Hi|assistant:Yo"},
        Case{
            "RolesInConversations",
            R"({"conversations":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "user:Hi|assistant:Yo"},
        Case{"FromInMessages",
             R"({"messages":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Yo"}]})",
             "user:Hi|assistant:Yo"},
        Case{
            "RoleNamesOfOthers",
            R"({"conversations":[{"from":"Human","value":"1"},{"from":"ChatGPT","value":"2"},{"from":"prompter","value":"3"},{"from":"bot","value":"4"},{"from":"USER","value":"5"},{"from":"model","value":"6"}]})",
            "user:1|assistant:2|user:3|assistant:4|user:5|assistant:6"},
        Case{
            "DeveloperIsSystem",
            R"({"messages":[{"role":"developer","content":"S"},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "system:S|user:Hi|assistant:Yo"},
        Case{
            "TextParts",
            R"({"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"assistant","content":["Yo"]}]})",
            "user:a\nb|assistant:Yo"},
        Case{
            "EmptySystems",
            R"({"system":" ","messages":[{"role":"system","content":null},{"role":"system","content":""},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "user:Hi|assistant:Yo"},
        Case{
            "LeadingAssistant",
            R"({"conversations":[{"from":"system","value":"S"},{"from":"gpt","value":"Hello"},{"from":"human","value":"Hi"},{"from":"gpt","value":"Yo"}]})",
            "(cut) system:S|user:Hi|assistant:Yo"},
        Case{
            "TrailingUser",
            R"({"conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Yo"},{"from":"human","value":"Thanks"}]})",
            "(cut) user:Hi|assistant:Yo"},
        Case{
            "Weights",
            R"({"messages":[{"role":"user","content":"1","weight":0},{"role":"assistant","content":"2","weight":0},{"role":"user","content":"3"},{"role":"assistant","content":"4","weight":1}]})",
            "user:1|-assistant:2|user:3|assistant:4"},
        Case{
            "TrainFlags",
            R"({"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2","train":false},{"role":"user","content":"3"},{"role":"assistant","content":"4","training":false},{"role":"user","content":"5"},{"role":"assistant","content":"6","masked":true},{"role":"user","content":"7"},{"role":"assistant","content":"8","loss":false},{"role":"user","content":"9"},{"role":"assistant","content":"10","train":true,"masked":false}]})",
            "user:1|-assistant:2|user:3|-assistant:4|user:5|-assistant:6|user:7|-assistant:8|user:"
            "9|assistant:10"},
        Case{
            "NothingInKeysOfTools",
            R"({"tools":[],"images":null,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo","tool_calls":"","reasoning_content":null}]})",
            "user:Hi|assistant:Yo"},
        Case{"Dolly", R"({"instruction":"Do","context":"this","response":"Done"})",
             "user:Do\nthis|assistant:Done"},
        Case{"QuestionAnswer", R"({"question":"Q","answer":"A"})", "user:Q|assistant:A"},
        Case{"PromptResponse", R"({"prompt":"Q","response":"A"})", "user:Q|assistant:A"},
        Case{"InputOutput", R"({"input":"Q","output":"A"})", "user:Q|assistant:A"},
        Case{"SystemPrompt", R"({"system_prompt":"S","question":"Q","response":"A"})",
             "system:S|user:Q|assistant:A"},
        Case{"SystemBesideCompletion", R"({"system":"S","prompt":"p","completion":"c"})",
             "system:S|user:p|assistant:c"},
        Case{
            "SystemInBothPlaces",
            R"({"system":"S","messages":[{"role":"system","content":"S"},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "system:S|user:Hi|assistant:Yo"},
        Case{"PromptAndQuery", R"({"prompt":"Do","query":"this","response":"Done"})",
             "user:Do\nthis|assistant:Done"},
        Case{"InstructionAndQuestion", R"({"instruction":"Do","question":"this","answer":"Done"})",
             "user:Do\nthis|assistant:Done"},
        Case{"RenderedPromptBesideAlpaca",
             R"({"prompt":"### Do","instruction":"Do","input":"","output":"Done"})",
             "user:Do|assistant:Done"},
        Case{"SameAnswerTwice", R"({"question":"Q","output":"A","answer":"A"})",
             "user:Q|assistant:A"},
        Case{
            "ToolsAsTextOfAnEmptyList",
            R"({"tools":"[]","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo","tool_calls":"null"}]})",
            "user:Hi|assistant:Yo"},
        Case{"TurnsOfBoth",
             R"({"conversation":[{"human":"1","assistant":"2"},{"human":"3","assistant":"4"}]})",
             "user:1|assistant:2|user:3|assistant:4"},
        Case{"TurnsOfInputAndOutput",
             R"({"conversation":[{"system":"S","input":"1","output":"2"}]})",
             "system:S|user:1|assistant:2"},
        Case{"Dialogue",
             R"({"turns":2,"dialogue":[{"role":"user","text":"1"},{"role":"bot","text":"2"}]})",
             "user:1|assistant:2"},
        Case{
            "NullsOfTheOtherNames",
            R"({"conversations":[{"role":null,"content":null,"from":"human","value":"1"},{"role":null,"content":null,"from":"gpt","value":"2"}]})",
            "user:1|assistant:2"},
        Case{
            "InvisibleSystem",
            R"({"messages":[{"role":"system","content":"\u200b\u00a0"},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "user:Hi|assistant:Yo"},
        Case{
            "FlagsAsNumbers",
            R"({"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2","train":0},{"role":"user","content":"3"},{"role":"assistant","content":"4","weight":false},{"role":"user","content":"5"},{"role":"assistant","content":"6","loss_mask":0},{"role":"user","content":"7"},{"role":"assistant","content":"8","loss":1.0}]})",
            "user:1|-assistant:2|user:3|-assistant:4|user:5|-assistant:6|user:7|assistant:8"},
        Case{"LabelledGood", R"({"prompt":"p","completion":"c","label":true})",
             "user:p|assistant:c"},
        Case{
            "ChosenBesideWholeMessages",
            R"({"chosen":"x","rejected":"y","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "user:Hi|assistant:Yo"},
        Case{"SystemOfParts",
             R"({"system":[{"text":"S"},{"text":"T"}],"question":"Q","answer":"A"})",
             "system:S\nT|user:Q|assistant:A"},
        Case{
            "PartsOfLlamaFactory",
            R"({"messages":[{"role":"user","content":[{"type":"text","value":"Hi"}],"loss_weight":0.0},{"role":"assistant","content":[{"type":"text","value":"Yo"}],"loss_weight":1.0}]})",
            "user:Hi|assistant:Yo"},
        Case{"ReplyBesideItsMessages",
             R"({"messages":[{"role":"user","content":"Hi"}],"response":"Yo"})",
             "user:Hi|assistant:Yo"},
        Case{
            "ReplyAsAMessage",
            R"({"conversations":[{"from":"human","value":"1"},{"from":"gpt","value":"2"},{"from":"human","value":"3"}],"completion":[{"role":"assistant","content":"4"}]})",
            "user:1|assistant:2|user:3|assistant:4"},
        Case{
            "NoReplyNeeded",
            R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}],"output":"x"})",
            "user:Hi|assistant:Yo"},
        Case{
            "AnswerBesideMessagesIsALabel",
            R"({"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2"},{"role":"user","content":"3"}],"answer":"4"})",
            "(cut) user:1|assistant:2"},
        Case{"EmptyListsOfOtherShapes",
             R"({"messages":[],"conversations":[],"instruction":"Do","output":"Done"})",
             "user:Do|assistant:Done"},
        Case{
            "EmptyListBeforeAnother",
            R"({"conversations":[],"conversation":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Yo"}]})",
            "user:Hi|assistant:Yo"},
        Case{"PromptWithItsContext", R"({"prompt":"Do","context":"this","completion":"Done"})",
             "user:Do\nthis|assistant:Done"},
        Case{"InstructionAndCompletion", R"({"instruction":"Do","completion":"Done"})",
             "user:Do|assistant:Done"},
        Case{"ReasoningIsASwitch",
             R"({"reasoning":"off","thinking":"high","question":"Q","answer":"A"})",
             "user:Q|assistant:A"},
        Case{
            "PartsWithoutTheirPictures",
            R"({"messages":[{"role":"user","content":[{"type":"text","text":"Hi","image_url":{"url":null},"file":null}]},{"role":"assistant","content":"Yo"}]})",
            "user:Hi|assistant:Yo"},
        Case{"NamesOfParts",
             R"({"question":"Q","answer":"A","document":"a.pdf","article":"On ships"})",
             "user:Q|assistant:A"},
        Case{
            "OutputWithLoss",
            R"({"conversation":[{"input":"1","output":"2","output_with_loss":false},{"input":"3","output":"4"}]})",
            "user:1|-assistant:2|user:3|assistant:4"},
        Case{"RowOfNoWeight", R"({"question":"Q","answer":"A","weight":0})", "user:Q|-assistant:A"},
        Case{"RowThatIsNotTrained", R"({"question":"Q","answer":"A","train":false})",
             "user:Q|-assistant:A"},
        Case{"RowWithAWeight", R"({"question":"Q","answer":"A","weight":0.5,"train":true})",
             "user:Q|assistant:A"},
        Case{"LabelOfAClass", R"({"instruction":"Do","output":"Done","label":0})",
             "user:Do|assistant:Done"},
        Case{"LabelledDesirable", R"({"prompt":"p","completion":"c","label":1})",
             "user:p|assistant:c"},
        Case{"NamedFormatWins", R"({"messages":7,"instruction":"Do","output":"Done"})",
             "user:Do|assistant:Done", Format::ALPACA},
        Case{"EscapesAndOtherScripts",
             R"({"prompt":"\u00e9\n\ud83d\ude00","completion":"<|im_end|>"})",
             "user:\xc3\xa9\n\xf0\x9f\x98\x80|assistant:<|im_end|>"}),
    [](const auto& info) { return std::string(info.param.name); });

class BadShortRow : public ::testing::TestWithParam<Case> {};

TEST_P(BadShortRow, SaysWhatIsWrong) {
  EXPECT_THAT(Parse(GetParam().json, GetParam().format),
              StatusIs(absl::StatusCode::kInvalidArgument, GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadShortRow,
    ::testing::Values(
        Case{"NoKnownKeys", R"({"text":"x","data":[]})",
             "\"instruction\" with \"output\"; its fields: \"text\" \"data\""},
        Case{"ManyKeys", R"({"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0})", "\"8\" ..."},
        Case{"Empty", "{}", "it has no fields"},
        Case{"MessagesNoArray", R"({"messages":"x"})", "\"messages\" is a string, not an array"},
        Case{"MessagesEmpty", R"({"messages":[]})", "no messages"},
        Case{"MessagesNamedButAbsent", R"({"prompt":"p","completion":"c"})",
             "no field \"messages\"", Format::MESSAGES},
        Case{"MessageNoObject", R"({"messages":["Hi"]})",
             "message 1 of \"messages\" is a text that does not say whose it is"},
        Case{"MessageANumber", R"({"messages":[7]})", "message 1: field \"messages\" is a number"},
        Case{"NoRole", R"({"messages":[{"content":"Hi"}]})", "message 1: no field \"role\""},
        Case{"RoleNoString", R"({"messages":[{"role":1,"content":"Hi"}]})",
             "\"role\" is a number, not a string"},
        Case{"ToolRole",
             R"({"messages":[{"role":"user","content":"Hi"},{"role":"tool","content":"Yo"}]})",
             "message 2: role \"tool\": turns of tools cannot be used"},
        Case{"OtherRole", R"({"messages":[{"role":"narrator","content":"Hi"}]})",
             "message 1: role \"narrator\" is not system, user or assistant"},
        Case{
            "ToolCalls",
            R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"","tool_calls":[{}]}]})",
            "message 2: \"tool_calls\" cannot be used"},
        Case{"NoContent", R"({"messages":[{"role":"user"}]})", "message 1: no field \"content\""},
        Case{"NullContent", R"({"messages":[{"role":"user","content":null}]})",
             "\"content\" is null, not a string"},
        Case{
            "PictureParts",
            R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]})",
            "message 1: \"content\" has a part of type \"image_url\", not text alone"},
        Case{
            "Reasoning",
            R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo","reasoning_content":"Steps"}]})",
            "message 2: \"reasoning_content\" cannot be used"},
        Case{
            "Tools",
            R"({"tools":[{"type":"function"}],"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "\"tools\" cannot be used"},
        Case{"Images", R"({"images":["a.png"],"instruction":"Do","output":"Done"})",
             "\"images\" cannot be used"},
        Case{
            "WeightOfAHalf",
            R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo","weight":0.5}]})",
            "message 2: \"weight\" is not 0 or 1"},
        Case{
            "TrainNoBoolean",
            R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo","train":"no"}]})",
            "message 2: \"train\" is a string, not a boolean"},
        Case{"TwoAnswers", R"({"question":"Q","answer":"A","response":"B"})",
             "\"response\" and \"answer\" have different values"},
        Case{"TwoQuestions", R"({"question":"Q","prompt":"P","answer":"A"})",
             "\"question\" and \"prompt\" have different values"},
        Case{"ThreeParts", R"({"instruction":"I","question":"Q","context":"C","answer":"A"})",
             "only two can be used"},
        Case{"LabelledZero", R"({"prompt":"p","completion":"c","label":0})",
             "\"label\" is 0: an answer that is labelled as bad"},
        Case{"LabelledInWords", R"({"prompt":"p","completion":"c","label":"Undesirable"})",
             "\"label\" is \"Undesirable\": an answer"},
        Case{"TaggedZero", R"({"kto_tag":0,"question":"Q","answer":"A"})", "\"kto_tag\" is 0"},
        Case{"ArticleOfAQuestion",
             R"({"question":"Q","answer":"A","article":")"
             "The old ledger shows that timber was the most important cargo of the harbour for "
             R"(years."})",
             "\"article\" would be lost"},
        Case{
            "PictureOfATextPart",
            R"({"messages":[{"role":"user","content":[{"text":"Hi","image_url":{"url":"x"}}]},{"role":"assistant","content":"Yo"}]})",
            "message 1: \"content\" has a part with \"image_url\""},
        Case{"HistoryByAnotherName", R"({"chat_history":[["a","b"]],"question":"Q","answer":"A"})",
             "\"chat_history\" would be lost"},
        Case{"Choices", R"({"question":"Q","choices":["a","b"],"answer":"a"})",
             "\"choices\" would be lost"},
        Case{"Options", R"({"question":"Q","options":{"A":"a","B":"b"},"answer":"A"})",
             "\"options\" would be lost"},
        Case{"RationaleOfARow", R"({"question":"Q","rationale":"Steps","answer":"A"})",
             "\"rationale\" cannot be used"},
        Case{
            "ThoughtOfAMessage",
            R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo","thought":"Steps"}]})",
            "message 2: \"thought\" cannot be used"},
        Case{"TwoReplies",
             R"({"messages":[{"role":"user","content":"Hi"}],"response":"A","output":"B"})",
             "have different values"},
        Case{"ReplyThatIsAnObject",
             R"({"messages":[{"role":"user","content":"Hi"}],"response":{"choices":[]}})",
             "\"response\" is an object"},
        Case{
            "ReasoningAsAPart",
            R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"reasoning","value":"Steps"},{"type":"text","value":"Yo"}]}]})",
            "has a part of type \"reasoning\", not text alone"},
        Case{"EmptyLists", R"({"messages":[],"conversations":[]})", "no messages"},
        Case{"LabelledBad", R"({"prompt":"p","completion":"c","label":false})",
             "\"label\" is false: an answer that is labelled as bad"},
        Case{
            "TaggedBad",
            R"({"kto_tag":false,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]})",
            "\"kto_tag\" is false"},
        Case{
            "PreferencesAfterAConversation",
            R"({"conversations":[{"from":"human","value":"1"},{"from":"gpt","value":"2"},{"from":"human","value":"3"}],"chosen":{"from":"gpt","value":"4"},"rejected":{"from":"gpt","value":"5"}})",
            "preferences"},
        Case{"ReasoningOfARow", R"({"question":"Q","reasoning":"Steps","answer":"A"})",
             "\"reasoning\" cannot be used"},
        Case{"InvisibleAnswer", R"({"question":"Q","answer":"\u200b"})",
             "message 2 (assistant) is empty"},
        Case{"Preferences", R"({"prompt":"p","chosen":"a","rejected":"b"})", "preferences"},
        Case{
            "EmptyContent",
            R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":" \n"}]})",
            "message 2 (assistant) is empty"},
        Case{"RoleTwice", R"({"messages":[{"role":"user","role":"user","content":"Hi"}]})",
             "\"role\" stands there twice"},  // taste-ok: stored
        Case{"AssistantFirst",
             R"({"messages":[{"role":"assistant","content":"Hi"},{"role":"user","content":"Yo"}]})",
             "message 1 is of assistant, not of user"},
        Case{
            "UserTwice",
            R"({"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"c"}]})",
            "message 2 is of user, not of assistant"},
        Case{
            "SystemLater",
            R"({"messages":[{"role":"user","content":"a"},{"role":"system","content":"b"},{"role":"assistant","content":"c"}]})",
            "message 2 is of system"},
        Case{"UserLast", R"({"messages":[{"role":"user","content":"a"}]})",
             "the last message is of user"},
        Case{"SystemAlone", R"({"messages":[{"role":"system","content":"a"}]})", "no messages"},
        Case{"CompletionAbsent", R"({"prompt":"p"})", "no known shape"},
        Case{"PromptAbsent", R"({"completion":"c"})", "no field \"prompt\""},
        Case{"MixedTypes", R"({"prompt":"p","completion":[{"role":"assistant","content":"c"}]})",
             "\"prompt\" is a string and \"completion\" an array"},
        Case{"PromptANumber", R"({"prompt":1,"completion":"c"})", "\"prompt\" is a number"},
        Case{"EmptyCompletion", R"({"prompt":"p","completion":""})",
             "message 2 (assistant) is empty"},
        Case{
            "CompletionList",
            R"({"prompt":[{"role":"user","content":"p"}],"completion":[{"role":"user","content":"c"}]})",
            "message 2 is of user"},
        Case{"AlpacaNoOutput", R"({"instruction":"Do"})", "no field \"output\""},
        Case{"AlpacaInputANumber", R"({"instruction":"Do","input":3,"output":"x"})",
             "\"input\" is a number"},
        Case{"AlpacaEmpty", R"({"instruction":"","output":"x"})", "message 1 (user) is empty"},
        Case{"HistoryNoArray", R"({"instruction":"Do","output":"x","history":"h"})",
             "\"history\" is a string"},
        Case{"HistoryTriple", R"({"instruction":"Do","output":"x","history":[["a","b","c"]]})",
             "has 3 elements"},
        Case{"HistoryOfNumbers", R"({"instruction":"Do","output":"x","history":[["a",1]]})",
             "\"history\" is a number, not a string"},
        Case{
            "ShareGptOtherRole",
            R"({"conversations":[{"from":"human","value":"Hi"},{"from":"function_call","value":"Yo"}]})",
            "message 2: role \"function_call\": turns of tools cannot be used"},
        Case{
            "ShareGptTwoSystems",
            R"({"system":"S","conversations":[{"from":"system","value":"T"},{"from":"human","value":"Hi"},{"from":"gpt","value":"Yo"}]})",
            "message 2 is of system"}),
    [](const auto& info) { return std::string(info.param.name); });

std::string RowOf(int messages) {
  std::string json = R"({"messages":[)";
  for (int i = 0; i < messages; ++i) {
    absl::StrAppend(&json, i == 0 ? "" : ",", R"({"role":")", i % 2 == 0 ? "user" : "assistant",
                    R"(","content":"x"})");
  }
  return json + "]}";
}

TEST(ShortRow, NamesTheFieldsThatItDoesNotUse) {
  std::string json =
      R"({"id":7,"score":0.5,"empty":null,"messages":[{"role":"user","content":"Hi","name":"Bo"},)"
      R"({"role":"assistant","content":"Yo","weight":1,"prefix":true}]})";
  const size_t size = json.size();
  json.resize(size + simdjson::SIMDJSON_PADDING);
  JsonParser parser;

  const auto conversation =
      ParseShortRow(*parser.ParseObject({json.data(), size}), v1::ShortInput::AUTO);

  ASSERT_OK(conversation.status());
  EXPECT_THAT(conversation->unused,
              ::testing::ElementsAre("messages[].name", "messages[].prefix", "score"));
}

TEST(ShortRow, HoldsTheLimitOfMessages) {
  EXPECT_OK(Parse(RowOf(kMaxMessagesPerRow)));
  EXPECT_THAT(Parse(RowOf(kMaxMessagesPerRow + 2)),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       absl::StrCat("more than ", kMaxMessagesPerRow, " messages")));
}

}  // namespace
}  // namespace quipu::pipelines
