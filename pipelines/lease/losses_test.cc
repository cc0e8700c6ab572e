// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Failures of engines, losses of workers, suspects and quarantined chunks.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/lease/table.h"
#include "tests/support/lease_table_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LeaseLossesTest : public testing::LeaseTableFixture {};

TEST_F(LeaseLossesTest, BacksOffAfterALossBeforeItTriesAgain) {
  options_.max_failed_attempts = 100;
  options_.trusted = true;
  Start(1);
  for (int n = 1; n <= 12; ++n) {
    ASSERT_THAT(Grant("ann", 1), ElementsAre(0));
    const Updates ended = End(0, v1::LeaseEnded::FAILED);
    const absl::Duration until = absl::Microseconds(ended[0].ended().not_before_us());
    const absl::Duration most =
        std::min(options_.backoff_most, options_.backoff_first * (1 << (n - 1)));

    EXPECT_GE(until, now_);
    EXPECT_LT(until, now_ + most);
    if (until > now_) {
      EXPECT_EQ(table_->NextEvent(now_), until);
      EXPECT_THAT(Grant("ann", 1), IsEmpty());
    }
    now_ = until;
  }
}

TEST_F(LeaseLossesTest, BackoffsOfChunksDiffer) {
  Start(8);
  Prove({"ann"});
  Grant("ann", 8);
  std::set<int64_t> moments;
  for (const v1::LeaseUpdate& update : LoseAll("ann")) {
    moments.insert(update.ended().not_before_us());
  }
  EXPECT_THAT(moments, SizeIs(8));
}

TEST_F(LeaseLossesTest, ReturningALeaseCostsNothing) {
  Start(2);
  for (int n = 0; n < 50; ++n) {
    ASSERT_THAT(Grant("ann", 1), ElementsAre(0));
    EXPECT_THAT(End(0, v1::LeaseEnded::RETURNED), SizeIs(1));
  }
  EXPECT_EQ(View(0).failed + View(0).lost, 0);
  EXPECT_THAT(table_->End(IdOf(0), 1, v1::LeaseEnded::RETURNED, "", now_), IsEmpty());
}

TEST_F(LeaseLossesTest, ChunkOnWhichTheEngineFailsAgainAndAgainIsQuarantined) {
  options_.trusted = true;
  Start(2);
  for (int n = 1; n < options_.max_failed_attempts; ++n) {
    PassBackoff();
    Grant("ann", 2);
    EXPECT_THAT(End(0, v1::LeaseEnded::FAILED), SizeIs(1));
    End(1, v1::LeaseEnded::RETURNED);
  }
  PassBackoff();
  Grant("ann", 2);

  const Updates ended = End(0, v1::LeaseEnded::FAILED);

  ASSERT_THAT(ended, SizeIs(2));
  EXPECT_EQ(ended[1].quarantined().open(), 0b11u);
  EXPECT_THAT(ended[1].quarantined().reason(), HasSubstr("failed 5 times"));
  EXPECT_TRUE(View(0).quarantined);
  EXPECT_FALSE(View(1).quarantined);
  EXPECT_EQ(table_->counts().quarantined, 2u);
}

TEST_F(LeaseLossesTest, CrashLoopingWorkerQuarantinesItsChunkAndNoOther) {
  Start(8);
  Prove({"worker-0", "worker-1", "worker-2"});
  int poisoned = 0;
  // The worker that holds chunk 3 dies, with all its leases.
  for (int n = 0; n < 100 && !table_->Done(); ++n) {
    PassBackoff();
    const std::string worker = absl::StrCat("worker-", n % 3);
    const std::vector<int> held = Grant(worker, 8);
    if (std::count(held.begin(), held.end(), 3) > 0) {
      ++poisoned;
      if (LoseAll(worker).back().has_quarantined()) Store(3, "", 0b11);
    } else {
      for (const int number : held) Store(number, worker, 0b11);
    }
  }

  EXPECT_TRUE(table_->Done());
  EXPECT_EQ(poisoned, 3);
  for (int number = 0; number < 8; ++number) {
    EXPECT_EQ(View(number).quarantined, number == 3) << number;
  }
  EXPECT_EQ(table_->counts().quarantined, 2u);
}

TEST_F(LeaseLossesTest, SuspectIsGrantedAloneToAWorkerThatHoldsNothing) {
  Start(4);
  Prove({"ann"});
  for (int n = 0; n < 2; ++n) {  // Two losses of all: every chunk is a suspect.
    Grant("ann", 8);
    LoseAll("ann");
    PassBackoff();
  }

  EXPECT_THAT(Grant("ann", 8), SizeIs(1));
  EXPECT_THAT(Grant("ann", 8), IsEmpty());
  EXPECT_THAT(Grant("bob", 8), SizeIs(1));
  EXPECT_EQ(table_->counts().leases, 2u);
}

TEST_F(LeaseLossesTest, SuspectsWaitWhileThereIsFreshWork) {
  Start(3);
  Prove({"ann"});
  for (int n = 0; n < 2; ++n) {
    Grant("ann", 1);
    LoseAll("ann");
    PassBackoff();
  }
  ASSERT_EQ(View(0).lost, 2);

  EXPECT_THAT(Grant("ann", 1), ElementsAre(1));
  EXPECT_THAT(Grant("bob", 8), ElementsAre(2));
  EXPECT_THAT(Grant("bob", 8), IsEmpty());  // It holds something.
  Store(2, "bob", 0b11);
  EXPECT_THAT(Grant("bob", 8), ElementsAre(0));
}

TEST_F(LeaseLossesTest, LossBesideAnotherLeaseNeverQuarantines) {
  options_.max_lost_attempts = 2;
  Start(3);
  const uint64_t old = (kEpoch - 1) << 32;
  Grant("ann", 3);
  LoseAll("ann");
  PassBackoff();
  // Suspects, still held together: after a restart, by renewals.
  LeaseTable table(options_, kEpoch);
  for (int number = 0; number < 2; ++number) ASSERT_THAT(table.Apply(Added(number)), IsOk());
  table_.emplace(std::move(table));
  Prove({"ann"});
  for (int n = 0; n < 5; ++n) {
    for (int number = 0; number < 2; ++number) {
      ApplyAll(table_->Renew(IdOf(number), "ann", old + n * 2 + number + 1, /*others_starve=*/false,
                             now_));
    }
    for (const v1::LeaseUpdate& update : LoseAll("ann")) EXPECT_TRUE(update.has_ended());
    PassBackoff();
  }

  EXPECT_EQ(View(0).lost, 5);
  EXPECT_FALSE(View(0).quarantined);
}

TEST_F(LeaseLossesTest, LastOfTwoLeasesToExpireIsNotTakenForALossAlone) {
  options_.max_lost_attempts = 1;
  Start(2);
  Prove({"ann"});
  ApplyAll(table_->Renew(IdOf(0), "ann", 1, /*others_starve=*/false, now_));
  Pass(absl::Seconds(10));
  ApplyAll(table_->Renew(IdOf(1), "ann", 2, /*others_starve=*/false, now_));
  Pass(options_.ttl - absl::Seconds(5));

  EXPECT_FALSE(Expire()[0].ended().alone());
  Pass(absl::Seconds(10));
  const Updates second = Expire();

  ASSERT_THAT(second, SizeIs(1));  // No quarantine.
  EXPECT_FALSE(second[0].ended().alone());
}

TEST_F(LeaseLossesTest, WithOneLossAllowedEveryChunkIsGrantedAlone) {
  options_.max_lost_attempts = 1;
  Start(2);
  Prove({"ann"});

  EXPECT_THAT(Grant("ann", 8), ElementsAre(0));
  EXPECT_THAT(LoseAll("ann"), SizeIs(2));
  EXPECT_TRUE(View(0).quarantined);
}

TEST_F(LeaseLossesTest, QuarantinedChunkIsReleasedWithItsRejectsAndRestarts) {
  options_.max_lost_attempts = 1;
  Start(1);
  Grant("ann", 1);
  const uint64_t token = View(0).token;
  Store(0, "ann", 0b01);
  LoseAll("ann");
  Store(0, "", 0b10);
  ASSERT_TRUE(table_->Done());
  EXPECT_EQ(table_->counts().quarantined, 1u);

  const Updates released = ApplyAll(table_->Release());

  ASSERT_THAT(released, SizeIs(1));
  EXPECT_EQ(released[0].released().pending(), 0b10u);
  EXPECT_EQ(View(0).lost, 0);
  EXPECT_EQ(table_->counts().quarantined, 0u);
  EXPECT_EQ(table_->ValidityOf(IdOf(0), token), TicketValidity::kStale);
  EXPECT_THAT(Grant("ann", 1), ElementsAre(0));
  EXPECT_EQ(table_->ValidityOf(IdOf(0), View(0).token), TicketValidity::kCurrent);
  EXPECT_THAT(table_->Release(), IsEmpty());
}

}  // namespace
}  // namespace quipu::pipelines
