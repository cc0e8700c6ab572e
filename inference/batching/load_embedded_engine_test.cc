// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/load_embedded_engine.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/sha256.h"
#include "gtest/gtest.h"
#include "tests/support/models.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;

constexpr char kSmallSha256[] = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

EmbeddedEngineOptions SmallModel() {
  EmbeddedEngineOptions options;
  options.model_path = SmallModelPath();
  options.kv_bytes = 256 << 20;
  return options;
}

TEST(LoadEmbeddedEngine, LoadsTheSmallModelAndSaysWhatItIs) {
  EmbeddedEngineOptions options = SmallModel();
  options.model_sha256 = kSmallSha256;
  absl::StatusOr<std::unique_ptr<Engine>> engine = LoadEmbeddedEngine(options);
  ASSERT_OK(engine);
  const EngineInfo& info = (*engine)->info();
  EXPECT_EQ(info.engine, "native");
  EXPECT_EQ(info.architecture, "llama");
  EXPECT_EQ(info.model_sha256, kSmallSha256);
  EXPECT_EQ(info.math, "int8") << "the file is quantised";
  EXPECT_EQ(info.context_tokens, 8192);
  EXPECT_FALSE(info.model_name.empty());
  EXPECT_EQ((*engine)->chat_template().name(), "chatml");
}

class LoadEmbeddedEngineMath : public ::testing::TestWithParam<Math> {};

TEST_P(LoadEmbeddedEngineMath, AnswersGreedilyWhatTheModelKnows) {
  EmbeddedEngineOptions options = SmallModel();
  options.math = GetParam();
  absl::StatusOr<std::unique_ptr<Engine>> engine = LoadEmbeddedEngine(options);
  ASSERT_OK(engine);
  EXPECT_EQ((*engine)->info().math, std::string(MathName(GetParam())));
  absl::StatusOr<std::unique_ptr<Prefix>> prefix =
      (*engine)->OpenPrefix({"", "What is the capital city of France"});
  ASSERT_OK(prefix);
  CompleteRequest request;
  request.reply_template = {Slot::Free("answer", 1, 24, "")};
  request.sampling.temperature = 0;
  absl::StatusOr<Completion> reply = (*engine)->Complete(**prefix, request);
  ASSERT_OK(reply);
  EXPECT_EQ(reply->parts[0].text, "The capital city of France is Paris.");
  EXPECT_EQ(reply->parts[0].end, CompletedPart::End::kEndOfTurn);
  EXPECT_GT(reply->parts[0].log_prob, -5);

  ScoreRequest score;
  score.assistant_begin = "The capital city of France is";
  score.continuations = {" Paris", " Berlin"};
  absl::StatusOr<ScoreResult> scores = (*engine)->Score(**prefix, score);
  ASSERT_OK(scores);
  EXPECT_GT(scores->continuations[0].log_prob, scores->continuations[1].log_prob + 2);
}

INSTANTIATE_TEST_SUITE_P(EachMath, LoadEmbeddedEngineMath,
                         ::testing::Values(Math::kFloat, Math::kInt8),
                         [](const auto& info) { return std::string(MathName(info.param)); });

TEST(LoadEmbeddedEngine, KeepsTheModelsContextAndSaysWhatTheMemoryHolds) {
  EmbeddedEngineOptions options = SmallModel();
  options.kv_bytes = 8 << 20;
  absl::StatusOr<std::unique_ptr<Engine>> engine = LoadEmbeddedEngine(options);
  ASSERT_OK(engine);
  EXPECT_EQ((*engine)->info().context_tokens, 8192);
  EXPECT_LT((*engine)->info().memory_tokens, 8192);
  EXPECT_GE((*engine)->info().memory_tokens, 64);
}

TEST(LoadEmbeddedEngine, RefusesAnotherFileThanWasAskedFor) {
  EmbeddedEngineOptions options = SmallModel();
  options.model_sha256 = std::string(64, '0');
  EXPECT_THAT(LoadEmbeddedEngine(options),
              StatusIs(absl::StatusCode::kFailedPrecondition, kSmallSha256));
}

// --- Hugging Face directories (tests/models/make_fixtures.py).

constexpr char kDirectory[] = "tests/models/testdata/chat";

EmbeddedEngineOptions Directory() {
  EmbeddedEngineOptions options;
  options.model_path = kDirectory;
  options.kv_bytes = 8 << 20;
  return options;
}

// The list that sha256sum writes of all files that are part of the model.
std::string DirectorySha256() {
  std::string list;
  for (const char* name : {"chat_template.jinja", "config.json", "model.safetensors",
                           "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json"}) {
    absl::StrAppend(&list, Sha256HexOfFile(JoinPath(kDirectory, name)).value(), "  ", name, "\n");
  }
  return Sha256Hex(list);
}

TEST(LoadEmbeddedEngine, LoadsADirectoryAndSaysWhatItIs) {
  EmbeddedEngineOptions options = Directory();
  options.model_sha256 = DirectorySha256();
  absl::StatusOr<std::unique_ptr<Engine>> engine = LoadEmbeddedEngine(options);
  ASSERT_OK(engine);
  const EngineInfo& info = (*engine)->info();
  EXPECT_EQ(info.model_name, "chat");
  EXPECT_EQ(info.architecture, "llama");
  EXPECT_EQ(info.model_sha256, DirectorySha256());
  EXPECT_EQ(info.math, "float");
  EXPECT_EQ(info.context_tokens, 256);
  EXPECT_EQ((*engine)->chat_template().name(), "chatml");
}

TEST(LoadEmbeddedEngine, HasTheContextOfItsRotation) {
  using Scaling = RopeOptions::Scaling;
  struct Case {
    Scaling scaling;
    double factor;
    int context;
  };
  for (const Case& c : {Case{Scaling::kFromFile, 4, 256}, Case{Scaling::kNone, 4, 256},
                        Case{Scaling::kLinear, 4, 1024}, Case{Scaling::kYarn, 8, 2048}}) {
    EmbeddedEngineOptions options = Directory();
    options.rope.scaling = c.scaling;
    options.rope.factor = c.factor;
    absl::StatusOr<std::unique_ptr<Engine>> engine = LoadEmbeddedEngine(options);
    ASSERT_OK(engine);
    EXPECT_EQ((*engine)->info().context_tokens, c.context) << static_cast<int>(c.scaling);
  }
}

TEST(LoadEmbeddedEngine, ScoresWithADirectoryAsTransformersDoes) {
  const std::string expected = ReadFile(JoinPath(kDirectory, "expected.txt"), 100).value();
  for (const WeightStorage storage : {WeightStorage::kAsStored, WeightStorage::kQ8_0}) {
    EmbeddedEngineOptions options = Directory();
    options.storage = storage;
    options.kv_type = KvType::kF32;
    absl::StatusOr<std::unique_ptr<Engine>> engine = LoadEmbeddedEngine(options);
    ASSERT_OK(engine);
    absl::StatusOr<std::unique_ptr<Prefix>> prefix = (*engine)->OpenPrefix({"", "Is it so?"});
    ASSERT_OK(prefix);
    ScoreRequest score;
    score.continuations = {"No. "};
    absl::StatusOr<ScoreResult> scores = (*engine)->Score(**prefix, score);
    ASSERT_OK(scores);
    const bool rounded = storage != WeightStorage::kAsStored;
    EXPECT_EQ((*engine)->info().math, rounded ? "int8" : "float");
    EXPECT_NEAR(scores->continuations[0].log_prob, std::stod(expected), rounded ? 5 : 1e-3);
  }
}

TEST(LoadEmbeddedEngine, RefusesADirectoryWithAnotherSha256OrWithoutATokenizer) {
  EmbeddedEngineOptions options = Directory();
  options.model_sha256 = std::string(64, '0');
  EXPECT_THAT(LoadEmbeddedEngine(options),
              StatusIs(absl::StatusCode::kFailedPrecondition, DirectorySha256()));
  options = Directory();
  options.model_path = "tests/models/testdata/gemma3";
  EXPECT_THAT(LoadEmbeddedEngine(options), StatusIs(absl::StatusCode::kNotFound, "tokenizer"));
}

// --- Errors.

TEST(LoadEmbeddedEngine, RefusesMissingAndTruncatedFiles) {
  EmbeddedEngineOptions options;
  options.model_path = "/no/such/model.gguf";
  EXPECT_THAT(LoadEmbeddedEngine(options),
              StatusIs(absl::StatusCode::kNotFound, "/no/such/model.gguf"));

  absl::StatusOr<std::string> bytes = ReadFile(SmallModelPath(), 200 << 20);
  ASSERT_OK(bytes);
  TempDir dir;
  options.model_path = JoinPath(dir.path(), "truncated.gguf");
  ASSERT_OK(WriteFileAtomic(options.model_path, bytes->substr(0, bytes->size() / 2)));
  EXPECT_THAT(LoadEmbeddedEngine(options),
              StatusIs(absl::StatusCode::kInvalidArgument, "truncated.gguf"));
}

TEST(LoadEmbeddedEngine, RefusesUnknownTemplatesAndTooLittleMemory) {
  EmbeddedEngineOptions options = SmallModel();
  options.chat_template = "no-such";
  EXPECT_THAT(LoadEmbeddedEngine(options), StatusIs(absl::StatusCode::kInvalidArgument, "no-such"));
  options = SmallModel();
  options.kv_bytes = 1 << 20;
  EXPECT_THAT(LoadEmbeddedEngine(options),
              StatusIs(absl::StatusCode::kResourceExhausted, "at least 2 pages"));
}

}  // namespace
}  // namespace quipu::inference
