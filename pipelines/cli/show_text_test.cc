// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/show_text.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

constexpr char kDocument[] = "0123456789abcdef";

std::string TaskId(int i) { return absl::StrCat("task-id-00000-0", i); }

v1::Task MakeTask(int index) {
  v1::Task task;
  task.set_id(TaskId(index).substr(0, 16));
  task.set_document_id(kDocument);
  task.set_index(index);
  task.mutable_chunk()->set_begin(6);
  task.mutable_chunk()->set_end(20);
  task.set_form(v1::ANSWER_FORM_SHORT);
  return task;
}

// A run with one document, two samples and one reject.
class ShowTextTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::RunHeader header;
    header.set_format_version(1);
    header.set_run_id(std::string(16, 'r'));
    header.mutable_generating_model()->set_name("scripted");
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), header));
    storage::IngestBatch batch;
    v1::Document document;
    document.set_id(kDocument);
    document.set_text("First the evidence of it then the rest.");
    document.set_tokens(9);
    document.mutable_provenance()->set_source("corpus/a.txt");
    batch.documents.push_back(document);
    batch.progress.set_source("documents:corpus/a.txt");
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan;
    plan.set_document_id(kDocument);
    for (int i = 0; i < 4; ++i) *plan.add_tasks() = MakeTask(i);
    ASSERT_OK(store_->AddPlan(plan));
    for (int i = 0; i < 3; ++i) ASSERT_OK(quipu::testing::Commit(store_.get(), MakeResult(i)));
  }

  static v1::Result MakeResult(int i) {
    v1::Result result;
    *result.mutable_task() = MakeTask(i);
    result.set_question(absl::StrCat("Question ", i, "?"));
    result.set_answer(absl::StrCat("Answer ", i));
    if (i == 2) {
      result.mutable_reject()->set_reason(v1::REJECT_REASON_VERDICT);
      result.mutable_reject()->set_detail("-0.5 under 1");
    }
    return result;
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
};

TEST_F(ShowTextTest, ShowMarksTheEvidence) {
  ShowOptions options;
  options.choice.limit = 1;
  ASSERT_OK_AND_ASSIGN(const std::string text, ShowText(*store_, options));

  EXPECT_THAT(text, AllOf(HasSubstr("Question 0?"), HasSubstr("First [[[the evidence o]]]f it"),
                          Not(HasSubstr("Question 1?"))));
}

TEST_F(ShowTextTest, ShowHasNoFiguresThatWereNotMeasured) {
  v1::Result result = MakeResult(3);
  v1::Scores& scores = *result.mutable_scores();
  scores.set_scored(true);
  scores.set_verdict_margin(2.5);
  scores.set_grounded_share(1);
  scores.set_verdict_only(true);
  ASSERT_OK(quipu::testing::Commit(store_.get(), result));
  ShowOptions options;
  options.choice.id = absl::BytesToHexString(result.task().id());

  EXPECT_THAT(ShowText(*store_, options),
              testing::IsOkAndHolds(HasSubstr("verdict margin 2.50, no likelihood (the engine "
                                              "cannot score text), grounded 100 %, copied 0 %")));
}

TEST_F(ShowTextTest, ShowTellsAllFiguresThatWereMeasured) {
  v1::Result result = MakeResult(3);
  v1::Scores& scores = *result.mutable_scores();
  scores.set_scored(true);
  scores.set_verdict_margin(2.5);
  scores.set_answer_log_prob(-0.75);
  scores.set_min_log_prob(-2.5);
  scores.set_answer_tokens(4);
  scores.set_closed_book(true);
  scores.set_gain(1.25);
  scores.set_closed_book_margin(0.5);
  scores.set_probability(0.9375);
  scores.set_second_asked(true);
  scores.set_second_overlap(0.5);
  ASSERT_OK(quipu::testing::Commit(store_.get(), result));
  ShowOptions options;
  options.choice.id = absl::BytesToHexString(result.task().id());

  EXPECT_THAT(ShowText(*store_, options),
              testing::IsOkAndHolds(HasSubstr(
                  "verdict margin 2.50, answer log-prob -0.75 a token, least -2.50, gain 1.25, "
                  "margin without the chunk 0.50, probability 0.938, second answer 50 % alike, "
                  "grounded 0 %, copied 0 %")));
}

TEST_F(ShowTextTest, ShowSaysThatAProbabilityWithoutTheGainIsTheMost) {
  v1::Result result = MakeResult(3);
  result.mutable_reject()->set_reason(v1::REJECT_REASON_PROBABILITY);
  v1::Scores& scores = *result.mutable_scores();
  scores.set_scored(true);
  scores.set_answer_tokens(4);
  scores.set_probability(0.25);
  ASSERT_OK(quipu::testing::Commit(store_.get(), result));
  ShowOptions options;
  options.choice.id = absl::BytesToHexString(result.task().id());

  EXPECT_THAT(
      ShowText(*store_, options),
      testing::IsOkAndHolds(HasSubstr("least 0.00, probability 0.250 at most, grounded 0 %")));
}

TEST_F(ShowTextTest, ShowFindsOneByTheBeginningOfItsId) {
  ShowOptions options;
  options.choice.id = absl::BytesToHexString(TaskId(1).substr(0, 16));
  ASSERT_OK_AND_ASSIGN(const std::string text, ShowText(*store_, options));

  EXPECT_THAT(text, AllOf(HasSubstr("Question 1?"), Not(HasSubstr("Question 0?"))));
}

TEST_F(ShowTextTest, ShowRejectsTellsTheReason) {
  ShowOptions options;
  options.choice.reason = "verdict";
  ASSERT_OK_AND_ASSIGN(const std::string text, ShowText(*store_, options));

  EXPECT_THAT(text, AllOf(HasSubstr("Question 2?"), HasSubstr("verdict (-0.5 under 1)")));
}

TEST_F(ShowTextTest, ShowSaysWhenThereIsNone) {
  ShowOptions options;
  options.choice.reason = "refusal";

  EXPECT_THAT(ShowText(*store_, options), testing::IsOkAndHolds("no such reject\n"));
}

TEST_F(ShowTextTest, ShowRefusesAnInvalidIdOrReason) {
  ShowOptions bad_id;
  bad_id.choice.id = "xyz";
  ShowOptions bad_reason;
  bad_reason.choice.reason = "ugly";
  ShowOptions unknown;
  unknown.choice.id = "ffffffff";

  EXPECT_THAT(ShowText(*store_, bad_id).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("xyz")));
  EXPECT_THAT(ShowText(*store_, bad_reason).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("duplicate_question")));
  EXPECT_THAT(ShowText(*store_, unknown).status(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("ffffffff")));
}

// A document whose second sentence has the answer, with an accepted pair of each form and a reject.
class ShowPairsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_,
                         storage::Store::Create(dir_.Path("store"), quipu::testing::TestHeader()));
    v1::Document document = quipu::testing::TestDocument(1);
    document.set_text("The sea is wide. The miller sold nine sacks. It rained all day.");
    storage::IngestBatch batch;
    batch.documents = {document};
    batch.progress.set_source("documents:corpus/a.jsonl");
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan = quipu::testing::TestPlan(document, 3);
    for (v1::Task& task : *plan.mutable_tasks()) {
      task.mutable_chunk()->set_begin(0);
      task.mutable_chunk()->set_end(document.text().size());
    }
    ASSERT_OK(store_->AddPlan(plan));
    for (const v1::Task& task : plan.tasks()) {
      v1::Result result;
      *result.mutable_task() = task;
      result.set_question(absl::StrCat("How many sacks did the miller sell, ", task.index(), "?"));
      result.set_answer("Nine sacks.");
      result.mutable_scores()->set_scored(true);
      result.mutable_scores()->set_probability(0.5 + 0.25 * task.index());
      if (task.index() == 2) result.mutable_reject()->set_reason(v1::REJECT_REASON_GAIN);
      ASSERT_OK(quipu::testing::Commit(store_.get(), result));
    }
  }

  std::string Text(const ShowOptions& options) {
    auto text = ShowText(*store_, options);
    EXPECT_OK(text);
    return text.ok() ? *text : "";
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
};

TEST_F(ShowPairsTest, MarksTheSentencesThatSupportTheAnswer) {
  ShowOptions options;
  options.choice.limit = 1;
  EXPECT_THAT(Text(options), HasSubstr("[[[The sea is wide. >>>The miller sold nine sacks.<<< It "
                                       "rained all day.]]]"));

  options.colour = true;

  EXPECT_THAT(Text(options),
              AllOf(HasSubstr("\x1b[1;32mThe miller sold nine sacks.\x1b[0m"),
                    HasSubstr("\x1b[2;32mThe sea is wide. \x1b[0m"), Not(HasSubstr("[[["))));
}

TEST_F(ShowPairsTest, ChoosesByFormScoreAndSource) {
  ShowOptions options;
  options.choice.form = "short";
  EXPECT_THAT(Text(options), AllOf(HasSubstr("sell, 1?"), Not(HasSubstr("sell, 0?"))));
  options.choice.form = "";
  options.choice.min_score = "0.7";
  EXPECT_THAT(Text(options), AllOf(HasSubstr("sell, 1?"), Not(HasSubstr("sell, 0?"))));
  options.choice.min_score = "probability=0.5";
  EXPECT_THAT(Text(options), AllOf(HasSubstr("sell, 1?"), HasSubstr("sell, 0?")));
  options.choice.source = "a.jsonl";
  EXPECT_THAT(Text(options), HasSubstr("sell, 0?"));
  options.choice.source = "b.jsonl";
  EXPECT_EQ(Text(options), "no such accepted pair\n");
}

TEST_F(ShowPairsTest, DrawsTheSamePairsForTheSameSeed) {
  ShowOptions options;
  options.choice.random = 1;
  std::set<std::string> drawn;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    options.choice.seed = seed;
    const std::string text = Text(options);
    EXPECT_EQ(text, Text(options));
    drawn.insert(text);
  }

  EXPECT_EQ(drawn.size(), 2u) << "one of the two accepted pairs each time";
}

TEST_F(ShowPairsTest, NamesWhatThereIsForAFormOrScoreThatThereIsNot) {
  ShowOptions bad_form;
  bad_form.choice.form = "medium";
  ShowOptions bad_score;
  bad_score.choice.min_score = "beauty=1";
  ShowOptions bad_value;
  bad_value.choice.min_score = "gain=much";

  EXPECT_THAT(ShowText(*store_, bad_form).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("two_chunks")));
  EXPECT_THAT(ShowText(*store_, bad_score).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("verdict_margin")));
  EXPECT_THAT(ShowJson(*store_, bad_value).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"much\"")));
}

TEST_F(ShowPairsTest, JsonHasAnObjectALine) {
  ShowOptions options;
  options.choice.reason = "gain";

  ASSERT_OK_AND_ASSIGN(const std::string lines, ShowJson(*store_, options));

  EXPECT_THAT(lines,
              ::testing::MatchesRegex("\\{\"id\":\"[0-9a-f]+\",\"outcome\":\"rejected\",.*\\}\n"));
  EXPECT_THAT(lines,
              AllOf(HasSubstr("\"reason\":\"gain\""), HasSubstr("\"source\":\"corpus/a.jsonl\""),
                    HasSubstr("\"evidence\":[\"The miller sold nine sacks.\"]"),
                    HasSubstr("\"chunks\":[{\"begin\":0,\"end\":63,\"text\":\"The sea"),
                    HasSubstr("\"probability\":1.0")));
}

// A run whose rows are not one pair each: its first two pairs share a row.
TEST(ShowRow, ShowsAllTurnsByTheIdOfAnyOfThem) {
  TempDir dir;
  v1::RunHeader header;
  header.set_format_version(1);
  header.set_run_id(std::string(16, 'r'));
  header.mutable_spec()->mutable_instances()->set_max_turns(2);
  ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Create(dir.Path("store"), header));
  const std::vector<v1::Task> tasks = quipu::testing::AddPlannedDocument(store.get(), 1, 2);
  std::vector<v1::Result> results;
  for (const v1::Task& task : tasks) {
    results.push_back(quipu::testing::TestResult(task));
    ASSERT_OK(quipu::testing::Commit(store.get(), results.back()));
  }
  v1::TrainingRow row = quipu::testing::TestLongRow(results[0], 0);
  row.mutable_long_details()->mutable_context_span()->set_end(200);
  row.mutable_long_details()->add_more_turns()->set_task_id(tasks[1].id());
  v1::TrainingRow keys = row;
  keys.set_index(1);
  keys.mutable_segments(0)->set_source_id(std::string(16, 'k'));
  *keys.mutable_long_details() = {};
  keys.mutable_long_details()->set_row_kind(v1::ROW_KIND_KEY_VALUE);
  keys.mutable_long_details()->mutable_context_span()->set_end(2 * 81 - 1);
  keys.mutable_long_details()->add_evidence()->set_end(80);
  ASSERT_OK(store->AddTrainingRows({row, keys}));
  ShowOptions options;
  for (const v1::Task& task : tasks) {
    options.choice.id = absl::BytesToHexString(task.id());
    ASSERT_OK_AND_ASSIGN(const std::string text, ShowText(*store, options));
    EXPECT_THAT(text,
                AllOf(HasSubstr("answered row, 2 turns, 2000 tokens"), HasSubstr("question 0?"),
                      HasSubstr("question 1?"), Not(HasSubstr("key_value"))));
    ASSERT_OK_AND_ASSIGN(const std::string lines, ShowJson(*store, options));
    EXPECT_THAT(lines,
                ::testing::MatchesRegex(
                    "\\{\"id\":\"[0-9a-f]+\",\"outcome\":.*\\}\n"
                    "\\{\"id\":\"[0-9a-f]+\",\"row_kind\":\"answered\",\"tokens\":2000,.*\\}\n"));
    EXPECT_THAT(lines, AllOf(HasSubstr("\"begin\":0,\"end\":200,\"own\":true}]"),
                             HasSubstr(absl::StrCat("{\"task_id\":\"",
                                                    absl::BytesToHexString(tasks[1].id()),
                                                    "\",\"question\":")),
                             HasSubstr("\"cut_out\":[]}")));
  }
  options.choice.id = absl::BytesToHexString(std::string(16, 'k'));
  ASSERT_OK_AND_ASSIGN(const std::string text, ShowText(*store, options));
  EXPECT_THAT(text, AllOf(HasSubstr("key_value row, 1 turns"), HasSubstr("What is the value of"),
                          Not(HasSubstr("question 0?"))));
  ASSERT_OK_AND_ASSIGN(const std::string lines, ShowJson(*store, options));
  EXPECT_THAT(lines, ::testing::StartsWith(absl::StrCat(
                         "{\"id\":\"", options.choice.id,
                         "\",\"row_kind\":\"key_value\",\"tokens\":2000,\"context\":[],"
                         "\"turns\":[{\"question\":\"What is the value of")));
  options.choice.id = "ffffffff";
  EXPECT_THAT(ShowJson(*store, options).status(), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace quipu::pipelines
