// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/summary_run.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "generator/pairs/summary_check.h"
#include "generator/pairs/summary_text.h"
#include "generator/pairs/task_kind.h"
#include "generator/prompts/prompts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/scripted/engine.h"
#include "tests/support/fake_engine.h"
#include "tests/support/prose.h"
#include "tests/support/run_task_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::FakePrefix;
using ::quipu::testing::StatusIs;
using ::testing::HasSubstr;

const char* const kParts[] = {
    "The lighthouse of Tarn was built in 1871 by the engineer Anna Holm. ",
    "Its lamp burned whale oil until 1903, when a storm broke the glass. ",
    "After that a keeper lived on the island with two goats and a radio."};
constexpr char kSummary[] =
    "The lighthouse of Tarn was built in 1871 by Anna Holm. Its lamp burned whale oil until 1903. "
    "Later a keeper lived on the island with two goats.";

class SummaryRunTest : public RunTaskTest {
 protected:
  SummaryRunTest() {
    task_.set_kind(v1::TASK_KIND_SUMMARY);
    task_.set_language("en");
    uint64_t at = 0;
    for (const char* part : kParts) {
      v1::Span& span = at == 0 ? *task_.mutable_chunk() : *task_.add_more_chunks();
      span.set_begin(at);
      at += std::string(part).size();
      span.set_end(at);
      text_ += part;
    }
    Write(kSummary);
    Score(2.5, -4, -8);
    auto score = engine_.on_score;
    engine_.on_score = [=](const FakePrefix& prefix, const inference::ScoreRequest& request) {
      scored_after_.push_back(prefix.request.user_begin);
      // The fixture's likelihoods are those with and without its own chunk.
      FakePrefix same = prefix;
      if (absl::StrContains(prefix.request.user_begin, "Tarn")) same.request.user_begin = kChunk;
      return score(same, request);
    };
  }

  // The parts' summaries are their texts; that of the document is `summary`.
  void Write(std::string summary) {
    engine_.on_complete = [=](const FakePrefix& prefix, const inference::CompleteRequest& request) {
      const std::string whole = InstructionOf(spec_.generation(), Language::kEnglish,
                                              v1::ANSWER_FORM_LONG, v1::TASK_KIND_SUMMARY);
      inference::Completion completion;
      inference::CompletedPart& part = completion.parts.emplace_back();
      part.num_tokens = 10;
      part.text = summary;
      if (request.user_rest == whole) written_from_ = prefix.request.user_begin;
      if (request.user_rest != whole) {
        part.text = note_.empty() ? prefix.request.user_begin.substr(
                                        0, prefix.request.user_begin.find('.') + 1)
                                  : note_;
      }
      return absl::StatusOr<inference::Completion>(completion);
    };
  }

  v1::Result Make() {
    absl::StatusOr<v1::Result> made = MakeResult(engine_, spec_, text_, task_);
    EXPECT_OK(made.status());
    return made.value_or(v1::Result());
  }
  absl::Status Check(const v1::Result& result) {
    return CheckSummaryResult(RulesOf(spec_), task_, text_, result);
  }

  std::string text_;
  std::string note_;          // Of each part, if not empty.
  std::string written_from_;  // What the engine saw before the summary of the document.
  std::vector<std::string> scored_after_;
};

TEST_F(SummaryRunTest, WritesOneSummaryFromThoseOfTheParts) {
  const v1::Result result = Make();

  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_EQ(engine_.completed.size(), 4u);
  EXPECT_EQ(result.answer(), kSummary);
  EXPECT_EQ(result.question(),
            SummaryRequest(Language::kEnglish, *Fingerprint::FromBytes(task_.id())));
  EXPECT_EQ(result.sampled_tokens(), 40u);
  // The second part's first sentence ends at its line's end.
  EXPECT_TRUE(absl::StartsWith(written_from_,
                               "The lighthouse of Tarn was built in 1871 by the engineer Anna "
                               "Holm.\n\nIts lamp burned"))
      << written_from_;
  EXPECT_EQ(result.scores().verdict_margin(), 2.5);
  EXPECT_EQ(result.scores().gain(), 1);
  EXPECT_EQ(result.scores().probability(), 0);
  EXPECT_FALSE(result.repaired());
  EXPECT_OK(Check(result));
}

TEST_F(SummaryRunTest, JudgesBeforeTheSummariesOfThePartsAndThenWithout) {
  Make();
  ASSERT_EQ(scored_after_.size(), 2u);
  EXPECT_EQ(scored_after_[0], written_from_);
  EXPECT_FALSE(absl::StrContains(scored_after_[1], "Tarn"));
}

TEST_F(SummaryRunTest, ADocumentOfOnePartIsSummedUpAtOnce) {
  task_.clear_more_chunks();
  task_.mutable_chunk()->set_end(text_.size());
  const v1::Result result = Make();
  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_EQ(engine_.completed.size(), 1u);
  EXPECT_TRUE(absl::StrContains(written_from_, text_));
  EXPECT_OK(Check(result));
}

TEST_F(SummaryRunTest, DropsASentenceThatTheDocumentDoesNotSupport) {
  Write(absl::StrCat(kSummary, " The king visited it in 1960."));

  const v1::Result result = Make();

  EXPECT_FALSE(result.has_reject()) << result.reject().detail();
  EXPECT_EQ(result.answer(), kSummary);
  EXPECT_TRUE(result.repaired());
  EXPECT_OK(Check(result));
}

TEST_F(SummaryRunTest, RefusesASummaryWithTooLittleSupportWithoutAskingFurther) {
  Write("The king visited the lighthouse in 1960. The queen came from Bergen in 1961.");

  const v1::Result result = Make();

  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_NOT_GROUNDED);
  EXPECT_TRUE(engine_.scored.empty());
  EXPECT_OK(Check(result));
}

TEST_F(SummaryRunTest, RefusesADocumentOfWhichTooFewPartsHaveASummary) {
  note_ = "Zebras juggle purple umbrellas in Reykjavik.";

  const v1::Result result = Make();

  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_MALFORMED);
  EXPECT_EQ(result.reject().detail(), "0 of 3 parts have a summary that they support, least 2");
  EXPECT_EQ(engine_.completed.size(), 3u);
  EXPECT_FALSE(result.has_scores());
  EXPECT_OK(Check(result));
}

TEST_F(SummaryRunTest, VerdictLikelihoodAndGainHaveTheirFloors) {
  spec_.mutable_verification()->set_min_verdict_margin(3);
  v1::Result result = Make();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_VERDICT);
  EXPECT_EQ(engine_.scored.size(), 1u);
  EXPECT_OK(Check(result));

  spec_.mutable_verification()->set_min_verdict_margin(0);
  spec_.mutable_verification()->set_min_answer_log_prob(-0.5);
  result = Make();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_LIKELIHOOD);
  EXPECT_OK(Check(result));

  spec_.mutable_verification()->set_min_answer_log_prob(-9);
  spec_.mutable_verification()->set_min_gain(1.5);
  result = Make();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_GAIN);
  EXPECT_OK(Check(result));
}

TEST_F(SummaryRunTest, WithoutVerificationTheFiltersDecide) {
  spec_.mutable_verification()->set_enabled(false);
  const v1::Result result = Make();
  EXPECT_FALSE(result.has_reject());
  EXPECT_TRUE(engine_.scored.empty());
  EXPECT_OK(Check(result));
}

TEST_F(SummaryRunTest, AnEngineWithoutRoomIsAReject) {
  auto complete = engine_.on_complete;
  int calls = 0;
  engine_.on_complete =
      [&](const FakePrefix& prefix,
          const inference::CompleteRequest& request) -> absl::StatusOr<inference::Completion> {
    if (++calls == 3) return absl::ResourceExhaustedError("5000 tokens, limit 4096");
    return complete(prefix, request);
  };
  const v1::Result result = Make();
  EXPECT_EQ(result.reject().reason(), v1::REJECT_REASON_ENGINE_LIMIT);
  EXPECT_EQ(result.reject().detail(), "5000 tokens, limit 4096");
  EXPECT_OK(Check(result));
}

TEST_F(SummaryRunTest, ChecksRefuseWhatNoHonestWorkerSubmits) {
  struct Case {
    const char* name;
    void (*change)(v1::Result*);
  };
  const Case cases[] = {
      {"another part", [](v1::Result* r) { r->mutable_task()->mutable_chunk()->set_begin(3); }},
      {"another question", [](v1::Result* r) { r->set_question("What is it?"); }},
      {"another answer", [](v1::Result* r) { r->set_answer("It was built in 1999. It stood."); }},
      {"a kind", [](v1::Result* r) { r->set_question_kind("what"); }},
      {"too many tokens", [](v1::Result* r) { r->set_sampled_tokens(100000); }},
      {"no scores", [](v1::Result* r) { r->clear_scores(); }},
      {"a probability", [](v1::Result* r) { r->mutable_scores()->set_probability(0.9); }},
      {"no verdict", [](v1::Result* r) { r->mutable_scores()->set_scored(false); }},
      {"no gain", [](v1::Result* r) { r->mutable_scores()->set_closed_book(false); }},
      {"a wrong gain", [](v1::Result* r) { r->mutable_scores()->set_gain(7); }},
      {"no reason", [](v1::Result* r) { r->mutable_reject(); }},
      {"refused, where all is well",  // taste-ok: a name
       [](v1::Result* r) { r->mutable_reject()->set_reason(v1::REJECT_REASON_VERDICT); }}};
  const v1::Result good = Make();
  ASSERT_OK(Check(good));
  for (const Case& c : cases) {
    v1::Result changed = good;
    c.change(&changed);
    EXPECT_THAT(Check(changed), StatusIs(absl::StatusCode::kInvalidArgument)) << c.name;
  }
}

TEST(SummaryRun, EveryResultOfTheScriptedEnginePassesItsCheck) {
  ASSERT_OK_AND_ASSIGN(const auto engine, inference::CreateScriptedEngine({}));
  v1::RunSpec spec;
  std::string text;
  v1::Task task;
  task.set_kind(v1::TASK_KIND_SUMMARY);
  task.set_language("en");
  for (int i = 0; i < 4; ++i) {
    v1::Span& span = i == 0 ? *task.mutable_chunk() : *task.add_more_chunks();
    span.set_begin(text.size());
    absl::StrAppend(&text, testing::Prose()[static_cast<size_t>(i) % 2].substr(0, 700));
    span.set_end(text.size());
  }
  std::set<v1::RejectReason> reasons;
  for (int i = 0; i < 100; ++i) {
    task.set_id(FingerprintOf(absl::StrCat("task ", i)).ToBytes());
    ASSERT_OK_AND_ASSIGN(const v1::Result result, MakeResult(*engine, spec, text, task));
    EXPECT_OK(CheckSummaryResult(RulesOf(spec), task, text, result)) << result.DebugString();
    reasons.insert(result.reject().reason());
  }
  EXPECT_GE(reasons.size(), 2u);
}

}  // namespace
}  // namespace quipu::generator
