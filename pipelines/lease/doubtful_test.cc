// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Chunks that many workers let expire: those that deliver get them at once, others wait.
#include <string>

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
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LeaseDoubtfulTest : public testing::LeaseTableFixture {
 protected:
  // Workers of new names take what there is, up to `chunks`, and let it expire.
  void LetExpire(int chunks, int times) {
    for (int n = 0; n < times; ++n) {
      ASSERT_THAT(Grant(absl::StrCat("mal-", names_++), chunks), SizeIs(chunks)) << n;
      Pass(options_.ttl);
      Expire(/*alive=*/true);
    }
  }
  void MakeDoubtful() { LetExpire(1, 2 * options_.max_lost_attempts); }

  int names_ = 0;
};

TEST_F(LeaseDoubtfulTest, AreGivenAtOnceAndWithOthersToAWorkerThatDelivers) {
  Start(3);
  Prove({"ann"});
  MakeDoubtful();

  EXPECT_THAT(Grant("ann", 8), ElementsAre(0, 1, 2));
  EXPECT_THAT(Store(0, "ann", 0b11), SizeIs(2));
  EXPECT_EQ(View(0).expired, 6);
}

TEST_F(LeaseDoubtfulTest, AreTheLastAndAloneWithAWorkerThatHasNotDelivered) {
  Start(2);
  MakeDoubtful();
  ASSERT_THAT(Grant("bob", 1), ElementsAre(1)) << "the last";
  Store(1, "bob", 0b11);
  LetExpire(1, 1);
  EXPECT_THAT(Grant("new", 8), IsEmpty()) << "it waits";
  PassBackoff();

  EXPECT_THAT(Grant("new", 8), ElementsAre(0));
  ASSERT_THAT(table_->Apply(Added(2)), IsOk());
  EXPECT_THAT(Grant("new", 8), IsEmpty()) << "it holds a doubtful chunk";
  Pass(options_.ttl);
  for (const v1::LeaseUpdate& update : Expire(/*alive=*/true)) {
    EXPECT_TRUE(update.ended().alone());
  }
}

TEST_F(LeaseDoubtfulTest, WaitForAWorkerThatLetALeaseExpireUntilItCompletesOne) {
  Start(3);
  Prove({"ann"});
  MakeDoubtful();
  ASSERT_THAT(Grant("ann", 1), ElementsAre(0));
  Store(0, "ann", 0b01);
  Pass(options_.ttl);
  Expire(/*alive=*/true);
  EXPECT_FALSE(table_->Delivers("ann"));
  PassBackoff();

  ASSERT_THAT(Grant("ann", 1), ElementsAre(1));
  Store(1, "ann", 0b01);
  EXPECT_FALSE(table_->Delivers("ann"));
  Store(1, "ann", 0b10);
  EXPECT_TRUE(table_->Delivers("ann"));
}

// They have killed one that delivers: all others wait, as after any loss.
TEST_F(LeaseDoubtfulTest, WaitForEverybodyAfterALoss) {
  options_.backoff_first = options_.backoff_most;
  Start(2);
  Prove({"ann", "bob"});
  MakeDoubtful();
  ASSERT_THAT(Grant("ann", 1), ElementsAre(0));
  const v1::LeaseUpdate lost = LoseAll("ann").at(0);
  EXPECT_EQ(lost.ended().cause(), v1::LeaseEnded::LOST);
  ASSERT_GT(lost.ended().not_before_us(), absl::ToInt64Microseconds(now_));

  EXPECT_THAT(Grant("bob", 8), ElementsAre(1));
  EXPECT_LE(table_->NextEvent(now_), absl::Microseconds(lost.ended().not_before_us()));
  End(1, v1::LeaseEnded::RETURNED);
  PassBackoff();
  EXPECT_THAT(Grant("bob", 8), ElementsAre(0, 1));
}

TEST_F(LeaseDoubtfulTest, AreQuarantinedIfTheyKillWorkersThatDeliver) {
  Start(1);
  Prove({"ann"});
  MakeDoubtful();
  for (int n = 0; n < options_.max_lost_attempts; ++n) {
    PassBackoff();
    ASSERT_THAT(Grant("ann", 1), ElementsAre(0));
    LoseAll("ann");
  }
  EXPECT_TRUE(View(0).quarantined);
}

TEST_F(LeaseDoubtfulTest, ExpiriesLengthenNoWaitAfterAFailure) {
  Start(8);
  Prove({"ann"});
  LetExpire(8, 5);
  ASSERT_THAT(Grant("ann", 8), SizeIs(8));
  for (int number = 0; number < 8; ++number) {
    const v1::LeaseUpdate failed = End(number, v1::LeaseEnded::FAILED).at(0);
    EXPECT_EQ(failed.ended().cause(), v1::LeaseEnded::FAILED);
    EXPECT_LE(absl::Microseconds(failed.ended().not_before_us()), now_ + options_.backoff_first);
  }
}

TEST_F(LeaseDoubtfulTest, OnlyAWorkerWithResultsAndWithoutAStrikeDelivers) {
  Start(2);
  EXPECT_FALSE(table_->Delivers("ann"));
  Grant("ann", 1);
  EXPECT_FALSE(table_->Delivers("ann"));
  Store(0, "ann", 0b11);
  EXPECT_TRUE(table_->Delivers("ann"));
  v1::LeaseUpdate update;
  update.mutable_worker_quarantined()->set_worker("ann");
  update.mutable_worker_quarantined()->set_reason("why");
  ASSERT_THAT(table_->Apply(update), IsOk());
  EXPECT_FALSE(table_->Delivers("ann"));
}

}  // namespace
}  // namespace quipu::pipelines
