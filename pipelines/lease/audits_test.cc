// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Audits: results repeated by other workers.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/lease/table.h"
#include "tests/support/lease_table_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Every chunk is audited; those of `made` chunks are ann's.
class LeaseAuditTest : public testing::LeaseTableFixture {
 protected:
  LeaseAuditTest() { options_.audit_share = 1; }

  void StartMade(int made, int chunks) {
    Start(chunks);
    ASSERT_THAT(Grant("ann", made), SizeIs(made));
    for (int number = 0; number < made; ++number) Store(number, "ann", 0b11);
  }

  // Chunk 0 of ann, 0b01, and bob, 0b10.
  void StartTwoMakers() {
    Start(1);
    Grant("ann", 1);
    Store(0, "ann", 0b01);
    End(0, v1::LeaseEnded::RETURNED);
    Grant("bob", 1);
    Store(0, "bob", 0b10);
  }

  void Withdraw(int number, absl::string_view worker, uint64_t mask) {
    v1::LeaseUpdate update;
    *update.mutable_withdrawn()->mutable_chunk() = IdOf(number);
    update.mutable_withdrawn()->set_worker(std::string(worker));
    update.mutable_withdrawn()->set_pending(mask);
    ApplyAll({update});
  }

  // Ann's chunk 0, that bob's results differ from.
  void StartDispute() {
    StartMade(1, 1);
    Grant("bob", 1);
    Audit(0, "bob", false);
    ASSERT_EQ(table_->counts().disputes, 1u);
  }
};

TEST_F(LeaseAuditTest, GoesToAnotherWorkerBeforeOtherWork) {
  StartMade(1, 2);
  EXPECT_EQ(table_->counts().audits_open, 1u);

  EXPECT_THAT(Grant("ann", 4), ElementsAre(1));
  EXPECT_THAT(Grant("bob", 4), ElementsAre(0));

  EXPECT_TRUE(View(0).audit);
  EXPECT_EQ(table_->counts().leased, 2u);  // Those of chunk 1: the audit's have results.
  EXPECT_EQ(table_->counts().leases, 2u);
}

TEST_F(LeaseAuditTest, SameResultsPassForGood) {
  StartMade(1, 1);
  Grant("bob", 1);
  EXPECT_FALSE(table_->Done());
  EXPECT_THAT(UnauditedOf("ann"), SizeIs(1));

  const Updates settled = Audit(0, "bob", true);

  ASSERT_THAT(settled, SizeIs(2));
  EXPECT_EQ(settled[0].ended().cause(), v1::LeaseEnded::DONE);
  EXPECT_EQ(settled[1].audit_verdict().verdict(), v1::AuditVerdict::SAME);
  EXPECT_EQ(settled[1].audit_verdict().worker(), "ann");
  EXPECT_EQ(settled[1].audit_verdict().auditor(), "bob");
  EXPECT_EQ(table_->counts().audits_passed, 1u);
  EXPECT_THAT(UnauditedOf("ann"), IsEmpty());
  EXPECT_TRUE(table_->Done());
}

TEST_F(LeaseAuditTest, OfTwoThatDifferTheOneWhomNobodyAgreesWithLied) {
  StartDispute();
  EXPECT_THAT(Grant("ann", 1), IsEmpty());
  EXPECT_THAT(Grant("bob", 1), IsEmpty());
  ASSERT_THAT(Grant("cid", 1), ElementsAre(0));

  const Updates settled = Audit(0, "cid", false, true);

  ASSERT_THAT(settled, SizeIs(3));
  EXPECT_EQ(settled[1].audit_verdict().verdict(), v1::AuditVerdict::FIRST_LIED);
  EXPECT_EQ(settled[1].audit_verdict().decider(), "cid");
  EXPECT_NE(table_->WhyQuarantined("ann"), "");
  EXPECT_EQ(table_->counts().audits_failed, 1u);
  ASSERT_THAT(UnauditedOf("ann"), SizeIs(1));
  EXPECT_EQ(UnauditedOf("ann")[0].mask, 0b11u);
}

TEST_F(LeaseAuditTest, AuditorMayBeTheOneWhoLied) {
  StartDispute();
  Grant("cid", 1);

  const Updates settled = Audit(0, "cid", true, false);

  EXPECT_EQ(settled[1].audit_verdict().verdict(), v1::AuditVerdict::SECOND_LIED);
  EXPECT_NE(table_->WhyQuarantined("bob"), "");
  EXPECT_EQ(table_->WhyQuarantined("ann"), "");
  EXPECT_THAT(UnauditedOf("ann"), IsEmpty());
  EXPECT_TRUE(table_->Done());
}

TEST_F(LeaseAuditTest, ThreeResultsOfThreeWorkersPauseTheRunAndAFourthDecides) {
  StartDispute();
  Grant("cid", 1);

  Audit(0, "cid", false, false);

  EXPECT_THAT(table_->paused(), HasSubstr("three workers made three results"));
  EXPECT_THAT(table_->paused(), HasSubstr("ann, bob and cid"));
  EXPECT_EQ(table_->counts().disputes, 1u);
  v1::LeaseUpdate resumed;
  resumed.mutable_resumed();
  ApplyAll({resumed});
  EXPECT_THAT(Grant("cid", 1), IsEmpty());
  EXPECT_THAT(Grant("dan", 1), ElementsAre(0));
  Audit(0, "dan", true, false);
  EXPECT_NE(table_->WhyQuarantined("bob"), "");
}

TEST_F(LeaseAuditTest, OnlyItsOwnWorkerDecidesAnAudit) {
  StartMade(1, 2);
  Grant("bob", 1);
  Grant("cid", 1);

  EXPECT_THAT(table_->Audit(IdOf(0), "cid", true, false, now_), IsEmpty());
  EXPECT_THAT(table_->Audit(IdOf(1), "cid", true, false, now_), IsEmpty());  // No audit.
  EXPECT_THAT(table_->Audit(IdOf(9), "cid", true, false, now_), IsEmpty());
}

TEST_F(LeaseAuditTest, LostAuditIsAskedOfOthersFirstAndCostsTheChunkNothing) {
  StartMade(1, 1);
  Prove({"bob"});
  Grant("bob", 1);
  const Updates lost = LoseAll("bob");
  ASSERT_THAT(lost, SizeIs(1));
  EXPECT_TRUE(lost[0].ended().audit());
  const absl::Duration until = absl::Microseconds(lost[0].ended().not_before_us());

  EXPECT_EQ(View(0).lost, 0);
  if (until > now_) {
    EXPECT_THAT(Grant("bob", 1), IsEmpty());
    EXPECT_EQ(table_->NextEvent(now_), until);
  }
  EXPECT_THAT(table_->Grant("cid", 1, now_), SizeIs(1));
  now_ = until;
  EXPECT_THAT(Grant("bob", 1), ElementsAre(0));
}

TEST_F(LeaseAuditTest, EnginesThatFailAtAnAuditDoNotQuarantineTheChunk) {
  StartMade(1, 1);
  for (int n = 0; n < 2 * options_.max_failed_attempts; ++n) {
    PassBackoff();
    ASSERT_THAT(Grant(n % 2 == 0 ? "bob" : "cid", 1), ElementsAre(0));
    EXPECT_THAT(End(0, v1::LeaseEnded::FAILED), SizeIs(1));
  }
  EXPECT_EQ(View(0).failed, 0);
  EXPECT_FALSE(View(0).quarantined);
}

TEST_F(LeaseAuditTest, ReturnedAuditMayBeTakenByTheSameWorkerAtOnce) {
  StartMade(1, 1);
  Grant("bob", 1);
  End(0, v1::LeaseEnded::RETURNED);
  EXPECT_THAT(Grant("bob", 1), ElementsAre(0));
}

TEST_F(LeaseAuditTest, EachMakersPartOfAChunkIsAudited) {
  StartTwoMakers();
  EXPECT_EQ(table_->counts().audits_open, 1u);
  EXPECT_THAT(Grant("ann", 1), IsEmpty());
  ASSERT_THAT(Grant("bob", 1), ElementsAre(0));
  EXPECT_EQ(View(0).tasks, 0b01u);

  Audit(0, "bob", true);

  EXPECT_THAT(UnauditedOf("ann"), IsEmpty());
  EXPECT_EQ(UnauditedOf("bob")[0].mask, 0b10u);
  EXPECT_THAT(Grant("bob", 1), IsEmpty());
  ASSERT_THAT(Grant("ann", 1), ElementsAre(0));
  EXPECT_EQ(View(0).tasks, 0b10u);

  const Updates settled = Audit(0, "ann", true);

  EXPECT_EQ(settled.back().audit_verdict().worker(), "bob");
  EXPECT_EQ(table_->counts().audits_passed, 2u);
  EXPECT_THAT(UnauditedOf("bob"), IsEmpty());
  EXPECT_TRUE(table_->Done());
}

TEST_F(LeaseAuditTest, LiarAmongTwoMakersLosesItsPartAlone) {
  StartTwoMakers();
  Grant("cid", 1);
  Audit(0, "cid", false);
  Grant("bob", 1);
  const Updates settled = Audit(0, "bob", false, true);

  EXPECT_EQ(settled[1].audit_verdict().verdict(), v1::AuditVerdict::FIRST_LIED);
  EXPECT_NE(table_->WhyQuarantined("ann"), "");
  ASSERT_THAT(UnauditedOf("ann"), SizeIs(1));
  Withdraw(0, "ann", UnauditedOf("ann")[0].mask);
  EXPECT_EQ(View(0).done, 0b10u);
  ASSERT_THAT(Grant("cid", 1), ElementsAre(0));
  Store(0, "cid", 0b01);
  EXPECT_EQ(table_->counts().audits_open, 1u);  // Of bob's part, then of cid's.
}

TEST_F(LeaseAuditTest, AuditorWhoLiedIsNotAskedAboutItsOwnPart) {
  StartTwoMakers();
  Grant("bob", 1);
  Audit(0, "bob", false);
  Grant("cid", 1);

  const Updates settled = Audit(0, "cid", true, false);

  ASSERT_THAT(settled, SizeIs(3));
  EXPECT_EQ(settled[1].audit_verdict().verdict(), v1::AuditVerdict::SECOND_LIED);
  EXPECT_EQ(settled[2].worker_quarantined().worker(), "bob");
  EXPECT_EQ(table_->counts().audits_open, 0u);
  Withdraw(0, "bob", 0b10);
  Grant("cid", 1);
  Store(0, "cid", 0b10);
  EXPECT_EQ(table_->counts().audits_open, 1u);
  EXPECT_THAT(Grant("ann", 1), ElementsAre(0));  // Cid's part: ann's has passed.
}

TEST_F(LeaseAuditTest, WhatAWorkerAddsAfterItsAuditIsAuditedToo) {
  StartTwoMakers();
  Grant("bob", 1);
  Audit(0, "bob", true);  // Ann's part.
  Withdraw(0, "bob", 0b10);
  Grant("ann", 1);
  Store(0, "ann", 0b10);

  EXPECT_EQ(table_->counts().audits_open, 1u);
  ASSERT_THAT(UnauditedOf("ann"), SizeIs(1));
  EXPECT_EQ(UnauditedOf("ann")[0].mask, 0b11u);
}

TEST_F(LeaseAuditTest, PartsThatNobodyCanAuditAreSkippedOneByOne) {
  StartTwoMakers();
  EXPECT_THAT(table_->SkipAudits({"ann", "bob"}), IsEmpty());
  ApplyAll(table_->SkipAudits({"ann"}));
  EXPECT_FALSE(table_->Done());  // Bob's part can be made by ann.
  EXPECT_THAT(table_->SkipAudits({"ann"}), IsEmpty());
  ApplyAll(table_->SkipAudits({}));
  EXPECT_TRUE(table_->Done());
}

TEST_F(LeaseAuditTest, ChunkThatWasGivenUpIsNotAuditedBeforeItIsReleased) {
  options_.trusted = true;
  Start(1);
  Grant("ann", 1);
  Store(0, "ann", 0b01);
  for (int n = 0; n < options_.max_failed_attempts; ++n) {
    if (n > 0) {
      PassBackoff();
      ASSERT_THAT(Grant("bob", 1), ElementsAre(0));
    }
    End(0, v1::LeaseEnded::FAILED);
  }
  ASSERT_TRUE(View(0).quarantined);
  Store(0, "", 0b10);
  EXPECT_EQ(table_->counts().audits_open, 0u);
  EXPECT_THAT(table_->AskAudits(), IsEmpty());

  ApplyAll(table_->Release());
  Grant("bob", 1);
  Store(0, "bob", 0b10);

  EXPECT_EQ(table_->counts().audits_open, 1u);
}

TEST_F(LeaseAuditTest, ResultsWithoutAWorkerAreNotAudited) {
  Start(1);
  Store(0, "", 0b11);
  EXPECT_TRUE(table_->Done());
}

TEST_F(LeaseAuditTest, DrawsTheShareThatWasAskedForTheSameOnesEveryTime) {
  options_.audit_share = 0.25;
  options_.max_leases_per_worker = 2000;
  std::vector<uint64_t> open;
  for (int round = 0; round < 2; ++round) {
    Start(1000);
    for (int number = 0; number < 1000; ++number) Store(number, "ann", 0b11);
    open.push_back(table_->counts().audits_open);
  }
  EXPECT_EQ(open[0], open[1]);
  EXPECT_GT(open[0], 180u);
  EXPECT_LT(open[0], 320u);
  options_.key = FingerprintOf("another key");
  Start(1000);
  int same = 0;
  for (int number = 0; number < 1000; ++number) {
    same += Store(number, "ann", 0b11).back().has_audit_asked() ? 1 : 0;
  }
  EXPECT_GT(same, 180);
}

TEST_F(LeaseAuditTest, AuditThatNobodyCanDoIsSkippedOnceNothingElseIsLeft) {
  StartMade(1, 2);
  EXPECT_THAT(table_->SkipAudits({"ann"}), IsEmpty());  // Chunk 1 is open.
  Grant("ann", 1);
  Store(1, "ann", 0b11);

  EXPECT_THAT(table_->SkipAudits({"ann", "bob"}), IsEmpty());
  EXPECT_THAT(table_->SkipAudits({}), SizeIs(2));
  EXPECT_THAT(ApplyAll(table_->SkipAudits({"ann"})), SizeIs(2));

  EXPECT_TRUE(table_->Done());
  EXPECT_THAT(UnauditedOf("ann"), SizeIs(2));
}

TEST_F(LeaseAuditTest, AuditIsSkippedIfThoseWhoCouldDoItAreQuarantined) {
  StartMade(1, 1);
  v1::LeaseUpdate update;
  update.mutable_worker_quarantined()->set_worker("bob");
  update.mutable_worker_quarantined()->set_reason("invalid results");
  ApplyAll({update});
  EXPECT_THAT(table_->SkipAudits({"ann", "bob"}), SizeIs(1));
}

TEST_F(LeaseAuditTest, AuditInWorkAndDisputeAreNotSkipped) {
  StartMade(2, 2);
  Grant("bob", 1);
  EXPECT_THAT(table_->SkipAudits({}), SizeIs(1));  // The other one.
  Audit(0, "bob", false);
  EXPECT_THAT(table_->SkipAudits({}), SizeIs(1));
}

TEST_F(LeaseAuditTest, AuditThatWasLostTooOftenIsSkippedThoughSomebodyCouldDoIt) {
  StartMade(1, 1);
  Prove({"bob"});
  for (int n = 0; n < options_.max_lost_attempts + options_.max_failed_attempts; ++n) {
    EXPECT_THAT(table_->SkipAudits({"ann", "bob", "cid"}), IsEmpty());
    PassBackoff();
    ASSERT_THAT(Grant("bob", 1), ElementsAre(0));
    LoseAll("bob");
  }
  EXPECT_THAT(table_->SkipAudits({"ann", "bob", "cid"}), SizeIs(1));
}

// ---- Withdrawing results.

TEST_F(LeaseAuditTest, WithdrawnResultsArePendingAndOldTicketsAreStale) {
  StartMade(1, 1);
  const uint64_t token = View(0).fence;
  Grant("bob", 1);
  v1::LeaseUpdate update;
  *update.mutable_withdrawn()->mutable_chunk() = IdOf(0);
  update.mutable_withdrawn()->set_worker("bob");
  update.mutable_withdrawn()->set_pending(0b11);
  EXPECT_THAT(table_->Apply(update), StatusIs(absl::StatusCode::kInvalidArgument));  // Not his.

  Withdraw(0, "ann", 0b11);

  EXPECT_EQ(View(0).done, 0u);
  EXPECT_FALSE(View(0).leased);
  EXPECT_EQ(table_->counts().audits_open, 0u);
  EXPECT_EQ(table_->LeasesOf("bob"), 0);
  EXPECT_EQ(table_->ValidityOf(IdOf(0), token), TicketValidity::kStale);
  EXPECT_THAT(UnauditedOf("ann"), IsEmpty());
  EXPECT_THAT(Grant("cid", 1), ElementsAre(0));
  EXPECT_FALSE(View(0).audit);
  Store(0, "cid", 0b11);
  EXPECT_EQ(table_->counts().audits_open, 1u);  // Drawn again.
}

TEST_F(LeaseAuditTest, TakingBackOneMakersResultsLeavesTheOthers) {
  StartTwoMakers();

  Withdraw(0, "ann", 0b01);

  EXPECT_EQ(View(0).done, 0b10u);
  EXPECT_EQ(UnauditedOf("bob")[0].mask, 0b10u);
  Grant("bob", 1);
  Store(0, "bob", 0b01);
  EXPECT_EQ(table_->counts().audits_open, 1u);  // All bob's now.
}

TEST_F(LeaseAuditTest, WorkersThatMadeMuchDoNotHideWhatOthersMayAudit) {
  options_.max_leases_per_worker = 2000;
  Start(600);
  for (int number = 0; number < 599; ++number) Store(number, "ann", 0b11);
  Store(599, "bob", 0b11);

  EXPECT_THAT(Grant("ann", 8), ElementsAre(599));
  EXPECT_THAT(Grant("bob", 800), SizeIs(599));
}

}  // namespace
}  // namespace quipu::pipelines
