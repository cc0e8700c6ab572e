// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The fixture of the tests of RunTask: one chunk, a good pair, and an engine that says what the test
// wants.
//
//   TEST_F(RunTaskTest, AcceptsAGoodPair) { EXPECT_FALSE(Run().has_reject()); }
//
// For tests. Thread-compatible.
#ifndef QUIPU_TESTS_SUPPORT_RUN_TASK_FIXTURE_H_
#define QUIPU_TESTS_SUPPORT_RUN_TASK_FIXTURE_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/strings/match.h"
#include "generator/pairs/generate.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"

namespace quipu::generator {

inline constexpr char kChunk[] =
    "Midnight Commander is a file manager written by Miguel de Icaza in 1994.";

// A judge that thinks 0.9 of the tests' good pair.
inline v1::RunSpec JudgedSpec() {
  v1::JudgeWeights weights;
  weights.set_bias(1.5);
  weights.set_verdict_margin(0.5);
  weights.set_answer_log_prob(1);
  weights.set_min_log_prob(0.35);
  weights.set_gain(0.2);
  weights.set_grounded_share(1);
  v1::RunSpec spec;
  *spec.mutable_verification()->mutable_judge()->mutable_long_form() = weights;
  *spec.mutable_verification()->mutable_judge()->mutable_short_form() = weights;
  spec.mutable_verification()->set_target_precision(0.75);
  spec.mutable_verification()->set_second_answer(v1::VerificationSpec::OFF);
  return spec;
}

class RunTaskTest : public ::testing::Test {
 protected:
  RunTaskTest() {
    task_.set_id(std::string(16, 'i'));
    task_.set_form(v1::ANSWER_FORM_LONG);
    engine_.Reply("Who wrote Midnight Commander?", "Miguel de Icaza wrote it in 1994.");
    Score(2.5, -4, -8);
    NoQuestionKinds(spec_.mutable_generation()->mutable_question_kinds());
  }

  // Leaves the question's beginning to the model.
  static void NoQuestionKinds(v1::QuestionKinds* kinds) {
    const google::protobuf::Descriptor& descriptor = *kinds->GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
      kinds->GetReflection()->SetDouble(kinds, descriptor.field(i), 0);
    }
  }

  v1::Result Run() {
    absl::StatusOr<v1::Result> result = TryRun();
    EXPECT_TRUE(result.ok()) << result.status();
    return result.value_or(v1::Result());
  }
  absl::StatusOr<v1::Result> TryRun() {
    auto without = OpenWithoutChunk(engine_, spec_);
    EXPECT_TRUE(without.ok());
    auto prefixes = OpenChunk(engine_, spec_, kChunk, *without);
    EXPECT_TRUE(prefixes.ok());
    return RunTask(engine_, **prefixes, spec_, kChunk, task_);
  }

  // Verdict margin, and the answer's sums (of 4 tokens, 3 of them the likeliest) with
  // and without the chunk. Without it, the margin is half.
  void Score(double margin, double with, double without, double least = -1.5) {
    engine_.on_score = [=](const testing::FakePrefix& prefix,
                           const inference::ScoreRequest& request) {
      const bool chunk = absl::StrContains(prefix.request.user_begin, kChunk);
      const inference::ContinuationScore answer = {chunk ? with : without, 4, least, 3};
      inference::ScoreResult result;
      if (request.continuations.size() == 2) {
        result.continuations = {{chunk ? margin : margin / 2, 1}, {0, 1}};
        if (request.span_end > request.span_begin) result.span = answer;
      } else {
        result.continuations = {answer};
      }
      return result;
    };
  }
  // Makes the engine say something else when it is asked a second time.
  void AnswerAgain(std::string text) {
    auto reply = engine_.on_complete;
    engine_.on_complete = [=](const testing::FakePrefix& prefix,
                              const inference::CompleteRequest& request) {
      if (request.reply_template.size() == 4) return reply(prefix, request);
      inference::Completion completion;
      completion.parts.resize(1);
      completion.parts[0].text = text;
      return absl::StatusOr<inference::Completion>(completion);
    };
  }

  testing::FakeEngine engine_;
  v1::RunSpec spec_ = JudgedSpec();
  v1::Task task_;
};

}  // namespace quipu::generator

#endif  // QUIPU_TESTS_SUPPORT_RUN_TASK_FIXTURE_H_
