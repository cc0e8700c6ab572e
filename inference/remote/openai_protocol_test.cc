// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_protocol.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

ChatRequest Chat() {
  ChatRequest chat;
  chat.model = "m";
  chat.user = "Hi \"you\"\n";
  chat.max_tokens = 7;
  chat.sampling = {0.7, 40, 0.95, 0.0};
  chat.seed = 5;
  chat.reply_template = {Slot::Literal("<q>"), Slot::Free("q", 1, 8, "</q>")};
  return chat;
}

TEST(ChatBody, IsCanonicalJson) {
  EXPECT_THAT(
      ChatBody(Chat()),
      IsOkAndHolds(R"({"model":"m","messages":[{"role":"user","content":"Hi \"you\"\n"}],)"
                   R"("max_tokens":7,"temperature":0.7,"top_p":0.95,"top_k":40,"min_p":0.0,)"
                   R"("repetition_penalty":1.0,"repeat_penalty":1.0,)"
                   R"("seed":5,"stream":false})"));
}

TEST(ChatBody, PutsTheSystemMessageFirst) {
  ChatRequest chat = Chat();
  chat.system = "Be brief.";
  EXPECT_THAT(ChatBody(chat),
              IsOkAndHolds(HasSubstr(
                  R"("messages":[{"role":"system","content":"Be brief."},{"role":"user")")));
}

TEST(ChatBody, LeavesOutWhatTheServerWouldRefuse) {
  ChatRequest chat = Chat();
  chat.extensions = false;
  EXPECT_THAT(ChatBody(chat), IsOkAndHolds(AllOf(Not(HasSubstr("top_k")), Not(HasSubstr("min_p")),
                                                 Not(HasSubstr("penalty")))));
  chat = Chat();
  chat.sampling.top_k = 0;
  EXPECT_THAT(ChatBody(chat), IsOkAndHolds(AllOf(Not(HasSubstr("top_k")), HasSubstr("min_p"))));
}

TEST(ChatBody, BansTokensWhereTheServerTakesExtensions) {
  ChatRequest chat = Chat();
  chat.banned = {7, 1234};
  EXPECT_THAT(ChatBody(chat), IsOkAndHolds(HasSubstr(R"("logit_bias":{"7":-100,"1234":-100})")));

  chat.extensions = false;

  EXPECT_THAT(ChatBody(chat), IsOkAndHolds(Not(HasSubstr("logit_bias"))));
}

TEST(ChatBody, AsksForLogProbs) {
  ChatRequest chat = Chat();
  chat.top_logprobs = 20;
  EXPECT_THAT(ChatBody(chat), IsOkAndHolds(HasSubstr(R"("logprobs":true,"top_logprobs":20)")));
}

TEST(ChatBody, AsksForAPatternInEachServersWay) {
  const struct {
    StructuredOutput kind;
    const char* json;
  } cases[] = {
      {StructuredOutput::kVllm, R"("structured_outputs":{"regex":"<q>[^<\\n][^<]{0,31}</q>"})"},
      {StructuredOutput::kVllmGuided, R"("guided_regex":"<q>[^<\\n][^<]{0,31}</q>")"},
      {StructuredOutput::kSglang, R"("regex":"<q>[^<\\n][^<]{0,31}</q>")"},
      {StructuredOutput::kLlamaCpp,
       R"("grammar":"root ::= \"<q>\" [^<\\n] [^<]{0,31} \"</q>\"\n")"},
      {StructuredOutput::kTgi,
       R"("response_format":{"type":"regex","value":"<q>[^<\\n][^<]{0,31}</q>"})"}};
  for (const auto& c : cases) {
    ChatRequest chat = Chat();
    chat.structured = c.kind;
    EXPECT_THAT(ChatBody(chat), IsOkAndHolds(HasSubstr(c.json)));
  }
}

TEST(ChatBody, ForcesAReplyOfGivenTokens) {
  ChatRequest chat = Chat();
  chat.structured = StructuredOutput::kVllm;
  chat.forced = {7, 1234};
  EXPECT_THAT(ChatBody(chat),
              IsOkAndHolds(AllOf(HasSubstr(R"("grammar":"root ::= <[7]> <[1234]>\n")"),
                                 Not(HasSubstr("structured_outputs")))));
}

TEST(ChatBody, SendsNoSeedWithoutOneAndNoThoughtsWhereTheyAreNotWanted) {
  ChatRequest chat = Chat();
  chat.seed.reset();
  EXPECT_THAT(ChatBody(chat), IsOkAndHolds(AllOf(Not(HasSubstr("seed")), Not(HasSubstr("think")))));
  EXPECT_THAT(ChatBody(chat), IsOkAndHolds(Not(HasSubstr("chat_template_kwargs"))));
  chat.template_arguments.without_thoughts = true;
  EXPECT_THAT(ChatBody(chat),
              IsOkAndHolds(HasSubstr(R"("chat_template_kwargs":{"enable_thinking":false})")));
  chat.template_arguments.date = "26 Jul 2024";
  EXPECT_THAT(
      ChatBody(chat),
      IsOkAndHolds(HasSubstr(
          R"("chat_template_kwargs":{"enable_thinking":false,"date_string":"26 Jul 2024"})")));
  chat.template_arguments.without_thoughts = false;
  EXPECT_THAT(ChatBody(chat),
              IsOkAndHolds(HasSubstr(R"("chat_template_kwargs":{"date_string":"26 Jul 2024"})")));
  chat.extensions = false;
  EXPECT_THAT(ChatBody(chat), IsOkAndHolds(Not(HasSubstr("chat_template_kwargs"))));
}

TEST(ParseModels, ReadsWhatLlamaServerTells) {
  ASSERT_OK_AND_ASSIGN(
      const std::vector<ServedModel> models,
      ParseModels(R"({"data":[{"id":"m","meta":{"n_vocab":49152,"n_ctx":8192,"n_ctx_train":2048}},)"
                  R"({"id":"n","max_model_len":512,"meta":{"n_ctx":8192}}]})"));
  ASSERT_EQ(models.size(), 2u);
  EXPECT_EQ(models[0].context_tokens, 8192);
  EXPECT_EQ(models[0].vocab_size, 49152);
  EXPECT_EQ(models[1].context_tokens, 512);
  EXPECT_EQ(models[1].vocab_size, 0);
}

TEST(ParseSlots, ReadsTheirNumber) {
  EXPECT_THAT(ParseSlots(R"({"total_slots":4})"), IsOkAndHolds(4));
  EXPECT_THAT(ParseSlots("{}"), IsOkAndHolds(0));
  EXPECT_THAT(ParseSlots(R"({"total_slots":-1})").status(), StatusIs(kInvalid, "not a count"));
}

TEST(ChatBody, RefusesBytesThatAreNoText) {
  ChatRequest chat = Chat();
  chat.user = "\xff";
  EXPECT_THAT(ChatBody(chat).status(), StatusIs(kInvalid, "content"));
}

TEST(EchoBody, AsksForTheTextsOwnLogProbs) {
  EXPECT_THAT(EchoBody("m", "The sky"),
              IsOkAndHolds(R"({"model":"m","prompt":"The sky","echo":true,)"
                           R"("logprobs":1,"max_tokens":1,"temperature":0.0,)"
                           R"("stream":false})"));
}

TEST(StructuredOutputName, SaysServerAndField) {
  EXPECT_EQ(StructuredOutputName(StructuredOutput::kVllm), "vllm (structured_outputs)");
  EXPECT_EQ(StructuredOutputName(StructuredOutput::kVllmGuided), "vllm (guided_regex)");
  EXPECT_EQ(StructuredOutputName(StructuredOutput::kSglang), "sglang (regex)");
  EXPECT_EQ(StructuredOutputName(StructuredOutput::kLlamaCpp), "llama.cpp (grammar)");
  EXPECT_EQ(StructuredOutputName(StructuredOutput::kTgi), "tgi (response_format)");
  EXPECT_EQ(StructuredOutputName(StructuredOutput::kNone), "none");
}

TEST(StructuredOutputChoices, KnowsTheSpecsWords) {
  EXPECT_EQ(StructuredOutputChoices("auto")->size(), 5u);
  EXPECT_EQ(StructuredOutputChoices("none")->size(), 0u);
  EXPECT_EQ(StructuredOutputChoices("vllm")->size(), 2u);
  for (const char* name : {"sglang", "llama.cpp", "tgi"})
    EXPECT_EQ(StructuredOutputChoices(name)->size(), 1u) << name;
  EXPECT_THAT(StructuredOutputChoices("VLLM").status(),
              StatusIs(kInvalid, "is unknown (want auto, none, vllm"));
}

TEST(ParseChatReply, ReadsTextEndLogProbsAndUsage) {
  ASSERT_OK_AND_ASSIGN(
      ChatReply reply,
      ParseChatReply(R"({"id":"x","choices":[{"index":0,"message":{"role":"assistant",)"
                     R"("content":"yes"},"finish_reason":"length","logprobs":{"content":[)"
                     R"({"token":"yes","logprob":-0.5,"top_logprobs":[)"
                     R"({"token":"yes","logprob":-0.5,"bytes":[121]},)"
                     R"({"id":7,"token":" no","logprob":-1,"bytes":null}]},)"
                     R"({"token":"!","logprob":-9,"top_logprobs":[]}]}}],)"
                     R"("usage":{"prompt_tokens":41,"completion_tokens":2,)"
                     R"("prompt_tokens_details":{"cached_tokens":32}}})"));
  EXPECT_EQ(reply.text, "yes");
  EXPECT_TRUE(reply.cut);
  ASSERT_EQ(reply.first_top().size(), 2u);
  EXPECT_EQ(reply.first_top()[1].token, " no");
  EXPECT_EQ(reply.first_top()[1].log_prob, -1);
  EXPECT_EQ(reply.first_top()[1].id, 7);
  ASSERT_EQ(reply.tokens.size(), 2u);
  EXPECT_EQ(reply.tokens[1].chosen.token, "!");
  EXPECT_EQ(reply.tokens[1].chosen.log_prob, -9);
  EXPECT_FALSE(reply.tokens[1].chosen.id.has_value());
  EXPECT_EQ(reply.usage.prompt_tokens, 41);
  EXPECT_EQ(reply.usage.completion_tokens, 2);
  EXPECT_EQ(reply.usage.cached_tokens, 32);
}

TEST(ParseChatReply, NeedsNoMoreThanAMessage) {
  ASSERT_OK_AND_ASSIGN(ChatReply reply,
                       ParseChatReply(R"({"choices":[{"message":{"content":null},)"
                                      R"("finish_reason":"stop","logprobs":null}],"usage":null})"));
  EXPECT_EQ(reply.text, "");
  EXPECT_FALSE(reply.cut);
  EXPECT_TRUE(reply.first_top().empty());
  EXPECT_FALSE(reply.usage.prompt_tokens.has_value());
}

TEST(ParseChatReply, SaysWhatIsWrong) {
  const struct {
    const char* body;
    const char* message;
  } cases[] = {
      {"", "not valid JSON"},
      {"<html>502</html>", "not valid JSON"},
      {"[]", "array"},
      {"{}", "no field \"choices\""},
      {R"({"choices":{}})", "\"choices\" is an object"},
      {R"({"choices":[]})", "\"choices\" is empty"},
      {R"({"choices":[1]})", "\"choices\" is a number"},
      {R"({"choices":[{"text":"x"}]})", "no field \"message\""},
      {R"({"choices":[{"message":{"content":7}}]})", "\"content\" is a number"},
      {R"({"choices":[{"message":{"content":"x"},"logprobs":{"content":[{}]}}]})",
       "no field \"token\""},
      {R"({"choices":[{"message":{"content":"x"},"logprobs":{"content":[)"
       R"({"token":"x","logprob":-1}]}}]})",
       "no field \"top_logprobs\""},
      {R"({"choices":[{"message":{"content":"x"},"logprobs":{"content":[)"
       R"({"token":"x","logprob":-1,"top_logprobs":[{"token":"x","logprob":"-1"}]}]}}]})",
       "\"logprob\" is a string"},
      {R"({"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":-1}})", "not a count"},
      {R"({"choices":[{"message":{"content":"x"}}],"choices":[]})", "twice"}};
  for (const auto& c : cases) {
    EXPECT_THAT(ParseChatReply(c.body).status(), StatusIs(kInvalid, c.message)) << c.body;
  }
}

TEST(ParseEchoReply, ReadsTokensAndLogProbs) {
  ASSERT_OK_AND_ASSIGN(
      EchoReply reply,
      ParseEchoReply(R"({"choices":[{"text":"The sky","logprobs":{"tokens":["The"," sky","."],)"
                     R"("token_logprobs":[null,-6.5,-1],"text_offset":[0,3,7]}}],)"
                     R"("usage":{"prompt_tokens":2,"completion_tokens":1}})"));
  EXPECT_EQ(reply.tokens, (std::vector<std::string>{"The", " sky", "."}));
  EXPECT_FALSE(reply.log_probs[0].has_value());
  EXPECT_EQ(reply.log_probs[1], -6.5);
  EXPECT_EQ(reply.usage.completion_tokens, 1);
}

TEST(ParseEchoReply, RefusesOneWithoutLogProbs) {
  EXPECT_THAT(ParseEchoReply(R"({"choices":[{"text":"a","logprobs":null}]})").status(),
              StatusIs(kInvalid, "\"logprobs\" is null"));
  EXPECT_THAT(ParseEchoReply(R"({"choices":[{"logprobs":{"tokens":["a"],)"
                             R"("token_logprobs":[]}}]})")
                  .status(),
              StatusIs(kInvalid, "1 tokens with 0 log-probs"));
}

TEST(ParseModels, ReadsNamesAndLengths) {
  ASSERT_OK_AND_ASSIGN(const std::vector<ServedModel> models,
                       ParseModels(R"({"object":"list","data":[{"id":"a","max_model_len":4096},)"
                                   R"({"id":"b","max_model_len":null}]})"));
  ASSERT_EQ(models.size(), 2u);
  EXPECT_EQ(models[0].id, "a");
  EXPECT_EQ(models[0].context_tokens, 4096);
  EXPECT_EQ(models[1].context_tokens, 0);
  EXPECT_THAT(ParseModels(R"({"data":[{}]})").status(), StatusIs(kInvalid, "id"));
}

}  // namespace
}  // namespace quipu::inference
