// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/scheduler.h"

#include <algorithm>
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
    TokenSequence sequence;
    sequence.pending.assign(prompt, 7);
    sequence.first_output = prompt - 1;
    sequences_.push_back(sequence);
  }

  int64_t max_length() const override { return prefix()->size() + length_; }
  int max_pages() const override { return PagesFor(max_length()) - FullPages(prefix()->size()); }
  absl::Status OnLogits(const TokenSequence&, int, absl::Span<float>) override {
    return absl::OkStatus();
  }
  void Draft(TokenSequence* sequence, int most, double worth) override {
    this->worth = worth;
    sequence->drafts = std::min({most, wanted_drafts, decode_});
    sequence->pending.insert(sequence->pending.end(), sequence->drafts, 9);
  }
  absl::StatusOr<bool> Advance(KvCache*) override {
    TokenSequence& sequence = sequences_[0];
    if (sequence.left() > 0) return false;
    sequence.length -= sequence.drafts;  // All were wrong.
    sequence.drafts = 0;
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

  // Makes its prompt shareable: the last `own` tokens are its own.
  void Share(TokenId own) {
    sequences_[0].pending.back() = own;
    prompt_ = sequences_[0].pending;
  }

  bool done = false;
  int wanted_drafts = 0;
  double worth = 0;  // At the last request for drafts.

 private:
  int length_;
  int decode_;
};

class SchedulerTest : public ::testing::Test {
 protected:
  void Make(int pages, int max_step_tokens = 64, int max_step_outputs = 64,
            int draft_step_tokens = 0) {
    cache_ = std::make_unique<KvCache>(KvShape{1, 1, 2, KvType::kF32}, pages);
    scheduler_ = std::make_unique<Scheduler>(
        SchedulerOptions{max_step_tokens, max_step_outputs, 4096, draft_step_tokens}, cache_.get());
  }

  std::shared_ptr<CachedPrefix> Open(int tokens, TokenId token = 1) {
    absl::StatusOr<std::shared_ptr<CachedPrefix>> prefix =
        scheduler_->Open(std::vector<TokenId>(tokens, token));
    EXPECT_OK(prefix);
    return *prefix;
  }

  std::shared_ptr<FakeJob> Add(std::shared_ptr<CachedPrefix> prefix, int prompt, int decode) {
    auto job = std::make_shared<FakeJob>(std::move(prefix), prompt, decode);
    EXPECT_OK(scheduler_->Add(job));
    return job;
  }

  bool DoStep(absl::Status status = absl::OkStatus()) {
    scheduler_->Admit(false);
    if (!scheduler_->BuildStep(&step_)) return false;
    scheduler_->FinishStep(status, std::vector<absl::Status>(step_.outputs.size()));
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
  ASSERT_EQ(step_.batch.outputs.size(), 2u);
  EXPECT_EQ(step_.batch.outputs[0].token, 0);
  EXPECT_EQ(step_.batch.outputs[1].token, 12);
  // The two share the prefix's full page.
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

TEST_F(SchedulerTest, FillsStepsWithDraftsInEqualShares) {
  Make(100, 64, 64, /*draft_step_tokens=*/20);
  const auto prefix = Open(33);
  RunAll();
  std::vector<std::shared_ptr<FakeJob>> jobs;
  for (const int wanted : {3, 100, 0, 100}) {
    jobs.push_back(Add(prefix, 4, 30));
    jobs.back()->wanted_drafts = wanted;
  }
  ASSERT_TRUE(DoStep());  // The prompts: nothing decodes yet.
  EXPECT_EQ(step_.batch.tokens.size(), 16u);
  ASSERT_TRUE(DoStep());
  ASSERT_EQ(step_.batch.pieces.size(), 4u);
  EXPECT_EQ(step_.batch.pieces[0].count, 1 + 3);
  EXPECT_EQ(step_.batch.pieces[1].count, 1 + 4);
  EXPECT_EQ(step_.batch.pieces[2].count, 1);
  EXPECT_EQ(step_.batch.pieces[3].count, 1 + 9);
  EXPECT_EQ(step_.batch.outputs.size(), 20u);
  // A right guess saves a quarter of the step, worth four of 16 columns.
  EXPECT_NEAR(jobs[0]->worth, 4.0 / 16, 1e-9);
  EXPECT_EQ(scheduler_->stats().drafted_tokens, 16);
  EXPECT_EQ(scheduler_->stats().prompt_tokens_computed, 33 + 16);
  EXPECT_EQ(scheduler_->stats().step_tokens, 33 + 16 + 20);
  ASSERT_TRUE(DoStep());  // As if there had been no drafts.
  EXPECT_EQ(step_.batch.pieces[3].start, 33 + 4 + 1);
}

TEST_F(SchedulerTest, DraftsOnlyWhereThereIsRoom) {
  Make(100, 64, /*max_step_outputs=*/7, /*draft_step_tokens=*/1000);
  const auto prefix = Open(33);
  RunAll();
  for (int i = 0; i < 5; ++i) Add(prefix, 4, 30)->wanted_drafts = 100;
  ASSERT_TRUE(DoStep());
  Open(1000, 2);
  ASSERT_TRUE(DoStep());  // Full with the prefix.
  EXPECT_EQ(step_.batch.tokens.size(), 64u);
  EXPECT_EQ(step_.batch.outputs.size(), 5u);
  EXPECT_EQ(scheduler_->stats().drafted_tokens, 0);
  while (scheduler_->stats().drafted_tokens == 0) ASSERT_TRUE(DoStep());
  EXPECT_LE(step_.batch.tokens.size(), 64u);
  EXPECT_EQ(step_.batch.outputs.size(), 7u);  // The bound on logits.
  EXPECT_EQ(step_.batch.pieces[0].count, 2);
  EXPECT_EQ(step_.batch.pieces[1].count, 2);
  EXPECT_EQ(step_.batch.pieces[2].count, 1);
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
  const auto small = Add(prefix, 10, 1);     // Would fit, but does not overtake.
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
  EXPECT_EQ(scheduler_->stats().prompt_tokens_computed - scheduler_->stats().prompt_tokens_needed,
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
              StatusIs(absl::StatusCode::kFailedPrecondition, "11 pages"));
  EXPECT_THAT(scheduler_->Open({}), StatusIs(absl::StatusCode::kInvalidArgument, "no tokens"));
  const auto prefix = Open(33);
  RunAll();
  EXPECT_THAT(scheduler_->Add(std::make_shared<FakeJob>(prefix, 287, 0)),
              StatusIs(absl::StatusCode::kFailedPrecondition, "11 pages"));
  // The same, except for the page that the copy of the prefix's last page
  // takes.
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

TEST_F(SchedulerTest, CountsAPromptTokenAsNeededOnce) {
  Make(100);
  const auto prefix = Open(150);
  EXPECT_EQ(scheduler_->stats().prompt_tokens_needed, 0);  // Not yet computed.
  RunAll();
  Add(prefix, 20, 5);
  Add(prefix, 20, 0);  // The same tokens, but a prompt of its own.
  RunAll();
  EXPECT_EQ(scheduler_->stats().prompt_tokens_computed, 190);
  EXPECT_EQ(scheduler_->stats().prompt_tokens_needed, 190);

  // Closed and opened again: what was computed before does not count as needed.
  scheduler_->Close(prefix.get());
  RunAll();
  Open(150);
  RunAll();
  EXPECT_EQ(scheduler_->stats().prompt_tokens_computed, 340);
  EXPECT_EQ(scheduler_->stats().prompt_tokens_needed, 190);

  // Failed half-way: what was computed counts, the rest does not.
  Open(100, 2);
  EXPECT_TRUE(DoStep());
  EXPECT_TRUE(DoStep(absl::InternalError("broken")));
  EXPECT_EQ(scheduler_->stats().prompt_tokens_needed, 190 + 64);
}

TEST_F(SchedulerTest, LeavesMemoryToJobsBeforeItOpensTheNextPrefix) {
  Make(20);
  std::vector<std::shared_ptr<CachedPrefix>> prefixes;
  for (int i = 0; i < 15; ++i) prefixes.push_back(Open(32, i));
  ASSERT_TRUE(DoStep());  // Two fill it, and no third is admitted.
  EXPECT_TRUE(prefixes[1]->opened.HasBeenNotified());
  EXPECT_EQ(prefixes[2]->state, CachedPrefix::State::kWaiting);
  std::vector<std::shared_ptr<FakeJob>> jobs;
  for (int i = 0; i < 4; ++i) jobs.push_back(Add(prefixes[i / 2], 30, 90));
  ASSERT_TRUE(DoStep());  // Four pages each: all run at once.
  EXPECT_EQ(step_.batch.outputs.size(), 2u);
  ASSERT_TRUE(DoStep());
  EXPECT_EQ(step_.batch.outputs.size(), 4u);
  RunAll();
  for (const auto& job : jobs) EXPECT_TRUE(job->done);
}

TEST_F(SchedulerTest, RunsTheCommonBeginningOfPromptsOnce) {
  Make(100, 48);
  const auto prefix = Open(40);
  RunAll();
  std::vector<std::shared_ptr<FakeJob>> jobs;
  for (int i = 0; i < 4; ++i) {
    jobs.push_back(Add(prefix, 80, 5));
    jobs.back()->Share(i < 3 ? 100 + i : 100);
  }
  const auto shorter = Add(prefix, 33, 5);
  shorter->Share(7);
  const auto other = Add(prefix, 10, 5);  // Too little in common to wait for.
  other->Share(7);
  ASSERT_TRUE(DoStep());
  EXPECT_EQ(step_.batch.tokens.size(), 48u);  // Of the first alone.
  EXPECT_EQ(step_.batch.pieces.size(), 1u);
  ASSERT_TRUE(DoStep());
  // The rest of the first, the end of the shorter one, and the other.
  ASSERT_EQ(step_.batch.pieces.size(), 3u);
  EXPECT_EQ(step_.batch.pieces[0].count, 32);
  EXPECT_EQ(step_.batch.pieces[1].count, 1);
  EXPECT_EQ(step_.batch.pieces[1].start, 40 + 32);
  EXPECT_EQ(step_.batch.pieces[2].count, 10);
  ASSERT_TRUE(DoStep());
  // Three decode; the others have one token of their own.
  ASSERT_EQ(step_.batch.pieces.size(), 6u);
  for (const BatchPiece& piece : step_.batch.pieces) EXPECT_EQ(piece.count, 1);
  EXPECT_EQ(step_.batch.outputs.size(), 6u);
  RunAll();
  for (const auto& job : jobs) EXPECT_TRUE(job->done);
  EXPECT_EQ(scheduler_->stats().prompt_tokens_computed, 40 + 80 + 3 + 1 + 10);
  EXPECT_EQ(scheduler_->stats().prompt_tokens_needed, 40 + 80 + 3 + 1 + 10);
  scheduler_->Close(prefix.get());
  RunAll();
  EXPECT_EQ(cache_->num_free_pages(), 100);
}

TEST_F(SchedulerTest, DoesNotWaitForAPromptThatFailed) {
  Make(100, 48);
  const auto prefix = Open(40);
  RunAll();
  const auto first = Add(prefix, 80, 5);
  first->Share(100);
  ASSERT_TRUE(DoStep());
  const auto second = Add(prefix, 80, 5);
  second->Share(101);
  ASSERT_TRUE(DoStep(absl::InternalError("broken")));
  EXPECT_THAT(first->Wait(), StatusIs(absl::StatusCode::kInternal, "broken"));
  RunAll();
  EXPECT_TRUE(second->done);
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
