// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/pair_scorer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/stop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/engine.h"
#include "inference/scripted/engine.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

PairEntry MakeEntry(int number) {
  PairEntry entry;
  entry.line = number;
  entry.pair.chunk = absl::StrCat("The miller of village ", number / 3,
                                  " sold many sacks of flour in the cold year.");
  entry.pair.question = absl::StrCat("What did miller ", number, " sell?");
  entry.pair.answer = "sacks of flour";
  entry.pair.form = v1::ANSWER_FORM_SHORT;
  return entry;
}

class PairScorerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    UseEngine(absl::ZeroDuration(), 8192);
  }

  void UseEngine(absl::Duration latency, int context_tokens) {
    inference::ScriptedEngineOptions options;
    options.latency = latency;
    options.context_tokens = context_tokens;
    auto engine = inference::CreateScriptedEngine(options);
    ASSERT_OK(engine.status());
    engine_ = *std::move(engine);
  }

  // Scores `count` made pairs.
  absl::Status Score(int count, std::vector<ScoredPair>* scored) {
    auto scorer = PairScorer::Create(engine_.get(), spec_);
    if (!scorer.ok()) return scorer.status();
    int next = 0;
    return (*scorer)->Score(
        [&]() -> absl::StatusOr<std::optional<PairEntry>> {
          if (next == count) return std::optional<PairEntry>();
          return std::optional<PairEntry>(MakeEntry(next++));
        },
        [scored](const ScoredPair& pair) {
          scored->push_back(pair);
          return absl::OkStatus();
        });
  }

  v1::RunSpec spec_;
  std::unique_ptr<inference::Engine> engine_;
};

TEST_F(PairScorerTest, ReturnsPairsInTheirOrder) {
  UseEngine(absl::Milliseconds(1), 8192);
  std::vector<ScoredPair> scored;

  ASSERT_OK(Score(700, &scored));  // More than are in flight, and more chunks than stay open.

  ASSERT_EQ(scored.size(), 700u);
  for (size_t i = 0; i < scored.size(); ++i) {
    EXPECT_EQ(scored[i].entry.line, i);
    EXPECT_EQ(scored[i].result.question(), absl::StrCat("What did miller ", i, " sell?"));
    EXPECT_EQ(scored[i].result.answer(), "sacks of flour");
    EXPECT_TRUE(scored[i].result.scores().scored());
    EXPECT_TRUE(scored[i].result.scores().closed_book());
    EXPECT_GT(scored[i].chunk_tokens, 0);
    EXPECT_GT(scored[i].own_tokens, 0);
  }
}

TEST_F(PairScorerTest, GivesTheSameScoresWhateverIsInFlight) {
  std::vector<ScoredPair> alone;
  std::vector<ScoredPair> together;
  ASSERT_OK(Score(1, &alone));
  UseEngine(absl::Milliseconds(1), 8192);
  ASSERT_OK(Score(50, &together));

  EXPECT_EQ(alone[0].result.SerializeAsString(), together[0].result.SerializeAsString());
  EXPECT_EQ(alone[0].own_tokens, together[0].own_tokens);
}

TEST_F(PairScorerTest, LetsLinesWithErrorsThrough) {
  ASSERT_OK_AND_ASSIGN(const auto scorer, PairScorer::Create(engine_.get(), spec_));
  int next = 0;
  std::vector<absl::Status> statuses;

  ASSERT_OK(scorer->Score(
      [&]() -> absl::StatusOr<std::optional<PairEntry>> {
        if (next == 3) return std::optional<PairEntry>();
        PairEntry entry = MakeEntry(next++);
        if (next == 2) entry.status = absl::InvalidArgumentError("bad");
        return std::optional<PairEntry>(std::move(entry));
      },
      [&](const ScoredPair& pair) {
        statuses.push_back(pair.entry.status);
        return absl::OkStatus();
      }));

  ASSERT_EQ(statuses.size(), 3u);
  EXPECT_OK(statuses[0]);
  EXPECT_THAT(statuses[1], StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(statuses[2]);
}

TEST_F(PairScorerTest, RejectsPairsThatTheEngineCannotHold) {
  UseEngine(absl::ZeroDuration(), 200);
  std::vector<ScoredPair> scored;

  ASSERT_OK(Score(2, &scored));

  ASSERT_EQ(scored.size(), 2u);
  EXPECT_EQ(scored[0].result.reject().reason(), v1::REJECT_REASON_ENGINE_LIMIT);
  EXPECT_THAT(scored[0].result.reject().detail(), HasSubstr("200"));
}

TEST_F(PairScorerTest, EndsWithTheFirstErrorOfItsFunctions) {
  ASSERT_OK_AND_ASSIGN(const auto scorer, PairScorer::Create(engine_.get(), spec_));
  int written = 0;
  const absl::Status status = scorer->Score(
      []() -> absl::StatusOr<std::optional<PairEntry>> { return MakeEntry(1); },
      [&written](const ScoredPair&) {
        return ++written == 5 ? absl::UnavailableError("disk is full") : absl::OkStatus();
      });

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("disk is full")));
  EXPECT_EQ(written, 5);
}

TEST_F(PairScorerTest, EndsWhenAStopIsRequested) {
  ASSERT_OK_AND_ASSIGN(const auto scorer, PairScorer::Create(engine_.get(), spec_));
  int read = 0;
  const absl::Status status = scorer->Score(
      [&read]() -> absl::StatusOr<std::optional<PairEntry>> {
        if (++read == 10) RequestStopForTest();
        return MakeEntry(read);
      },
      [](const ScoredPair&) { return absl::OkStatus(); });
  ResetStopForTest();

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(PairScorerTest, ReportsAnEngineThatFails) {
  ASSERT_OK_AND_ASSIGN(const auto scorer, PairScorer::Create(engine_.get(), spec_));
  engine_->Shutdown();

  const absl::Status status =
      scorer->Score([]() -> absl::StatusOr<std::optional<PairEntry>> { return MakeEntry(1); },
                    [](const ScoredPair&) { return absl::OkStatus(); });

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled, HasSubstr("shut down")));
}

}  // namespace
}  // namespace quipu::pipelines
