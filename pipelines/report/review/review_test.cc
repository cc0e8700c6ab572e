// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A review, by itself and by the requests of its page.
#include "pipelines/report/review/review.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/report/review/requests.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using testing::TempDir;

class ReviewTest : public ::testing::Test {
 protected:
  // A document with six pairs, of which two are rejected.
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), testing::TestHeader()));
    std::vector<v1::Result> results;
    for (const v1::Task& task : testing::AddPlannedDocument(store_.get(), 1, /*tasks=*/6)) {
      results.push_back(testing::TestResult(task));
      auto& ids = results.back().has_reject() ? rejected_ : accepted_;
      ids.push_back(absl::BytesToHexString(task.id()));
    }
    ASSERT_OK(testing::CommitAll(store_.get(), results));
    ASSERT_OK_AND_ASSIGN(review_, Review::Create(*store_, {}, labels_));
  }

  std::string State(const std::string& rater = "") const {
    auto state = review_->StateJson(rater);
    EXPECT_OK(state);
    return state.ok() ? *state : "";
  }

  TempDir dir_;
  const std::string labels_ = dir_.Path("labels.jsonl");
  std::unique_ptr<storage::Store> store_;
  std::vector<std::string> accepted_;
  std::vector<std::string> rejected_;
  std::unique_ptr<Review> review_;
};

TEST_F(ReviewTest, PrecisionGrowsWithTheLabels) {
  EXPECT_THAT(State(), HasSubstr("\"labelled\":0,\"samples\":6"));

  ASSERT_OK(review_->Label(accepted_[0], "", "good", ""));
  ASSERT_OK(review_->Label(accepted_[1], "", "usable", "awkward"));
  ASSERT_OK(review_->Label(accepted_[2], "", "bad", "unsupported"));
  ASSERT_OK(review_->Label(rejected_[0], "", "bad", ""));

  const std::string state = State();
  EXPECT_THAT(state, HasSubstr("\"labelled\":4,\"samples\":6"));
  EXPECT_THAT(state, HasSubstr("{\"name\":\"accepted\",\"right\":2,\"labelled\":3,"));
  EXPECT_THAT(state, HasSubstr("{\"name\":\"rejected, verdict\",\"right\":0,\"labelled\":1,"));
  EXPECT_THAT(state, HasSubstr("\"name\":\"accepted, long answer\""));
}

TEST_F(ReviewTest, ResumesFromItsLabels) {
  ASSERT_OK(review_->Label(accepted_[0], "", "bad", "wrong"));

  ASSERT_OK_AND_ASSIGN(review_, Review::Create(*store_, {}, labels_));

  EXPECT_THAT(State(), HasSubstr(absl::StrCat("\"", accepted_[0],
                                              "\":{\"label\":\"bad\",\"fault\":\"wrong\"}")));
}

TEST_F(ReviewTest, KnowsOnlyThePairsThatWereDrawn) {
  EXPECT_THAT(review_->Label("00", "", "good", ""), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(review_->Label(accepted_[0], "", "fine", ""),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(FileExists(labels_));
}

TEST_F(ReviewTest, NeedsAResult) {
  ASSERT_OK_AND_ASSIGN(const auto empty,
                       storage::Store::Create(dir_.Path("empty"), testing::TestHeader()));

  EXPECT_THAT(Review::Create(*empty, {}, labels_).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ReviewTest, RatersSeeTheirOwnLabelsAndHowWellTheyAgree) {
  for (int i = 0; i < 4; ++i)
    ASSERT_OK(review_->Label(accepted_[i], "ann", i < 3 ? "good" : "bad", ""));
  EXPECT_THAT(State("ann"), HasSubstr("\"agreement\":[]"));
  ASSERT_OK(review_->Label(accepted_[0], "bob", "usable", "awkward"));
  ASSERT_OK(review_->Label(accepted_[2], "bob", "bad", ""));
  ASSERT_OK(review_->Label(accepted_[3], "bob", "bad", ""));

  EXPECT_THAT(State("bob"), HasSubstr("\"rater\":\"bob\""));
  EXPECT_THAT(State("bob"), HasSubstr("\"labelled\":3,\"samples\":6"));
  EXPECT_THAT(State("ann"), HasSubstr("\"labelled\":4,\"samples\":6"));
  EXPECT_THAT(State("carol"), HasSubstr("\"labels\":{},\"labelled\":0"));
  // Right and right, right and bad, bad and bad: 2 of 3 alike, chance gives 4 of 9, kappa is 0.4.
  EXPECT_THAT(State("ann"), HasSubstr("\"agreement\":[{\"first\":\"ann\",\"second\":\"bob\","
                                      "\"pairs\":3,\"same\":2,\"kappa\":0.39"));
}

TEST_F(ReviewTest, PrecisionIsToldByProbability) {
  v1::Result sure = testing::TestResult(testing::AddPlannedDocument(store_.get(), 2, 1)[0]);
  sure.clear_reject();
  sure.set_question("How many?");
  sure.set_answer("Nine.");
  sure.mutable_scores()->set_probability(0.93);
  ASSERT_OK(testing::Commit(store_.get(), sure));
  ASSERT_OK_AND_ASSIGN(review_, Review::Create(*store_, {}, labels_));

  ASSERT_OK(review_->Label(absl::BytesToHexString(sure.task().id()), "", "good", ""));

  EXPECT_THAT(State(), HasSubstr("{\"name\":\"accepted, probability 0.9 to 1.0\",\"right\":1,"));
}

// The page's requests, as the server passes them on.
class ReviewRequestsTest : public ReviewTest {
 protected:
  PageReply Get(const std::string& path) {
    return AnswerReview({"GET", path, "", ""}, "ann", review_.get());
  }
  PageReply Post(const std::string& body, const std::string& user = "") {
    return AnswerReview({"POST", "/label", user, body}, "ann", review_.get());
  }
};

TEST_F(ReviewRequestsTest, ServesThePageAndTakesLabels) {
  EXPECT_THAT(Get("/").body, HasSubstr(absl::StrCat("data-id=\"", accepted_[0], "\"")));

  const PageReply reply = Post(
      absl::StrCat("{\"id\":\"", accepted_[0], "\",\"label\":\"bad\",\"fault\":\"unsupported\"}"));

  EXPECT_EQ(reply.code, 200u);
  EXPECT_THAT(reply.body, HasSubstr("\"labelled\":1"));
  EXPECT_THAT(Get("/state").body, HasSubstr("\"labelled\":1"));
  ASSERT_OK_AND_ASSIGN(const std::string file, ReadFile(labels_, 1 << 20));
  EXPECT_THAT(file, HasSubstr("\"rater\":\"ann\",\"label\":\"bad\",\"fault\":\"unsupported\""));
}

TEST_F(ReviewRequestsTest, TheUserOfATokenIsTheRater) {
  const std::string body = absl::StrCat("{\"id\":\"", accepted_[0], "\",\"label\":\"bad\"}");

  EXPECT_THAT(Post(body, "bob").body, HasSubstr("\"rater\":\"bob\""));

  ASSERT_OK_AND_ASSIGN(const std::string file, ReadFile(labels_, 1 << 20));
  EXPECT_THAT(file, HasSubstr("\"rater\":\"bob\""));
}

TEST_F(ReviewRequestsTest, RefusesWhatIsNoLabel) {
  EXPECT_EQ(Post("nonsense").code, 400u);
  EXPECT_EQ(Post("{\"id\":\"00\",\"label\":\"bad\"}").code, 404u);
  EXPECT_EQ(Get("/other").code, 404u);
  EXPECT_EQ(Get("/label").code, 405u);
  EXPECT_FALSE(FileExists(labels_));
}

}  // namespace
}  // namespace quipu::pipelines
