// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/scheduler.h"

#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;

// A job that runs `prompt` tokens, then `decode` single ones.
class FakeJob : public Job {
 public:
  FakeJob(std::shared_ptr<CachedPrefix> prefix, int prompt, int decode)
      : Job(std::move(prefix)), length_(prompt + decode), decode_(decode) {
    Sequence sequence;
    sequence.pending.assign(prompt, 7);
    sequence.first_output = prompt - 1;
    sequences_.push_back(sequence);
  }

  int64_t max_length() const override { return prefix()->size() + length_; }
  int max_pages() const override {
    return PagesFor(max_length()) - FullPages(prefix()->size());
  }
  absl::Status OnLogits(const Sequence&, int, absl::Span<float>) override {
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Advance(KvCache*) override {
    Sequence& sequence = sequences_[0];
    if (sequence.left() > 0) return false;
    if (decode_-- == 0) {
      done = true;
      return true;
    }
    sequence.pending = {8};
    sequence.done = 0;
    sequence.first_output = 0;
    sequence.decoding = true;
    sequence.first_is_sampled = true;
    return false;
  }

  bool done = false;

 private:
  int length_;
  int decode_;
};

class SchedulerTest : public ::testing::Test {
 protected:
  void Make(int pages, int max_step_tokens = 64, int max_step_outputs = 64) {
    cache_ = std::make_unique<KvCache>(KvShape{1, 1, 2, KvType::kF32}, pages);
    scheduler_ = std::make_unique<Scheduler>(
        SchedulerOptions{max_step_tokens, max_step_outputs, 4096},
        cache_.get());
  }

  std::shared_ptr<CachedPrefix> Open(int tokens, TokenId token = 1) {
    absl::StatusOr<std::shared_ptr<CachedPrefix>> prefix =
        scheduler_->Open(std::vector<TokenId>(tokens, token));
    EXPECT_OK(prefix);
    return *prefix;
  }

  std::shared_ptr<FakeJob> Add(std::shared_ptr<CachedPrefix> prefix, int prompt,
                               int decode) {
    auto job = std::make_shared<FakeJob>(std::move(prefix), prompt, decode);
    EXPECT_OK(scheduler_->Add(job));
    return job;
  }

  bool DoStep(absl::Status status = absl::OkStatus()) {
    scheduler_->Admit(false);
    if (!scheduler_->BuildStep(&step_)) return false;
    scheduler_->FinishStep(status,
                           std::vector<absl::Status>(step_.outputs.size()));
    return true;
  }
  void RunAll() {
    while (DoStep()) {
    }
  }

  std::unique_ptr<KvCache> cache_;
  std::unique_ptr<Scheduler> scheduler_;
  Step step_;
};

TEST_F(SchedulerTest, CutsPrefixesIntoSteps) {
  Make(100);
  const auto prefix = Open(150);
  EXPECT_TRUE(DoStep());
  EXPECT_EQ(step_.batch.tokens.size(), 64u);
  EXPECT_FALSE(prefix->opened.HasBeenNotified());
  EXPECT_TRUE(DoStep());
  EXPECT_TRUE(DoStep());
  EXPECT_EQ(step_.batch.tokens.size(), 22u);
  EXPECT_TRUE(step_.batch.outputs.empty());
  EXPECT_TRUE(prefix->opened.HasBeenNotified());
  EXPECT_FALSE(DoStep());
  EXPECT_EQ(scheduler_->stats().prompt_tokens_computed, 150);
  EXPECT_EQ(scheduler_->stats().steps, 3);
}

TEST_F(SchedulerTest, ServesDecodingFirstThenPromptsThenPrefixes) {
  Make(100, 20);
  const auto prefix = Open(40);
  RunAll();
  Add(prefix, 4, 9);
  ASSERT_TRUE(DoStep());  // Its prompt: it decodes from now on.
  Add(prefix, 12, 1);
  Open(33, 2);
  ASSERT_TRUE(DoStep());

  ASSERT_EQ(step_.batch.pieces.size(), 3u);
  EXPECT_EQ(step_.batch.pieces[0].count, 1);
  EXPECT_EQ(step_.batch.pieces[0].start, 44);
  EXPECT_EQ(step_.batch.pieces[1].count, 12);
  EXPECT_EQ(step_.batch.pieces[1].start, 40);
  EXPECT_EQ(step_.batch.pieces[2].count, 7);
  EXPECT_EQ(step_.batch.pieces[2].start, 0);
  EXPECT_EQ(step_.batch.outputs, (std::vector<int>{0, 12}));
  // The two share the prefix's whole page.
  EXPECT_EQ(step_.batch.pieces[0].group, 0);
  EXPECT_EQ(step_.batch.pieces[1].group, 0);
  EXPECT_EQ(step_.batch.pieces[0].shared_pages, 1);
  EXPECT_EQ(step_.batch.pieces[2].group, -1);
}

TEST_F(SchedulerTest, BoundsTheRowsOfLogits) {
  Make(100, 64, /*max_step_outputs=*/2);
  const auto prefix = Open(10);
  RunAll();
  std::vector<std::shared_ptr<FakeJob>> jobs;
  for (int i = 0; i < 5; ++i) jobs.push_back(Add(prefix, 3, 2));
  while (DoStep()) EXPECT_LE(step_.batch.outputs.size(), 2u);
  for (const auto& job : jobs) EXPECT_TRUE(job->done);
}

TEST_F(SchedulerTest, GivesAllPagesBack) {
  Make(50);
  const auto prefix = Open(40);
  const auto other = Open(40);  // The same tokens.
  EXPECT_EQ(prefix, other);
  RunAll();
  EXPECT_EQ(cache_->num_free_pages(), 48);
  const auto job = Add(prefix, 70, 3);
  scheduler_->Close(prefix.get());
  scheduler_->Close(prefix.get());
  RunAll();  // The job keeps its prefix until it ends.
  EXPECT_TRUE(job->done);
  EXPECT_OK(job->Wait());
  scheduler_->Admit(false);
  EXPECT_EQ(cache_->num_free_pages(), 50);
}

TEST_F(SchedulerTest, AdmitsJobsInOrderAsMemoryAllows) {
  Make(10);
  const auto prefix = Open(32);
  RunAll();
  const auto large = Add(prefix, 100, 60);   // 5 pages.
  const auto larger = Add(prefix, 150, 60);  // 7 pages: not beside it.
  const auto small = Add(prefix, 10, 1);  // Would fit, but does not overtake.
  while (!large->done) {
    EXPECT_EQ(larger->sequences()[0].done, 0);
    EXPECT_EQ(small->sequences()[0].done, 0);
    ASSERT_TRUE(DoStep());
  }
  RunAll();
  EXPECT_TRUE(larger->done);
  EXPECT_TRUE(small->done);
}

TEST_F(SchedulerTest, OpensAPrefixOnlyIfTheLargestJobStillFits) {
  Make(10);
  const auto first = Open(32);
  RunAll();
  Add(first, 100, 60);  // 5 pages.
  RunAll();
  const auto second = Open(4 * 32, 2);
  const auto third = Open(32, 3);
  RunAll();
  EXPECT_TRUE(second->opened.HasBeenNotified());  // 1 + 4 + 5 pages.
  EXPECT_FALSE(third->opened.HasBeenNotified());
  EXPECT_TRUE(scheduler_->waiting());

  scheduler_->Close(first.get());
  RunAll();
  EXPECT_TRUE(third->opened.HasBeenNotified());
}

TEST_F(SchedulerTest, EvictsTheLeastRecentlyUsedWhereNothingElseHelps) {
  Make(10);
  const auto first = Open(32, 1);
  const auto second = Open(32, 2);
  const auto third = Open(32, 3);
  RunAll();
  Add(first, 5, 0);
  RunAll();
  const auto large = Add(third, 220, 10);  // 8 pages; 10 - 3 are free.
  EXPECT_FALSE(DoStep());
  EXPECT_TRUE(scheduler_->Admit(/*may_evict=*/true));
  EXPECT_EQ(second->state, CachedPrefix::State::kEvicted);
  EXPECT_EQ(first->state, CachedPrefix::State::kReady);
  RunAll();
  EXPECT_TRUE(large->done);

  const auto again = Add(second, 5, 1);
  RunAll();
  EXPECT_TRUE(again->done);
  EXPECT_EQ(second->state, CachedPrefix::State::kReady);
  EXPECT_EQ(scheduler_->stats().evictions, 1);
  EXPECT_EQ(scheduler_->stats().prompt_tokens_computed -
                scheduler_->stats().prompt_tokens_needed,
            32);
}

TEST_F(SchedulerTest, DoesNotEvictWhileSomethingRuns) {
  Make(10);
  const auto first = Open(32, 1);
  const auto second = Open(32, 2);
  RunAll();
  Add(first, 10, 5);
  ASSERT_TRUE(DoStep());
  Add(second, 250, 10);
  EXPECT_FALSE(scheduler_->Admit(/*may_evict=*/true));
}

TEST_F(SchedulerTest, RefusesWhatCanNeverFit) {
  Make(10);
  EXPECT_THAT(scheduler_->Open(std::vector<TokenId>(321, 1)),
              StatusIs(absl::StatusCode::kResourceExhausted, "321 tokens"));
  EXPECT_THAT(scheduler_->Open({}),
              StatusIs(absl::StatusCode::kInvalidArgument, "no tokens"));
  const auto prefix = Open(33);
  RunAll();
  EXPECT_THAT(scheduler_->Add(std::make_shared<FakeJob>(prefix, 287, 0)),
              StatusIs(absl::StatusCode::kResourceExhausted, "11 pages"));
  // The same but for the page that the copy of the prefix's last one takes.
  const auto fits = Add(prefix, 255, 0);
  RunAll();
  EXPECT_TRUE(fits->done);
}

TEST_F(SchedulerTest, FailsAPrefixAndForgetsIt) {
  Make(10);
  const auto prefix = Open(40);
  EXPECT_TRUE(DoStep(absl::InternalError("broken")));
  ASSERT_TRUE(prefix->opened.HasBeenNotified());
  EXPECT_THAT(prefix->status, StatusIs(absl::StatusCode::kInternal, "broken"));
  EXPECT_EQ(cache_->num_free_pages(), 10);
  const auto again = Open(40);
  EXPECT_NE(prefix, again);
  RunAll();
  EXPECT_OK(again->status);
  EXPECT_EQ(again->state, CachedPrefix::State::kReady);
}

TEST_F(SchedulerTest, EndsEverythingOnAbort) {
  Make(10);
  const auto prefix = Open(32);
  RunAll();
  const auto running = Add(prefix, 10, 10);
  ASSERT_TRUE(DoStep());
  const auto waiting = Add(prefix, 250, 10);
  const auto opening = Open(32, 2);
  scheduler_->Abort(absl::CancelledError("stop"));

  EXPECT_THAT(running->Wait(), StatusIs(absl::StatusCode::kCancelled, "stop"));
  EXPECT_THAT(waiting->Wait(), StatusIs(absl::StatusCode::kCancelled, "stop"));
  EXPECT_THAT(opening->status, StatusIs(absl::StatusCode::kCancelled, "stop"));
  EXPECT_EQ(cache_->num_free_pages(), 9);
}

}  // namespace
}  // namespace quipu::inference
