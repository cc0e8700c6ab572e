// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Compares the remote engine, on a real server with the small model, with the
// embedded engine on the same file. Likelihoods have to agree, or the remote
// engine reads the wrong tokens.
//
// Run by run.sh, which starts the server and names it in
// QUIPU_OPENAI_URL and QUIPU_OPENAI_MODEL.
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/fingerprint.h"
#include "gtest/gtest.h"
#include "inference/batching/load_embedded_engine.h"
#include "inference/engine.h"
#include "inference/remote/openai_factory.h"
#include "tests/support/models.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

constexpr char kChunk[] =
    "Excerpt from a long document:\n\nA quipu is a record kept as knots on "
    "long cords. "
    "The Inca used it to count people, llamas and taxes. The colour of a cord "
    "said what was "
    "counted, and the place of a knot said how many: units at the end, tens "
    "above them.\n\n"
    "End of the excerpt.\n\n";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class OpenAiServerTest : public ::testing::Test {
 protected:
  // Probing takes a minute on a busy machine.
  static void SetUpTestSuite() {
    OpenAiEngineOptions options;
    options.url = Environment("QUIPU_OPENAI_URL");
    options.model_name = Environment("QUIPU_OPENAI_MODEL");
    options.model_path = SmallModelPath();
    ASSERT_FALSE(options.url.empty()) << "no server named: run tests/servers/run.sh";
    ASSERT_OK_AND_ASSIGN(remote_, CreateOpenAiEngine(options));
    EmbeddedEngineOptions native;
    native.model_path = SmallModelPath();
    native.math = Math::kFloat;
    ASSERT_OK_AND_ASSIGN(native_, LoadEmbeddedEngine(native));
  }

  static ScoreResult Score(Engine& engine, const ScoreRequest& request) {
    const absl::StatusOr<std::unique_ptr<Prefix>> prefix = engine.OpenPrefix({"", kChunk});
    EXPECT_OK(prefix);
    absl::StatusOr<ScoreResult> result = engine.Score(**prefix, request);
    EXPECT_OK(result);
    return *std::move(result);
  }

  static void TearDownTestSuite() {
    remote_.reset();
    native_.reset();
  }

  void SetUp() override { ASSERT_TRUE(remote_ != nullptr && native_ != nullptr); }

  static std::unique_ptr<Engine> remote_;
  static std::unique_ptr<Engine> native_;
};

std::unique_ptr<Engine> OpenAiServerTest::remote_;
std::unique_ptr<Engine> OpenAiServerTest::native_;

TEST_F(OpenAiServerTest, AgreesWithTheEmbeddedEngineOnLikelihoods) {
  if (!remote_->info().scores_text) {
    GTEST_SKIP() << "this server gives no log-probs of a given text";
  }
  ScoreRequest request;
  request.user_rest = "Answer this question: What did the colour of a cord say?";
  request.continuations = {"It said what was counted.",
                           "Llamas, and caf\xc3\xa9s \xe2\x80\x94 na\xc3\xafve \xe2\x82\xac"
                           "5 guesses, and 1234 more."};
  const ScoreResult remote = Score(*remote_, request);
  const ScoreResult native = Score(*native_, request);
  for (size_t i = 0; i < request.continuations.size(); ++i) {
    const ContinuationScore& ours = native.continuations[i];
    const ContinuationScore& theirs = remote.continuations[i];
    ASSERT_EQ(theirs.num_tokens, ours.num_tokens) << request.continuations[i];
    // Their activations are 8-bit, ours here are not.
    EXPECT_NEAR(theirs.log_prob / theirs.num_tokens, ours.log_prob / ours.num_tokens, 0.15)
        << request.continuations[i];
  }
}

TEST_F(OpenAiServerTest, AgreesWithTheEmbeddedEngineOnVerdicts) {
  ScoreRequest request;
  request.user_rest =
      "Question: Who used quipus?\nProposed answer: The Inca\n\nIs the "
      "proposed answer correct "
      "and complete according to the excerpt? Reply with Yes or No.";
  // As the small model spells them: they are among its likeliest tokens.
  request.continuations = {"Yes", "No"};
  request.relative_only = true;
  const ScoreResult remote = Score(*remote_, request);
  const ScoreResult native = Score(*native_, request);
  const double theirs = remote.continuations[0].log_prob - remote.continuations[1].log_prob;
  const double ours = native.continuations[0].log_prob - native.continuations[1].log_prob;
  EXPECT_NEAR(theirs, ours, 0.5);
}

TEST_F(OpenAiServerTest, IsKnown) {
  EXPECT_GT(remote_->info().context_tokens, 0);
  EXPECT_TRUE(remote_->info().scores_text || Environment("QUIPU_OPENAI_SCORES").empty())
      << "this server was known to score given texts";
}

TEST_F(OpenAiServerTest, HoldsRepliesToTheReplyTemplate) {
  ASSERT_OK_AND_ASSIGN(const auto prefix, remote_->OpenPrefix({"", kChunk}));
  CompleteRequest request;
  request.user_rest = "Write a question about this text and its short answer.";
  request.reply_template = {
      Slot::Literal("<question>What"), Slot::Free("question", 4, 96, "</question>"),
      Slot::Literal("</question>\n<answer>"), Slot::Free("answer", 1, 96, "</answer>")};
  request.sampling.temperature = 0.7;
  for (const char* seed : {"1", "2", "3", "4"}) {
    request.seed = FingerprintOf(seed);
    ASSERT_OK_AND_ASSIGN(const Completion got, remote_->Complete(*prefix, request));
    if (got.parts.size() == 1) {
      // Cut before its end, by text with few characters in a token: nothing else may
      // break a grammar.
      EXPECT_EQ(got.parts[0].end, CompletedPart::End::kMaxTokens);
      EXPECT_TRUE(absl::StartsWith(got.parts[0].text, "<question>What")) << got.parts[0].text;
      continue;
    }
    ASSERT_EQ(got.parts.size(), 2u);
    EXPECT_FALSE(absl::StrContains(got.parts[0].text, "<"));
    EXPECT_GT(got.parts[1].num_tokens, 0);
  }
}

}  // namespace
}  // namespace quipu::inference
