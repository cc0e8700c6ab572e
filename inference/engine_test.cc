// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/engine.h"

#include <cmath>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;

CompleteRequest GoodRequest() {
  CompleteRequest request;
  request.reply_template = {Slot::Literal("<q>"), Slot::Free("question", 1, 10, "</q>"),
                            Slot::Literal("</q><a>"), Slot::Free("answer", 0, 10, "</a>")};
  return request;
}

TEST(ValidateRequest, AcceptsWhatIsWellFormed) {
  EXPECT_OK(ValidateRequest(GoodRequest()));

  CompleteRequest lone;
  lone.reply_template = {Slot::Free("text", 0, 1, "")};
  lone.sampling = {0, 0, 1, 0};
  EXPECT_OK(ValidateRequest(lone));
}

TEST(ValidateRequest, RefusesMalformedReplyTemplates) {
  const auto refuses = [](ReplyTemplate reply_template, const std::string& why) {
    CompleteRequest request;
    request.reply_template = std::move(reply_template);
    EXPECT_THAT(ValidateRequest(request), StatusIs(absl::StatusCode::kInvalidArgument, why));
  };

  refuses({}, "no parts");
  refuses({Slot::Literal("a")}, "is not free");
  refuses({Slot::Literal(""), Slot::Free("x", 0, 1, "")}, "part 0: an empty literal");
  refuses({Slot::Free("", 0, 1, "")}, "no name");
  refuses({Slot::Free("x", 0, 0, "")}, "max_tokens is 0");
  refuses({Slot::Free("x", 0, (1 << 20) + 1, "")}, "max_tokens is 1048577");
  refuses({Slot::Free("x", -1, 4, "")}, "min_tokens is -1");
  refuses({Slot::Free("x", 5, 4, "")}, "min_tokens is 5");
  refuses({Slot::Free("x", 0, 4, "\n"), Slot::Free("y", 0, 4, "")},
          "must be followed by a literal");
  refuses({Slot::Free("x", 0, 4, "</x>"), Slot::Literal("</y>"), Slot::Free("y", 0, 4, "")},
          "does not begin with the part's end");
}

TEST(ValidateRequest, BoundsBannedWords) {
  CompleteRequest request = GoodRequest();
  for (Slot& slot : request.reply_template) {
    if (slot.kind == Slot::Kind::kFree) slot.banned.assign(64, std::string(64, 'a'));
  }
  EXPECT_OK(ValidateRequest(request));

  const auto refuses = [](std::vector<std::string> banned, const std::string& why) {
    CompleteRequest lone;
    lone.reply_template = {Slot::Free("text", 0, 1, "")};
    lone.reply_template[0].banned = std::move(banned);
    EXPECT_THAT(ValidateRequest(lone), StatusIs(absl::StatusCode::kInvalidArgument, why));
  };
  refuses(std::vector<std::string>(65, "a"), "65 banned words, limit 64");
  refuses({"a", ""}, "a banned word is empty");
  refuses({std::string(65, 'a')}, "a banned word of 65 bytes, limit 64");
}

TEST(ValidateRequest, RefusesSamplingOutOfRange) {
  const auto refuses = [](SamplingOptions sampling, const std::string& why) {
    CompleteRequest request = GoodRequest();
    request.sampling = sampling;
    EXPECT_THAT(ValidateRequest(request), StatusIs(absl::StatusCode::kInvalidArgument, why));
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();

  refuses({-0.1, 40, 0.9, 0}, "temperature");
  refuses({101, 40, 0.9, 0}, "temperature");
  refuses({nan, 40, 0.9, 0}, "temperature");
  refuses({0.7, -1, 0.9, 0}, "top_k is -1");
  refuses({0.7, 40, 0, 0}, "top_p");
  refuses({0.7, 40, 1.1, 0}, "top_p");
  refuses({0.7, 40, nan, 0}, "top_p");
  refuses({0.7, 40, 0.9, 1.5}, "min_p");
  refuses({0.7, 40, 0.9, nan}, "min_p");
}

TEST(ValidateRequest, RefusesScoresOfNothing) {
  ScoreRequest request;
  EXPECT_THAT(ValidateRequest(request),
              StatusIs(absl::StatusCode::kInvalidArgument, "no continuation"));
  request.continuations = {"yes", ""};
  EXPECT_THAT(ValidateRequest(request),
              StatusIs(absl::StatusCode::kInvalidArgument, "continuation 1 is empty"));
  request.continuations = {"yes"};
  EXPECT_OK(ValidateRequest(request));
}

}  // namespace
}  // namespace quipu::inference
