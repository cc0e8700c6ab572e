// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A table made from its journal.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/lease/journal.h"
#include "pipelines/lease/table.h"
#include "tests/support/lease_table_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOk;
using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class LeaseReplayTest : public testing::LeaseTableFixture {
 protected:
  static constexpr uint64_t kOld = (kEpoch - 1) << 32;

  v1::LeaseUpdate Granted(int number, uint64_t token, absl::string_view worker) {
    v1::LeaseUpdate update;
    *update.mutable_granted()->mutable_chunk() = IdOf(number);
    update.mutable_granted()->set_token(token);
    update.mutable_granted()->set_worker(worker.data(), worker.size());
    update.mutable_granted()->set_expires_us(absl::ToInt64Microseconds(now_ + options_.ttl));
    update.mutable_granted()->set_ends_us(absl::ToInt64Microseconds(now_ + options_.max_attempt));
    return update;
  }
  v1::LeaseUpdate Ended(int number, uint64_t token, v1::LeaseEnded::Cause cause) {
    v1::LeaseUpdate update;
    *update.mutable_ended()->mutable_chunk() = IdOf(number);
    update.mutable_ended()->set_token(token);
    update.mutable_ended()->set_cause(cause);
    update.mutable_ended()->set_not_before_us(int64_t{1} << 60);  // Of another clock.
    return update;
  }
  v1::LeaseUpdate Made(int number, absl::string_view worker, uint64_t mask, uint64_t audited = 0) {
    v1::LeaseUpdate update;
    *update.mutable_stored()->mutable_chunk() = IdOf(number);
    update.mutable_stored()->set_worker(worker.data(), worker.size());
    update.mutable_stored()->set_done(mask);
    update.mutable_stored()->set_audited(audited);
    return update;
  }
  v1::LeaseUpdate Settled(int number, v1::AuditVerdict::Verdict verdict) {
    v1::LeaseUpdate update;
    *update.mutable_audit_verdict()->mutable_chunk() = IdOf(number);
    update.mutable_audit_verdict()->set_verdict(verdict);
    update.mutable_audit_verdict()->set_worker("ann");
    return update;
  }
  void Replay(const v1::LeaseUpdate& update) {
    EXPECT_THAT(table_->Replay(update), IsOk()) << update.DebugString();
  }
};

TEST_F(LeaseReplayTest, GrantOfAnOpenChunkIsALeaseAgain) {
  Start(2);

  Replay(Granted(0, kOld + 5, "ann"));

  EXPECT_EQ(View(0).worker, "ann");
  EXPECT_EQ(View(0).token, kOld + 5);
  EXPECT_THAT(Grant("bob", 2), ElementsAre(1));
  EXPECT_THAT(table_->Renew(IdOf(0), "ann", kOld + 5, /*others_starve=*/false, now_), SizeIs(1));
}

// Nothing is known yet of the progress of its worker.
TEST_F(LeaseReplayTest, LeasesOfAnEarlierStartAreNotStalled) {
  Start(3);
  Replay(Granted(0, kOld + 5, "ann"));
  Replay(Granted(1, kOld + 6, "ann"));
  ASSERT_THAT(Grant("bob", 1), ElementsAre(2));
  Store(2, "bob", 0b11);

  for (int number = 0; number < 2; ++number) {
    EXPECT_TRUE(Renew(number, "ann", /*others_starve=*/true).at(0).has_renewed()) << number;
  }
}

TEST_F(LeaseReplayTest, GrantOfACompleteChunkRaisesTheFenceAlone) {
  Start(0);
  ASSERT_THAT(table_->Apply(Added(0, 2, 0b11)), IsOk());

  Replay(Granted(0, kOld + 5, "ann"));

  EXPECT_FALSE(View(0).leased);
  EXPECT_EQ(View(0).fence, kOld + 5);
  EXPECT_EQ(table_->ValidityOf(IdOf(0), kOld + 4), TicketValidity::kStale);
  EXPECT_TRUE(table_->Done());
}

TEST_F(LeaseReplayTest, LaterGrantReplacesTheOneBeforeItAndAnOlderOneDoesNot) {
  Start(1);
  Replay(Granted(0, kOld + 5, "ann"));
  Replay(Granted(0, kOld + 6, "bob"));  // Ann returned hers: not in the journal.
  Replay(Granted(0, kOld + 4, "cid"));

  EXPECT_EQ(View(0).worker, "bob");
  EXPECT_EQ(table_->LeasesOf("ann"), 0);
  EXPECT_EQ(table_->counts().leases, 1u);
}

TEST_F(LeaseReplayTest, LossCountsWithOrWithoutItsLeaseAndMayBeTriedAtOnce) {
  Start(2);
  Replay(Granted(0, kOld + 5, "ann"));
  Replay(Ended(0, kOld + 5, v1::LeaseEnded::LOST));
  Replay(Ended(1, kOld + 6, v1::LeaseEnded::FAILED));
  v1::LeaseUpdate audit = Ended(1, kOld + 7, v1::LeaseEnded::LOST);
  audit.mutable_ended()->set_audit(true);
  Replay(audit);

  EXPECT_EQ(View(0).lost, 1);
  EXPECT_EQ(View(1).lost, 0);
  EXPECT_EQ(View(1).failed, 1);
  EXPECT_EQ(View(1).fence, kOld + 7);
  EXPECT_EQ(table_->counts().lost, 0u);  // Of this start.
  EXPECT_THAT(Grant("bob", 2), SizeIs(2));
}

TEST_F(LeaseReplayTest, QuarantineHoldsOnlyWithItsRejects) {
  Start(0);
  ASSERT_THAT(table_->Apply(Added(0, 2, 0b11)), IsOk());
  ASSERT_THAT(table_->Apply(Added(1, 2, 0b01)), IsOk());
  for (int number = 0; number < 2; ++number) {
    v1::LeaseUpdate update;
    *update.mutable_quarantined()->mutable_chunk() = IdOf(number);
    update.mutable_quarantined()->set_open(0b10);
    Replay(update);
  }
  chunks_ = 2;

  EXPECT_TRUE(View(0).quarantined);
  EXPECT_FALSE(View(1).quarantined);
  EXPECT_EQ(table_->counts().quarantined, 1u);
  EXPECT_THAT(Grant("ann", 2), ElementsAre(1));
  EXPECT_THAT(table_->Release(), SizeIs(1));
}

TEST_F(LeaseReplayTest, TakingBackLeavesTheResultsThatWereMadeSince) {
  Start(0);
  ASSERT_THAT(table_->Apply(Added(0, 2, 0b11)), IsOk());
  v1::LeaseUpdate update;
  *update.mutable_withdrawn()->mutable_chunk() = IdOf(0);
  update.mutable_withdrawn()->set_worker("ann");
  update.mutable_withdrawn()->set_pending(0b11);

  Replay(Granted(0, kOld + 5, "ann"));
  Replay(update);
  Replay(Made(0, "bob", 0b11));

  EXPECT_EQ(View(0).done, 0b11u);
  EXPECT_THAT(UnauditedOf("ann"), IsEmpty());
  EXPECT_THAT(UnauditedOf("bob"), SizeIs(1));
  EXPECT_EQ(table_->ValidityOf(IdOf(0), kOld + 5), TicketValidity::kStale);
  EXPECT_EQ(table_->ValidityOf(IdOf(0), kOld + 99), TicketValidity::kStale);
}

TEST_F(LeaseReplayTest, UndecidedAuditsAreRequestedAgain) {
  options_.audit_share = 1;
  Start(0);
  for (int number = 0; number < 6; ++number) {
    ASSERT_THAT(table_->Apply(Added(number, 2, 0b11)), IsOk());
  }
  chunks_ = 6;
  Replay(Settled(1, v1::AuditVerdict::SAME));
  Replay(Settled(2, v1::AuditVerdict::SKIPPED));
  Replay(Settled(3, v1::AuditVerdict::DIFFERENT));
  for (int number = 0; number < 4; ++number) {
    Replay(Made(number, "ann", 0b11, number == 1 ? 0b11 : 0));
  }
  Replay(Made(4, "ann", 0b01, 0b01));
  Replay(Made(4, "bob", 0b10));
  Replay(Made(5, "ann", 0b11, 0b01));  // The second was made after the audit.

  const Updates asked = ApplyAll(table_->AskAudits());

  ASSERT_THAT(asked, SizeIs(4));
  EXPECT_EQ(NumberOf(asked[0].audit_asked().chunk()), 0);
  EXPECT_EQ(NumberOf(asked[1].audit_asked().chunk()), 3);
  EXPECT_EQ(NumberOf(asked[2].audit_asked().chunk()), 4);
  EXPECT_EQ(asked[2].audit_asked().worker(), "bob");
  EXPECT_EQ(NumberOf(asked[3].audit_asked().chunk()), 5);
  EXPECT_EQ(table_->counts().disputes, 0u);
  EXPECT_THAT(UnauditedOf("ann"), SizeIs(4));  // Of six parts, two have passed.
  EXPECT_THAT(Grant("bob", 8), ElementsAre(0, 3, 5));
  EXPECT_THAT(Grant("ann", 8), ElementsAre(4));
}

TEST_F(LeaseReplayTest, DisputeIsRequestedAgainThoughNoAuditsAreDrawnAnyMore) {
  options_.audit_share = 0;
  Start(0);
  ASSERT_THAT(table_->Apply(Added(0, 2, 0b11)), IsOk());
  Replay(Settled(0, v1::AuditVerdict::DIFFERENT));
  Replay(Made(0, "ann", 0b11));
  EXPECT_THAT(table_->AskAudits(), SizeIs(1));
}

TEST_F(LeaseReplayTest, AuditOfAnEarlierEpochContinuesByRenewal) {
  options_.audit_share = 1;
  Start(0);
  ASSERT_THAT(table_->Apply(Added(0, 2, 0b11)), IsOk());
  v1::LeaseUpdate granted = Granted(0, kOld + 5, "bob");
  granted.mutable_granted()->set_audit(true);
  Replay(granted);
  Replay(Made(0, "ann", 0b11));
  ApplyAll(table_->AskAudits());

  EXPECT_THAT(table_->Renew(IdOf(0), "ann", kOld + 5, /*others_starve=*/false, now_), IsEmpty());
  ApplyAll(table_->Renew(IdOf(0), "bob", kOld + 5, /*others_starve=*/false, now_));

  EXPECT_TRUE(View(0).audit);
  EXPECT_EQ(View(0).token, kOld + 5);
}

// The worker may be repeating another part than the one requested now.
TEST_F(LeaseReplayTest, AuditOfAPartDoesNotGoOnByRenewal) {
  options_.audit_share = 1;
  Start(0);
  ASSERT_THAT(table_->Apply(Added(0, 2, 0b11)), IsOk());
  chunks_ = 1;
  v1::LeaseUpdate granted = Granted(0, kOld + 5, "cid");
  granted.mutable_granted()->set_audit(true);
  Replay(granted);
  Replay(Made(0, "ann", 0b01));
  Replay(Made(0, "bob", 0b10));
  ApplyAll(table_->AskAudits());

  EXPECT_THAT(table_->Renew(IdOf(0), "cid", kOld + 5, /*others_starve=*/false, now_), IsEmpty());
  EXPECT_THAT(Grant("cid", 1), ElementsAre(0));
}

TEST_F(LeaseReplayTest, PausesAndQuarantinedWorkersAreRemembered) {
  Start(1);
  v1::LeaseUpdate paused;
  paused.mutable_paused()->set_reason("why");
  v1::LeaseUpdate quarantined;
  quarantined.mutable_worker_quarantined()->set_worker("ann");
  quarantined.mutable_worker_quarantined()->set_reason("lied");
  Replay(paused);
  Replay(quarantined);
  EXPECT_EQ(table_->paused(), "why");
  EXPECT_NE(table_->WhyQuarantined("ann"), "");
  Replay(Granted(0, kOld + 5, "ann"));
  EXPECT_FALSE(View(0).leased);
}

TEST_F(LeaseReplayTest, RefusesWhatIsInNoJournal) {
  Start(2);
  Grant("ann", 1);
  v1::LeaseUpdate renewed;
  *renewed.mutable_renewed()->mutable_chunk() = IdOf(0);
  renewed.mutable_renewed()->set_token(View(0).token);
  v1::LeaseUpdate asked;
  *asked.mutable_audit_asked()->mutable_chunk() = IdOf(1);

  for (const v1::LeaseUpdate& update :
       {renewed, asked, v1::LeaseUpdate(), Added(7), Granted(1, kEpoch << 32 | 9, "bob"),
        Granted(1, kOld + 1, ""), Granted(9, kOld + 1, "bob"), Made(1, "bob", 0b01),
        Made(1, "", 0b01), Ended(0, View(0).token, v1::LeaseEnded::LOST),
        Settled(1, v1::AuditVerdict::VERDICT_UNSPECIFIED)}) {
    EXPECT_THAT(table_->Replay(update), StatusIs(kInvalid)) << update.DebugString();
  }
}

}  // namespace
}  // namespace quipu::pipelines
