// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The engine against kinds of servers: what they tell about themselves, how they
// score texts, and what they do when they are full or gone.
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/fingerprint.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/remote/api_key.h"
#include "inference/remote/openai_factory.h"
#include "tests/support/fake_openai.h"
#include "tests/support/models.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::FakeLogProb;
using ::quipu::testing::FakeOpenAi;
using ::quipu::testing::FakeOpenAiOptions;
using ::quipu::testing::HttpServer;
using ::quipu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// llama-server's, whose token 40 is the small model's.
FakeOpenAiOptions LlamaServer() {
  FakeOpenAiOptions server;
  server.echoes = false;
  server.pattern_field = "grammar";
  server.vocab_size = 49152;
  server.n_ctx = 4096;
  server.slots = 4;
  server.cached_tokens = 60;
  absl::StatusOr<std::unique_ptr<GgufFile>> gguf = GgufFile::Open(SmallModelPath());
  EXPECT_OK(gguf);
  absl::StatusOr<std::shared_ptr<const Tokenizer>> tokenizer = CreateTokenizer(**gguf);
  EXPECT_OK(tokenizer);
  server.token_text = [tokenizer = *tokenizer](int64_t id) {
    return std::string(tokenizer->TokenBytes(static_cast<TokenId>(id)));
  };
  return server;
}

class OpenAiServersTest : public ::testing::Test {
 protected:
  OpenAiServersTest() {
    unsetenv(kApiKeyVariable);
    options_.model_name = "m";
    options_.model_path = SmallModelPath();
    options_.retry.first = absl::Milliseconds(1);
    options_.retry.longest = absl::Milliseconds(2);
    options_.breaker.failures_to_open = 1000;
    options_.request_timeout = absl::Minutes(2);
  }

  absl::Status TryStart(const FakeOpenAiOptions& server = {}) {
    absl::StatusOr<std::unique_ptr<FakeOpenAi>> fake = FakeOpenAi::Start(server);
    if (!fake.ok()) return fake.status();
    fake_ = *std::move(fake);
    return Connect();
  }
  absl::Status Connect() {
    options_.url = fake_->url();
    absl::StatusOr<std::unique_ptr<Engine>> engine = CreateOpenAiEngine(options_);
    if (engine.ok()) engine_ = *std::move(engine);
    return engine.status();
  }
  void Start(const FakeOpenAiOptions& server = {}) { ASSERT_OK(TryStart(server)); }

  std::unique_ptr<Prefix> Open() {
    absl::StatusOr<std::unique_ptr<Prefix>> prefix =
        engine_->OpenPrefix({"", "The sky is blue.\n\n"});
    EXPECT_OK(prefix);
    return *std::move(prefix);
  }
  static CompleteRequest Request() {
    CompleteRequest request;
    request.user_rest = "Ask a question.";
    request.reply_template = {Slot::Literal("<question>"),
                              Slot::Free("question", 1, 16, "</question>")};
    request.seed = FingerprintOf("seed");
    return request;
  }

  OpenAiEngineOptions options_;
  std::unique_ptr<FakeOpenAi> fake_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(OpenAiServersTest, KnowsAServerByWhatItTells) {
  ::testing::internal::CaptureStderr();
  Start(LlamaServer());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("context 4096 tokens, 4 slots"), HasSubstr("scored by a grammar"),
                    Not(HasSubstr("not told"))));
  EXPECT_EQ(engine_->info().context_tokens, 4096);
  EXPECT_TRUE(engine_->info().scores_text);
}

TEST_F(OpenAiServersTest, RefusesAServerWithAnotherModel) {
  FakeOpenAiOptions server = LlamaServer();
  server.vocab_size = 151936;
  EXPECT_THAT(TryStart(server), StatusIs(absl::StatusCode::kFailedPrecondition,
                                         AllOf(HasSubstr("151936"), HasSubstr("49152"))));
  server = {};
  server.count_prompt = [](const std::string& user) { return static_cast<int64_t>(user.size()); };
  EXPECT_THAT(TryStart(server), StatusIs(absl::StatusCode::kFailedPrecondition, "tokenizer"));
  // OpenAI's own server, whose models nobody has.
  server.refuses_unknown_fields = true;
  ::testing::internal::CaptureStderr();
  EXPECT_OK(TryStart(server));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("lengths are estimates"));
}

TEST_F(OpenAiServersTest, ScoresATextByAReplyThatAGrammarForces) {
  Start(LlamaServer());
  ScoreRequest request;
  request.user_rest = "What colour?";
  request.assistant_begin = "It";
  request.continuations = {" is blue"};
  ASSERT_OK_AND_ASSIGN(const ScoreResult got, engine_->Score(*Open(), request));
  const std::vector<TokenId> ids = engine_->tokenizer()->Encode("It is blue", false);
  ASSERT_EQ(ids.size(), 3u);
  const ContinuationScore& score = got.continuations[0];
  EXPECT_EQ(score.num_tokens, 2);
  EXPECT_EQ(score.log_prob, FakeLogProb(ids[1]) + FakeLogProb(ids[2]));
  EXPECT_EQ(score.greedy_tokens, 0);
  EXPECT_THAT(fake_->last_body(),
              AllOf(HasSubstr(absl::StrCat("\"grammar\":\"root ::= <[", ids[0], "]> <[", ids[1],
                                           "]> <[", ids[2], "]>\\n\"")),
                    HasSubstr("\"max_tokens\":3"), HasSubstr("\"top_logprobs\":1"),
                    HasSubstr("What colour?\"}]")));
}

// vLLM's, which are those after the mask of the pattern.
TEST_F(OpenAiServersTest, ScoresNoTextByLogProbsThatTheGrammarChanges) {
  FakeOpenAiOptions server = LlamaServer();
  server.masks_log_probs = true;
  Start(server);
  EXPECT_FALSE(engine_->info().scores_text);
}

TEST_F(OpenAiServersTest, CountsTheCachedTokensAsNotComputed) {
  Start(LlamaServer());
  const EngineStats before = engine_->stats();
  ASSERT_OK(engine_->Complete(*Open(), Request()));
  EXPECT_EQ(engine_->stats().prompt_tokens_computed - before.prompt_tokens_computed, 40);
}

TEST_F(OpenAiServersTest, SendsNoSeedIfTheSpecSaysSo) {
  options_.send_seed = false;
  Start();
  ASSERT_OK(engine_->Complete(*Open(), Request()));
  for (const HttpServer::Request& request : fake_->server().requests()) {
    EXPECT_THAT(request.body, Not(HasSubstr("\"seed\"")));
  }
}

TEST_F(OpenAiServersTest, LosesNothingToAServerThatIsFullForAWhile) {
  Start();
  const auto prefix = Open();
  fake_->SetFailure({500, R"({"error":{"message":"Context size has been exceeded."}})"});
  const int before = static_cast<int>(fake_->server().requests().size());
  absl::Status status;
  std::thread caller([&] { status = engine_->Complete(*prefix, Request()).status(); });
  ASSERT_TRUE(fake_->server().AwaitRequests(before + 3, absl::Minutes(2)));
  fake_->SetFailure({});
  caller.join();
  EXPECT_OK(status);
}

TEST_F(OpenAiServersTest, NamesAServerThatIsNotThereOnce) {
  Start();
  const std::string url = fake_->url();
  fake_->server().Stop();
  const absl::Status status = Connect();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, url));
  EXPECT_EQ(std::string(status.message()).find(url), std::string(status.message()).rfind(url))
      << status;
}

// By its text: a chunk may be opened twice.
TEST_F(OpenAiServersTest, SendsTheFirstRequestOfAChunkAlone) {
  Start();
  const auto chunk = Open();
  const auto same = Open();
  ASSERT_OK_AND_ASSIGN(const auto other, engine_->OpenPrefix({"", "Another chunk."}));
  HttpServer::Response never;
  never.fault = HttpServer::Fault::kNeverAnswer;
  fake_->SetFailure(never);
  const size_t before = fake_->server().requests().size();
  for (const Prefix* prefix : {chunk.get(), same.get(), other.get()}) {
    engine_->CompleteAsync(*prefix, Request(), [](const absl::StatusOr<Completion>&) {});
  }
  ASSERT_TRUE(fake_->server().AwaitRequests(static_cast<int>(before) + 2, absl::Minutes(2)));
  const std::vector<HttpServer::Request> requests = fake_->server().requests();
  ASSERT_EQ(requests.size(), before + 2);
  EXPECT_NE(absl::StrContains(requests[before].body, "The sky"),
            absl::StrContains(requests[before + 1].body, "The sky"));
  engine_->Shutdown();
}

}  // namespace
}  // namespace quipu::inference
