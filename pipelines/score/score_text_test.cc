// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/score_text.h"

#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::StatusIs;

ScoredPair Accepted() {
  ScoredPair scored;
  scored.entry.line = 3;
  scored.entry.pair.id = "a-1";
  scored.entry.pair.label = "gold";
  scored.entry.pair.language = "en";
  scored.entry.pair.form = v1::ANSWER_FORM_SHORT;
  v1::Scores& scores = *scored.result.mutable_scores();
  scores.set_scored(true);
  scores.set_closed_book(true);
  scores.set_verdict_margin(2.5);
  scores.set_answer_log_prob(-0.25);
  scores.set_min_log_prob(-1.5);
  scores.set_greedy_share(0.75);
  scores.set_answer_tokens(4);
  scores.set_closed_book_log_prob(-1.25);
  scores.set_gain(1);
  scores.set_closed_book_margin(-0.75);
  scores.set_grounded_share(1);
  scores.set_copied_share(0.5);
  scores.set_probability(0.875);
  scored.chunk_tokens = 350;
  scored.own_tokens = 60;
  return scored;
}

TEST(ScoreLine, HasTheseBytes) {
  EXPECT_THAT(
      ScoreLine(Accepted()),
      IsOkAndHolds(
          R"({"line":3,"id":"a-1","label":"gold","language":"en","form":"short","accepted":true,)"
          R"("grounded_share":1.0,"copied_share":0.5,"verdict_margin":2.5,"answer_log_prob":-0.25,)"
          R"("min_log_prob":-1.5,"greedy_share":0.75,"answer_tokens":4,)"
          R"("closed_book_log_prob":-1.25,"gain":1.0,"closed_book_margin":-0.75,)"
          R"("probability":0.875,"chunk_tokens":350,)"
          R"("own_tokens":60})"));
}

TEST(ScoreLine, HasTheReasonOfAReject) {
  ScoredPair scored = Accepted();
  scored.entry.pair = GivenPair();
  scored.result.clear_scores();
  scored.result.mutable_reject()->set_reason(v1::REJECT_REASON_ENGINE_LIMIT);
  scored.result.mutable_reject()->set_detail("the prefix may need 9 tokens");

  EXPECT_THAT(ScoreLine(scored),
              IsOkAndHolds(R"({"line":3,"form":"long","accepted":false,"reason":"engine_limit",)"
                           R"("detail":"the prefix may need 9 tokens","grounded_share":0.0,)"
                           R"("copied_share":0.0,"chunk_tokens":350,"own_tokens":60})"));
}

TEST(ScoreLine, HasTheErrorOfALine) {
  ScoredPair scored;
  scored.entry.line = 7;
  scored.entry.status = absl::InvalidArgumentError("pairs.jsonl:7: no field \"answer\"");

  EXPECT_THAT(ScoreLine(scored),
              IsOkAndHolds(R"({"line":7,"error":"pairs.jsonl:7: no field \"answer\""})"));
}

TEST(ScoreLine, LeavesOutWhatWasNotMeasured) {
  ScoredPair scored = Accepted();
  scored.result.mutable_scores()->set_verdict_only(true);

  ASSERT_OK_AND_ASSIGN(const std::string line, ScoreLine(scored));
  EXPECT_THAT(line, HasSubstr("verdict_margin"));
  EXPECT_THAT(line, ::testing::Not(HasSubstr("probability")));
}

TEST(ScoreLine, RefusesWhatJsonCannotSay) {
  ScoredPair scored = Accepted();
  scored.result.mutable_scores()->set_gain(std::numeric_limits<double>::infinity());

  EXPECT_THAT(ScoreLine(scored).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("gain")));
}

}  // namespace
}  // namespace quipu::pipelines
