// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/diff/diff.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::StatusIs;
using testing::TempDir;

// A run with other task ids and another limit, as a change of the spec makes it.
class RunDiffTest : public ::testing::Test {
 protected:
  struct Made {
    std::string question;
    v1::RejectReason reason;
  };

  void SetUp() override {
    first_ = Create("first", 0.5);
    second_ = Create("second", 0.75);
  }

  std::unique_ptr<storage::Store> Create(const std::string& name, double min_gain) {
    v1::RunHeader header = testing::TestHeader();
    header.mutable_spec()->mutable_verification()->set_min_gain(min_gain);
    auto store = storage::Store::Create(dir_.Path(name), header);
    EXPECT_OK(store);
    return store.ok() ? *std::move(store) : nullptr;
  }

  // Adds the document `number` with one pair for each entry.
  void Add(storage::Store* store, uint64_t number, const std::vector<Made>& pairs) {
    const v1::Document document = testing::TestDocument(number, 400);
    storage::IngestBatch batch;
    batch.documents = {document};
    batch.progress.set_source(absl::StrCat("documents:", number));
    ASSERT_OK(store->Ingest(batch));
    v1::DocumentPlan plan = testing::TestPlan(document, pairs.size());
    for (int i = 0; i < plan.tasks_size(); ++i) {
      v1::Task& task = *plan.mutable_tasks(i);
      std::string id = task.id();
      id[15] = store == first_.get() ? 'a' : 'b';
      task.set_id(id);
      task.mutable_chunk()->set_begin(0);
      task.mutable_chunk()->set_end(100);
      task.set_form(v1::ANSWER_FORM_LONG);
      task.mutable_target()->set_begin(10 * i);
      task.mutable_target()->set_end(10 * i + 9);
    }
    ASSERT_OK(store->AddPlan(plan));
    for (size_t i = 0; i < pairs.size(); ++i) {
      v1::Result result;
      *result.mutable_task() = plan.tasks(i);
      result.set_question(pairs[i].question);
      result.set_answer("Nine sacks.");
      if (pairs[i].reason != v1::REJECT_REASON_UNSPECIFIED) {
        result.mutable_reject()->set_reason(pairs[i].reason);
        result.mutable_reject()->set_detail("0.4 under 0.75");
      }
      ASSERT_OK(testing::Commit(store, result));
    }
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> first_;
  std::unique_ptr<storage::Store> second_;
};

constexpr v1::RejectReason kAccepted = v1::REJECT_REASON_UNSPECIFIED;

TEST_F(RunDiffTest, MatchesPairsOfTheSameTask) {
  Add(first_.get(), 1, {{"How many?", kAccepted}, {"Who sold?", kAccepted}});
  Add(first_.get(), 2, {{"When?", v1::REJECT_REASON_VERDICT}});
  Add(second_.get(), 1, {{"How many?", kAccepted}, {"Who was it?", v1::REJECT_REASON_GAIN}});
  Add(second_.get(), 3, {{"Where?", kAccepted}});

  ASSERT_OK_AND_ASSIGN(const PairMatch match, MatchPairs(*first_, *second_, {}));

  EXPECT_EQ(match.matched, 2u);
  EXPECT_EQ(match.only_first, 1u);
  EXPECT_EQ(match.only_second, 1u);
  EXPECT_EQ(match.same_text, 1u);
  EXPECT_EQ(match.outcomes.at({kAccepted, kAccepted}), 1u);
  EXPECT_EQ(match.outcomes.at({kAccepted, v1::REJECT_REASON_GAIN}), 1u);
  ASSERT_EQ(match.examples.size(), 1u);
  EXPECT_EQ(match.examples[0].first.question(), "Who sold?");
  EXPECT_EQ(match.examples[0].second.question(), "Who was it?");
}

TEST_F(RunDiffTest, TellsTasksThatAreAlikeApartByTheirOrder) {
  for (storage::Store* store : {first_.get(), second_.get()}) {
    Add(store, 1, {{"How many?", kAccepted}, {"Who sold?", kAccepted}});
  }
  PairMatchOptions all;
  all.same_outcomes = true;

  ASSERT_OK_AND_ASSIGN(const PairMatch match, MatchPairs(*first_, *second_, all));

  EXPECT_EQ(match.same_text, 2u);
  ASSERT_EQ(match.examples.size(), 2u);
  for (const PairMatch::Example& example : match.examples) {
    EXPECT_EQ(example.first.question(), example.second.question());
  }
}

TEST_F(RunDiffTest, TellsWhatAChangeOfTheSpecDid) {
  Add(first_.get(), 1, {{"How many?", kAccepted}, {"Who sold?", kAccepted}});
  Add(second_.get(), 1, {{"How many?", kAccepted}, {"Who sold?", v1::REJECT_REASON_GAIN}});

  ASSERT_OK_AND_ASSIGN(const RunDiff diff, DiffRuns(*first_, *second_, {}));

  const std::string text = DiffText(diff);
  EXPECT_THAT(text, ::testing::ContainsRegex("verification.min_gain +0.5 +0.75"));
  EXPECT_THAT(text,
              ::testing::ContainsRegex("accepted +2 \\(100.0 %\\) +1 \\(50.0 %\\) +-50.0 points"));
  EXPECT_THAT(text, ::testing::ContainsRegex("rejected: gain +0 \\(0.0 %\\) +1 \\(50.0 %\\)"));
  EXPECT_THAT(text, ::testing::ContainsRegex("accepted +gain +1 \\(50.0 %\\)"));
  EXPECT_THAT(text, HasSubstr("rejected: gain (0.4 under 0.75)"));
  EXPECT_THAT(text, Not(HasSubstr("question: How many?"))) << "its outcome is the same";
}

TEST_F(RunDiffTest, NoTextBecomesMarkupOrControlsTheTerminal) {
  const std::string hostile = "<script>alert(1)</script>\x1b[31m\xe2\x80\xae";
  Add(first_.get(), 1, {{hostile, kAccepted}});
  Add(second_.get(), 1, {{hostile, v1::REJECT_REASON_GAIN}});
  ASSERT_OK_AND_ASSIGN(const RunDiff diff, DiffRuns(*first_, *second_, {}));

  EXPECT_THAT(DiffText(diff), Not(HasSubstr("\x1b")));
  EXPECT_THAT(DiffHtml(diff), AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\x1b")),
                                    HasSubstr("&lt;script&gt;alert(1)")));
}

TEST_F(RunDiffTest, NeedsAResult) {
  EXPECT_THAT(DiffRuns(*first_, *second_, {}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace quipu::pipelines
