// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/lease_table_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOk;
using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class LeaseTableTest : public testing::LeaseTableFixture {};

// ---- Granting.

TEST_F(LeaseTableTest, GrantsInOrderOfAdditionAndNoChunkTwice) {
  Start(4);

  EXPECT_THAT(Grant("ann", 2), ElementsAre(0, 1));
  EXPECT_THAT(Grant("bob", 4), ElementsAre(2, 3));
  EXPECT_THAT(Grant("cid", 4), IsEmpty());
  EXPECT_EQ(View(1).worker, "ann");
  EXPECT_EQ(table_->counts().leased, 8u);
  EXPECT_EQ(table_->LeasesOf("bob"), 2);
}

TEST_F(LeaseTableTest, GivesAWorkerItsShareAndNoMore) {
  Start(12);

  EXPECT_THAT(Grant("ann", 7), SizeIs(7));
  EXPECT_THAT(Grant("ann", 7), SizeIs(1));
  EXPECT_THAT(Grant("ann", 1), IsEmpty());
  EXPECT_THAT(Grant("bob", 100), SizeIs(4));
  EXPECT_THAT(Grant("cid", 0), IsEmpty());
  EXPECT_THAT(Grant("", 1), IsEmpty());
}

TEST_F(LeaseTableTest, TokensGrowWithinAnEpochAndOverEpochs) {
  Start(3);
  Grant("ann", 2);
  const uint64_t first = View(0).token;
  EXPECT_EQ(first, (kEpoch << 32) + 1);
  EXPECT_EQ(View(1).token, first + 1);

  End(0, v1::LeaseEnded::RETURNED);
  Grant("bob", 1);

  EXPECT_EQ(View(0).token, first + 2);
  EXPECT_LT(View(0).token, (kEpoch + 1) << 32);
}

TEST_F(LeaseTableTest, DoesNotGrantWhatIsCompleteAlready) {
  Start(0);
  ASSERT_THAT(table_->Apply(Added(0, 2, 0b11)), IsOk());
  ASSERT_THAT(table_->Apply(Added(1, 2, 0b01)), IsOk());
  chunks_ = 2;

  EXPECT_THAT(Grant("ann", 4), ElementsAre(1));
  EXPECT_EQ(table_->counts().done, 3u);
  EXPECT_EQ(table_->counts().leased, 1u);
  EXPECT_FALSE(table_->Done());
  Store(1, "ann", 0b10);
  EXPECT_TRUE(table_->Done());
}

TEST_F(LeaseTableTest, TakesSixtyFourTasksAChunkAndNotOneMore) {
  EXPECT_THAT(table_->Apply(Added(0, 64, ~uint64_t{0})), IsOk());
  EXPECT_THAT(table_->Apply(Added(1, 65)), StatusIs(kInvalid, HasSubstr("65 tasks")));
  EXPECT_THAT(table_->Apply(Added(1, 0)), StatusIs(kInvalid));
  EXPECT_THAT(table_->Apply(Added(1, 3, 0b1000)), StatusIs(kInvalid));
  EXPECT_THAT(table_->Apply(Added(0, 64)), StatusIs(kInvalid, HasSubstr("added twice")));
  EXPECT_TRUE(table_->Done());
}

// ---- Leases in time.

TEST_F(LeaseTableTest, LeaseIsLostAtItsEndAndNotBefore) {
  Start(1);
  Prove({"ann"});
  Grant("ann", 1);
  EXPECT_EQ(table_->NextEvent(now_), now_ + options_.ttl);

  Pass(options_.ttl - absl::Microseconds(1));
  EXPECT_THAT(Expire(), IsEmpty());
  Pass(absl::Microseconds(1));
  Expire();

  EXPECT_FALSE(View(0).leased);
  EXPECT_EQ(View(0).lost, 1);
  EXPECT_EQ(table_->counts().lost, 1u);
}

TEST_F(LeaseTableTest, RenewingPutsTheEndOffUntilTheAttemptHasLastedLongEnough) {
  options_.max_attempt = absl::Seconds(100);
  Start(1);
  Grant("ann", 1);
  const uint64_t token = View(0).token;
  const absl::Duration began = now_;

  Pass(absl::Seconds(50));
  ApplyAll(table_->Renew(IdOf(0), "ann", token, /*others_starve=*/false, now_));
  EXPECT_EQ(View(0).expires, began + absl::Seconds(100));  // Not 110.
  Pass(absl::Seconds(49));
  EXPECT_THAT(table_->Renew(IdOf(0), "ann", token, /*others_starve=*/false, now_), SizeIs(1));
  Pass(absl::Seconds(1));
  EXPECT_THAT(table_->Renew(IdOf(0), "ann", token, /*others_starve=*/false, now_), IsEmpty());
}

TEST_F(LeaseTableTest, RenewsOnlyForTheWorkerAndTheTokenThatHoldTheLease) {
  Start(2);
  Grant("ann", 1);
  const uint64_t token = View(0).token;

  EXPECT_THAT(table_->Renew(IdOf(0), "bob", token, /*others_starve=*/false, now_), IsEmpty());
  EXPECT_THAT(table_->Renew(IdOf(0), "ann", token + 1, /*others_starve=*/false, now_), IsEmpty());
  EXPECT_THAT(table_->Renew(IdOf(1), "ann", token, /*others_starve=*/false, now_), IsEmpty());
  EXPECT_THAT(table_->Renew(IdOf(9), "ann", token, /*others_starve=*/false, now_), IsEmpty());
}

TEST_F(LeaseTableTest, LostLeaseIsNotRevivedButItsTicketIsValidUntilGrantedAgain) {
  Start(1);
  Grant("ann", 1);
  const uint64_t token = View(0).token;
  Pass(options_.ttl);
  Expire();

  EXPECT_THAT(table_->Renew(IdOf(0), "ann", token, /*others_starve=*/false, now_), IsEmpty());
  EXPECT_EQ(table_->ValidityOf(IdOf(0), token), TicketValidity::kCurrent);
  PassBackoff();
  EXPECT_THAT(Grant("bob", 1), ElementsAre(0));
  EXPECT_EQ(table_->ValidityOf(IdOf(0), token), TicketValidity::kStale);
  EXPECT_EQ(table_->ValidityOf(IdOf(0), View(0).token), TicketValidity::kCurrent);
  EXPECT_EQ(table_->ValidityOf(IdOf(7), token), TicketValidity::kUnknown);
  EXPECT_EQ(table_->ValidityOf(IdOf(0), 0), TicketValidity::kStale);
}

TEST_F(LeaseTableTest, LateResultOfALostLeaseCompletesTheChunk) {
  Start(1);
  Grant("ann", 1);
  Pass(options_.ttl);
  Expire();

  Store(0, "ann", 0b11);

  PassBackoff();
  EXPECT_THAT(Grant("bob", 1), IsEmpty());
  EXPECT_TRUE(table_->Done());
}

TEST_F(LeaseTableTest, TicketOfAnEarlierEpochIsValidAndItsLeaseContinuesWithItsToken) {
  Start(2);
  const uint64_t old = (kEpoch - 1) << 32 | 7;
  EXPECT_EQ(table_->ValidityOf(IdOf(0), old), TicketValidity::kCurrent);

  ApplyAll(table_->Renew(IdOf(0), "ann", old, /*others_starve=*/false, now_));

  EXPECT_EQ(View(0).token, old);
  EXPECT_EQ(View(0).worker, "ann");
  EXPECT_THAT(Grant("bob", 2), ElementsAre(1));
  // A still older one, and one that this epoch never granted.
  EXPECT_EQ(table_->ValidityOf(IdOf(0), old - 1), TicketValidity::kStale);
  EXPECT_EQ(table_->ValidityOf(IdOf(0), (kEpoch << 32) + 9), TicketValidity::kStale);
  EXPECT_EQ(table_->ValidityOf(IdOf(0), (kEpoch + 1) << 32), TicketValidity::kStale);
}

// ---- Pauses and quarantined workers.

// One chunk after the other, so that no more than two tasks are ever on lease.
class LeasePauseTest : public LeaseTableTest {
 protected:
  void Make(int number, int rejected, v1::RejectReason why = v1::REJECT_REASON_VERDICT) {
    ASSERT_THAT(Grant("ann", 1), ElementsAre(number));
    Store(number, "ann", 0b11, rejected, why);
  }
};

TEST_F(LeasePauseTest, RunPausesWhenAFullWindowHasTooManyRejects) {
  options_.pause_window = 4;
  options_.pause_reject_share = 0.75;
  Start(6);
  Make(0, 0);
  Make(1, 2);
  Grant("ann", 1);
  Store(2, "ann", 0b01, 1);  // Three of the last four, but the first two do not count.
  EXPECT_EQ(table_->paused(), "");

  Store(2, "ann", 0b10, 0);  // Three of four: at the limit.

  EXPECT_THAT(table_->paused(), HasSubstr("3 of the last 4 results are rejects"));
  EXPECT_THAT(Grant("bob", 1), IsEmpty());
}

TEST_F(LeasePauseTest, NamesTheCommonestReasonAndItsNumber) {
  options_.pause_window = 4;
  options_.pause_reject_share = 0.75;
  Start(6);
  Make(0, 2, v1::REJECT_REASON_EMPTY);  // Has left the window by then.
  Make(1, 0);
  Make(2, 1, v1::REJECT_REASON_EMPTY);
  Make(3, 2, v1::REJECT_REASON_NOT_GROUNDED);

  EXPECT_EQ(table_->paused(),
            "3 of the last 4 results are rejects, a share of 0.750 (limit 0.750); the commonest "
            "reason is NOT_GROUNDED, 2 of them");
}

TEST_F(LeasePauseTest, DoesNotComeUnderTheShareAndForgetsOldResults) {
  options_.pause_window = 4;
  options_.pause_reject_share = 0.75;
  Start(6);
  Make(0, 2);
  Make(1, 0);
  Make(2, 2);  // 2 of the last 4, though 4 of 6.
  EXPECT_EQ(table_->paused(), "");

  Store(3, "", 0b11, 2);  // Decided by the coordinator: not the workers'.
  EXPECT_EQ(table_->paused(), "");
  ASSERT_THAT(Grant("ann", 1), ElementsAre(4));
  Store(4, "ann", 0b01, 1);
  EXPECT_NE(table_->paused(), "");
}

// Bug: a fleet of workers that began together paused a run with 59 % accepted pairs.
TEST_F(LeasePauseTest, DoesNotComeOfTheFirstResultsOfLeasesThatBeganTogether) {
  options_.pause_window = 4;
  Start(10);
  ASSERT_THAT(Grant("ann", 6), SizeIs(6));
  // What is refused halfway comes first.
  for (int number = 0; number < 6; ++number) Store(number, "ann", 0b01, 1);
  EXPECT_EQ(table_->paused(), "");
  for (int number = 0; number < 6; ++number) Store(number, "ann", 0b10, 0);
  EXPECT_EQ(table_->paused(), "");

  Make(6, 2);
  EXPECT_EQ(table_->paused(), "");
  Make(7, 2);

  EXPECT_THAT(table_->paused(), HasSubstr("4 of the last 4 results are rejects"));
}

TEST_F(LeasePauseTest, EmptiesTheWindowWhenItEnds) {
  options_.pause_window = 2;
  Start(6);
  Make(0, 2);
  Make(1, 2);
  ASSERT_NE(table_->paused(), "");
  v1::LeaseUpdate resumed;
  resumed.mutable_resumed();
  ApplyAll({resumed});

  Make(2, 2);
  EXPECT_EQ(table_->paused(), "");
  Make(3, 2);
  EXPECT_NE(table_->paused(), "");
}

TEST_F(LeasePauseTest, NeverComesOfAShareOverOne) {
  options_.pause_window = 2;
  options_.pause_reject_share = 1.01;
  Start(4);
  for (int number = 0; number < 4; ++number) Make(number, 2);
  EXPECT_EQ(table_->paused(), "");
}

TEST_F(LeaseTableTest, QuarantinedWorkerGetsNothingAndItsLeasesEndAtNoCost) {
  Start(2);
  Grant("ann", 1);
  v1::LeaseUpdate update;
  update.mutable_worker_quarantined()->set_worker("ann");
  EXPECT_THAT(table_->Apply(update), StatusIs(kInvalid));  // No reason.
  update.mutable_worker_quarantined()->set_reason("lied");
  ApplyAll({update});

  EXPECT_NE(table_->WhyQuarantined("ann"), "");
  EXPECT_EQ(table_->WhyQuarantined("bob"), "");
  EXPECT_EQ(table_->LeasesOf("ann"), 0);
  EXPECT_THAT(Grant("ann", 1), IsEmpty());
  EXPECT_THAT(Grant("bob", 1), ElementsAre(0));
  EXPECT_EQ(View(0).lost, 0);
  v1::LeaseUpdate reinstated;
  reinstated.mutable_worker_reinstated()->set_worker("ann");
  ApplyAll({reinstated});
  EXPECT_THAT(Grant("ann", 1), ElementsAre(1));
}

// ---- Updates that do not apply.

TEST_F(LeaseTableTest, RefusesUpdatesThatDoNotFitAndChangesNothing) {
  Start(2);
  Grant("ann", 1);
  const auto expect_refused = [&](auto fill) {
    v1::LeaseUpdate update;
    fill(update);
    EXPECT_THAT(table_->Apply(update), StatusIs(kInvalid)) << update.DebugString();
  };
  const auto granted = [&](int number, uint64_t token, absl::string_view worker) {
    expect_refused([&](v1::LeaseUpdate& update) {
      *update.mutable_granted()->mutable_chunk() = IdOf(number);
      update.mutable_granted()->set_token(token);
      update.mutable_granted()->set_worker(worker.data(), worker.size());
    });
  };
  const auto stored = [&](int number, uint64_t done, uint32_t rejected) {
    expect_refused([&](v1::LeaseUpdate& update) {
      *update.mutable_stored()->mutable_chunk() = IdOf(number);
      update.mutable_stored()->set_done(done);
      for (uint32_t k = 0; k < rejected; ++k) {
        update.mutable_stored()->add_rejects(v1::REJECT_REASON_VERDICT);
      }
    });
  };
  const uint64_t token = View(0).token;
  granted(0, token + 1, "bob");           // Leased.
  granted(1, token, "bob");               // A token twice.
  granted(1, (kEpoch + 1) << 32, "bob");  // Of a later epoch.
  granted(1, token + 1, "");              // Without a worker.
  granted(5, token + 1, "bob");           // Unknown.
  stored(0, 0, 0);
  stored(0, 0b100, 0);  // Beyond its tasks.
  stored(0, 0b1, 2);    // More rejects than results.
  stored(5, 0b1, 0);
  expect_refused([](v1::LeaseUpdate&) {});
  expect_refused([&](v1::LeaseUpdate& update) {
    *update.mutable_ended()->mutable_chunk() = IdOf(0);
    update.mutable_ended()->set_token(token + 1);
    update.mutable_ended()->set_cause(v1::LeaseEnded::LOST);
  });
  expect_refused([&](v1::LeaseUpdate& update) {
    *update.mutable_ended()->mutable_chunk() = IdOf(0);
    update.mutable_ended()->set_token(token);
    update.mutable_ended()->set_cause(v1::LeaseEnded::DONE);  // With open tasks.
  });
  expect_refused([&](v1::LeaseUpdate& update) {
    *update.mutable_quarantined()->mutable_chunk() = IdOf(0);  // Leased.
    update.mutable_quarantined()->set_open(0b11);
  });
  expect_refused([&](v1::LeaseUpdate& update) {
    *update.mutable_released()->mutable_chunk() = IdOf(0);
    update.mutable_released()->set_pending(0b11);
  });
  expect_refused([&](v1::LeaseUpdate& update) { update.mutable_paused(); });

  EXPECT_EQ(View(0).token, token);
  EXPECT_EQ(table_->counts().leases, 1u);
  EXPECT_THAT(Grant("bob", 8), ElementsAre(1));
}

}  // namespace
}  // namespace quipu::pipelines
