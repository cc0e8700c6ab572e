// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Workers that only take: what their leases cost them, and not the chunks.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/lease/table.h"
#include "tests/support/lease_table_fixture.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LeaseStrikesTest : public testing::LeaseTableFixture {};

TEST_F(LeaseStrikesTest, ExpiryOfALivingWorkerCountsAgainstItAndNotAgainstTheChunk) {
  Start(8);
  Prove({"ann"});
  ASSERT_THAT(Grant("ann", 8), SizeIs(8));
  Pass(options_.ttl);

  for (const v1::LeaseUpdate& update : Expire(/*alive=*/true)) {
    ASSERT_TRUE(update.has_ended());
    EXPECT_EQ(update.ended().cause(), v1::LeaseEnded::EXPIRED);
  }

  EXPECT_EQ(View(0).lost, 0);
  EXPECT_EQ(table_->counts().lost, 8u);
  EXPECT_THAT(Grant("bob", 8), SizeIs(8)) << "at once, and not alone";
}

TEST_F(LeaseStrikesTest, WorkerThatLetsLeasesExpireWaitsThenGetsOneUntilItDelivers) {
  Start(8);
  Grant("ann", 8);
  Pass(options_.ttl);
  Expire(/*alive=*/true);

  EXPECT_FALSE(table_->MayHold("ann", now_));
  EXPECT_THAT(Grant("ann", 8), IsEmpty());
  Pass(options_.ttl);
  EXPECT_THAT(Grant("ann", 8), ElementsAre(0));
  EXPECT_THAT(Grant("ann", 8), IsEmpty());
  Store(0, "ann", 0b11);
  EXPECT_THAT(Grant("ann", 8), SizeIs(2));
}

TEST_F(LeaseStrikesTest, EveryStrikeWithoutADeliveryDoublesTheWaitUpToABound) {
  Start(1);
  absl::Duration wait = options_.ttl;
  for (int n = 0; n < 5; ++n) {
    ASSERT_THAT(Grant("ann", 8), SizeIs(1)) << n;
    Pass(options_.ttl);
    Expire(/*alive=*/true);
    Pass(wait - absl::Microseconds(1));
    EXPECT_FALSE(table_->MayHold("ann", now_)) << n;
    Pass(options_.backoff_most + options_.ttl);
    wait = std::min(2 * wait, 8 * options_.ttl);
  }
}

// One hostile name, alive or silent, restarting or not, beside an honest worker.
TEST_F(LeaseStrikesTest, WorkersThatNeverDeliverQuarantineNothing) {
  Start(8);
  for (int n = 0; n < 12; ++n) {
    Grant("idle", 8);
    Pass(options_.ttl);
    for (const v1::LeaseUpdate& update : n % 3 == 0 ? LoseAll("idle") : Expire(n % 3 == 1)) {
      EXPECT_TRUE(update.has_ended());
    }
    PassBackoff();
  }

  for (int number = 0; number < 8; ++number) {
    ASSERT_THAT(Grant("honest", 1), SizeIs(1));
    for (int held = 0; held < 8; ++held) {
      if (View(held).leased) Store(held, "honest", 0b11);
    }
  }
  EXPECT_TRUE(table_->Done());
  EXPECT_EQ(table_->counts().quarantined, 0u);
}

TEST_F(LeaseStrikesTest, ChunkThatOnlyUnknownWorkersEverLoseIsQuarantinedInTheEnd) {
  Start(1);
  int lost = 0;
  bool quarantined = false;
  for (; lost < 100 && !quarantined; ++lost) {
    const std::string worker = absl::StrCat("pod-", lost);  // A new name each time.
    ASSERT_THAT(Grant(worker, 8), SizeIs(1)) << lost;
    Pass(options_.ttl);
    quarantined = Expire().back().has_quarantined();
    PassBackoff();
  }
  EXPECT_EQ(lost, 10 * options_.max_lost_attempts);
}

TEST_F(LeaseStrikesTest, AfterALossAnotherWorkerComesFirst) {
  Start(1);
  Prove({"ann"});
  Grant("ann", 1);
  LoseAll("ann");
  Pass(options_.backoff_most);

  EXPECT_THAT(Grant("ann", 1), IsEmpty());
  EXPECT_THAT(table_->Grant("bob", 1, now_), SizeIs(1));
  Pass(options_.ttl);
  EXPECT_THAT(Grant("ann", 1), SizeIs(1)) << "nobody else came";
}

TEST_F(LeaseStrikesTest, RenewalsWithoutProgressEndWhenOthersHaveNothingToDo) {
  Start(8);
  Grant("idle", 8);
  Pass(options_.ttl / 2);
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(Renew(i, "idle", true)[0].has_renewed()) << i;
  Pass(options_.ttl * 3 / 4);

  for (int i = 0; i < 8; ++i) Renew(i, "idle", true);
  EXPECT_EQ(table_->LeasesOf("idle"), 4) << "half, when it was stalled for a ttl";
  ASSERT_THAT(Grant("honest", 8), SizeIs(4));
  Pass(options_.ttl / 2);
  for (int i = 0; i < 8; ++i) {
    if (View(i).worker == "honest") Store(i, "honest", 0b11);
  }
  Pass(options_.ttl / 4);
  for (int i = 0; i < 4; ++i) Renew(i, "idle", false);
  EXPECT_EQ(table_->LeasesOf("idle"), 4) << "nobody waits";
}

TEST_F(LeaseStrikesTest, WorkerFarSlowerThanThoseThatDeliverLosesItsLastLease) {
  Start(4);
  ASSERT_THAT(Grant("idle", 1), ElementsAre(0));
  for (int i = 1; i < 4; ++i) {
    ASSERT_THAT(Grant("honest", 1), ElementsAre(i));
    Pass(options_.ttl / 2);
    Renew(0, "idle", true);
    Store(i, "honest", 0b11);
  }
  for (int n = 0; n < 4 && View(0).leased; ++n) {
    Pass(options_.ttl / 2);
    Renew(0, "idle", true);
  }

  EXPECT_FALSE(View(0).leased);
  EXPECT_EQ(View(0).expired, 1);
  EXPECT_THAT(Grant("honest", 1), ElementsAre(0));
}

// Renewals of a worker that shows no progress, while another waits, until it loses its lease.
TEST_F(LeaseStrikesTest, TimeWithoutALeaseIsNoSlowness) {
  Start(3);
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Grant("honest", 1), ElementsAre(i));
    Pass(options_.ttl / 2);
    Renew(i, "honest");
    Store(i, "honest", 0b11);
    Pass(100 * options_.ttl);  // Idle: there was nothing for it.
  }
  ASSERT_THAT(Grant("idle", 1), ElementsAre(2));
  for (int n = 0; n < 6 && View(2).leased; ++n) {
    Pass(options_.ttl / 2);
    Renew(2, "idle", true);
  }

  EXPECT_FALSE(View(2).leased);
  EXPECT_EQ(View(2).expired, 1);
}

TEST_F(LeaseStrikesTest, SlownessOfAQuarantinedWorkerIsNoMeasure) {
  Start(3);
  ASSERT_THAT(Grant("liar", 1), ElementsAre(0));
  Pass(10 * options_.ttl);
  ASSERT_THAT(Grant("honest", 1), ElementsAre(1));
  Store(0, "liar", 0b11);
  Store(1, "honest", 0b11);
  const auto loses_in = [&](absl::string_view worker, int half_ttls) {
    EXPECT_THAT(Grant(worker, 1), ElementsAre(2));
    for (int n = 0; n < half_ttls && View(2).leased; ++n) {
      Pass(options_.ttl / 2);
      Renew(2, worker, true);
    }
    return !View(2).leased;
  };
  EXPECT_FALSE(loses_in("slow", 40)) << "twice as slow as one that has delivered";
  End(2, v1::LeaseEnded::RETURNED);
  v1::LeaseUpdate update;
  update.mutable_worker_quarantined()->set_worker("liar");
  update.mutable_worker_quarantined()->set_reason("it lied");
  ApplyAll({update});

  EXPECT_TRUE(loses_in("idle", 6));
}

// ---- Workers that say that their engine failed.

TEST_F(LeaseStrikesTest, FailureOfAWorkerThatNeverDeliveredCountsAgainstIt) {
  Start(8);
  for (int n = 0; n < 12; ++n) {
    const std::string worker = absl::StrCat("broken-", n % 3);
    for (const int number : Grant(worker, 8)) End(number, v1::LeaseEnded::FAILED);
    EXPECT_FALSE(table_->MayHold(worker, now_)) << n;
    PassBackoff();
  }

  EXPECT_EQ(View(0).failed, 0);
  EXPECT_EQ(table_->counts().quarantined, 0u);
}

TEST_F(LeaseStrikesTest, AfterAFailureAnotherWorkerComesFirst) {
  Start(1);
  Prove({"ann"});
  Grant("ann", 1);
  EXPECT_EQ(End(0, v1::LeaseEnded::FAILED)[0].ended().cause(), v1::LeaseEnded::FAILED);
  Pass(options_.backoff_most);

  EXPECT_THAT(Grant("ann", 1), IsEmpty());
  EXPECT_THAT(table_->Grant("bob", 1, now_), SizeIs(1));
  Pass(options_.ttl);
  EXPECT_THAT(Grant("ann", 1), SizeIs(1)) << "nobody else came";
}

TEST_F(LeaseStrikesTest, WorkerThatReportsFailuresAndNoResultsWaits) {
  Start(8);
  Prove({"ann"});
  ASSERT_THAT(Grant("ann", 7), SizeIs(7));
  for (int n = 0; n < 3; ++n) End(n, v1::LeaseEnded::FAILED);
  EXPECT_TRUE(table_->MayHold("ann", now_));
  Store(3, "ann", 0b11);
  for (int n = 4; n < 7; ++n) End(n, v1::LeaseEnded::FAILED);
  EXPECT_TRUE(table_->MayHold("ann", now_)) << "it has delivered in between";

  ASSERT_THAT(Grant("ann", 8), ElementsAre(7));
  End(7, v1::LeaseEnded::FAILED);

  EXPECT_FALSE(table_->MayHold("ann", now_));
}

// Each of them delivers one result and then fails on whatever it gets.
TEST_F(LeaseStrikesTest, FailingWorkersBesideAnHonestOneQuarantineNothing) {
  Start(16);
  Prove({"mal-0", "mal-1", "mal-2"});
  for (int n = 0; n < 100 && !table_->Done(); ++n) {
    for (const int number : Grant(absl::StrCat("mal-", n % 3), 8)) {
      End(number, v1::LeaseEnded::FAILED);
    }
    for (const int number : Grant("honest", 1)) Store(number, "honest", 0b11);
    Pass(options_.ttl / 4);
  }

  EXPECT_TRUE(table_->Done());
  EXPECT_EQ(table_->counts().quarantined, 0u);
}

// ---- A worker whose results are all rejects.

TEST_F(LeaseStrikesTest, WorkerThatAloneRejectsWhileAnotherWorksIsQuarantinedAndTheRunContinues) {
  options_.pause_window = 4;
  Start(8);
  ASSERT_THAT(Grant("honest", 1), ElementsAre(0));
  for (int number = 1; number <= 4; ++number) {
    EXPECT_EQ(table_->WhyQuarantined("mal"), "") << "four tasks were on lease, " << number;
    ASSERT_THAT(Grant("mal", 1), ElementsAre(number));
    Store(number, "mal", 0b11, 2);
  }

  EXPECT_EQ(table_->paused(), "");
  EXPECT_THAT(table_->WhyQuarantined("mal"),
              HasSubstr("4 of the last 4 results are rejects, a share of 1.000 (limit 0.990); the "
                        "commonest reason is VERDICT, 4 of them, and this worker made them all"));
  Store(0, "honest", 0b11, 2);
  EXPECT_EQ(table_->paused(), "") << "the window began again";
}

TEST_F(LeaseStrikesTest, RunPausesIfTwoWorkersRejectOrNobodyElseWorks) {
  options_.pause_window = 4;
  const auto reject = [this](int number, absl::string_view worker) {
    ASSERT_THAT(Grant(worker, 1), ElementsAre(number));
    Store(number, worker, 0b11, 2);
  };
  Start(8);
  reject(0, "ann");
  reject(1, "bob");
  reject(2, "ann");
  EXPECT_NE(table_->paused(), "");

  Start(8);
  for (int number = 0; number < 3; ++number) reject(number, "ann");
  EXPECT_NE(table_->paused(), "");
  EXPECT_EQ(table_->WhyQuarantined("ann"), "");
}

}  // namespace
}  // namespace quipu::pipelines
