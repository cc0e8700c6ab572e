// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/call_attempt.h"

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using Outcome = CircuitBreaker::Outcome;

Attempt Of(const absl::StatusOr<HttpResponse>& response, bool is_probe = false) {
  return AttemptOf(
      response,
      [](absl::string_view body) {
        return body == "fine" ? absl::OkStatus() : absl::InvalidArgumentError("not fine");
      },
      is_probe, "sk-secret", absl::UnixEpoch());
}

TEST(CallAttemptTest, TellsARefusalFromNotNowAndFromAFailure) {
  constexpr char kFull[] = R"({"error":{"message":"Context size has been exceeded."}})";
  const struct {
    const char* name;
    HttpResponse response;
    bool again;
    bool counts;
    bool counts_alone;
    bool crowded;
    Outcome outcome;
  } cases[] = {
      {"fine", {200, "fine", ""}, false, true, true, false, Outcome::kSuccess},
      {"invalid", {200, "{", ""}, true, true, true, false, Outcome::kFailure},
      {"refused", {400, kFull, ""}, false, true, true, false, Outcome::kSuccess},
      {"too many", {429, "", ""}, true, false, false, true, Outcome::kSuccess},
      {"full", {500, kFull, ""}, true, false, true, true, Outcome::kSuccess},
      {"full, too", {503, kFull, ""}, true, false, true, true, Outcome::kSuccess},
      {"broken", {500, "oops", ""}, true, true, true, true, Outcome::kFailure},
      {"loading", {503, "Loading model", ""}, true, true, true, true, Outcome::kFailure},
  };
  for (const auto& c : cases) {
    const Attempt attempt = Of(c.response);
    EXPECT_EQ(attempt.again, c.again) << c.name;
    EXPECT_EQ(attempt.counts, c.counts) << c.name;
    EXPECT_EQ(attempt.counts_alone, c.counts_alone) << c.name;
    EXPECT_EQ(attempt.crowded, c.crowded) << c.name;
    EXPECT_EQ(attempt.outcome, c.outcome) << c.name;
  }
}

TEST(CallAttemptTest, WaitsForAServerThatIsNotThereUnlessItProbes) {
  const absl::Status nobody = NotConnected(absl::UnavailableError("refused"));
  EXPECT_TRUE(Of(nobody).again);
  EXPECT_FALSE(Of(nobody).counts);
  EXPECT_EQ(Of(nobody).outcome, Outcome::kFailure);
  EXPECT_FALSE(Of(nobody, /*is_probe=*/true).again);
  EXPECT_TRUE(Of(absl::UnavailableError("connection reset"), /*is_probe=*/true).again);
}

TEST(CallAttemptTest, TakesNoReplyInTimeForASignOfTooManyRequests) {
  EXPECT_TRUE(Of(absl::DeadlineExceededError("no reply")).crowded);
  EXPECT_FALSE(Of(absl::UnavailableError("connection reset")).crowded);
}

TEST(CallAttemptTest, TakesA500ForAnAnswerToAProbeUnlessTheServerIsFull) {
  EXPECT_THAT(Of(HttpResponse{500, "no logprobs", ""}, true).status,
              quipu::testing::StatusIs(absl::StatusCode::kInternal));
  EXPECT_TRUE(Of(HttpResponse{500, "context size exceeded", ""}, true).again);
}

}  // namespace
}  // namespace quipu::inference
