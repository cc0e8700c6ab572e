// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/session_table.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Duration At(int seconds) { return absl::Seconds(seconds); }
bool Any(const Session&) { return true; }

TEST(SessionTableTest, KeepsTheSessionOfTheSameProcess) {
  SessionTable table(10);
  ASSERT_OK_AND_ASSIGN(SessionTable::Opened first,
                       table.Open({"ann", "p1", "b1", "", "id1", At(1)}));
  EXPECT_EQ(first.replaced, "");
  first.session->results = 5;

  ASSERT_OK_AND_ASSIGN(SessionTable::Opened again,
                       table.Open({"ann", "p1", "b2", "", "id2", At(2)}));

  EXPECT_EQ(again.session, first.session);
  EXPECT_EQ(again.session->id, "id1");
  EXPECT_EQ(again.session->build, "b2");
  EXPECT_EQ(again.replaced, "");
  EXPECT_EQ(table.Find("id2"), nullptr);
}

TEST(SessionTableTest, ReplacesThatOfAnotherProcessAndKeepsItsCounts) {
  SessionTable table(10);
  ASSERT_OK_AND_ASSIGN(SessionTable::Opened first,
                       table.Open({"ann", "p1", "b", "", "id1", At(1)}));
  first.session->invalid = 3;

  ASSERT_OK_AND_ASSIGN(SessionTable::Opened next, table.Open({"ann", "p2", "b", "", "id2", At(2)}));

  EXPECT_EQ(next.replaced, "id1");
  EXPECT_EQ(next.session->invalid, 3);
  EXPECT_EQ(table.Find("id1"), nullptr);
  ASSERT_NE(table.Find("id2"), nullptr);
  EXPECT_EQ(table.OfWorker("ann"), table.Find("id2"));
  EXPECT_EQ(table.size(), 1u);
}

TEST(SessionTableTest, IsBounded) {
  SessionTable table(2);
  ASSERT_OK(table.Open({"ann", "p", "b", "", "1", At(1)}));
  ASSERT_OK(table.Open({"bob", "p", "b", "", "2", At(1)}));
  EXPECT_THAT(table.Open({"cat", "p", "b", "", "3", At(1)}),
              StatusIs(absl::StatusCode::kResourceExhausted, "2 workers, limit 2"));
  EXPECT_OK(table.Open({"bob", "q", "b", "", "3", At(1)}));
}

TEST(SessionTableTest, WhenFullTheIdentityWithTheMostSessionsMakesRoom) {
  SessionTable table(4);
  ASSERT_OK(table.Open({"honest/1", "p", "b", "honest", "h1", At(1)}));
  for (const char* name : {"many/1", "many/2"}) {
    ASSERT_OK(table.Open({name, "p", "b", "many", name, At(2)}));
  }
  EXPECT_EQ(table.MakeRoom(Any), "") << "there is room";
  ASSERT_OK(table.Open({"many/3", "p", "b", "", "many/3", At(3)}));

  EXPECT_EQ(table.MakeRoom([](const Session& s) { return s.id != "many/1"; }), "many/2");
  ASSERT_OK(table.Open({"new", "p", "b", "new", "n", At(4)}));
  EXPECT_EQ(table.MakeRoom([](const Session& s) { return s.id == "h1"; }), "h1")
      << "no session of the largest is idle";
  ASSERT_OK(table.Open({"newer", "p", "b", "", "m", At(4)}));
  EXPECT_EQ(table.MakeRoom([](const Session&) { return false; }), "");
}

TEST(SessionTableTest, ForgetsThoseSilentLongestThatAreIdle) {
  SessionTable table(10);
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    ASSERT_OK(table.Open({name, "p", "b", "", name, At(1)}));
  }
  ASSERT_NE(table.Touch("a", At(5)), nullptr);
  ASSERT_NE(table.Touch("c", At(6)), nullptr);
  EXPECT_EQ(table.Touch("none", At(6)), nullptr);
  EXPECT_THAT(table.WorkersSince(At(5)), ElementsAre("c", "a"));
  table.Find("c")->left = true;
  EXPECT_THAT(table.WorkersSince(At(5)), ElementsAre("a"));
  // A late call does not bring it back; a Hello does.
  ASSERT_NE(table.Touch("c", At(6)), nullptr);
  EXPECT_THAT(table.WorkersSince(At(5)), ElementsAre("a"));
  ASSERT_OK(table.Open({"c", "p", "b", "", "c", At(6)}));
  EXPECT_THAT(table.WorkersSince(At(5)), ElementsAre("c", "a"));

  EXPECT_THAT(table.Forget(At(5), 100, [](const Session& s) { return s.worker != "d"; }),
              ElementsAre("b", "e"));
  EXPECT_THAT(table.Forget(At(5), 100, [](const Session& s) { return s.worker != "d"; }),
              IsEmpty());
  EXPECT_THAT(table.Forget(At(7), 2, Any), ElementsAre("d", "a"));
  EXPECT_EQ(table.OfWorker("b"), nullptr);
  EXPECT_EQ(table.Find("d"), nullptr);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_THAT(table.Forget(At(7), 2, Any), ElementsAre("c"));
}

TEST(SessionTableTest, KnowsWhoAskedForWorkFromWhoOnlySaidHello) {
  SessionTable table(10);
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_OK(table.Open({name, "p", "b", "", name, At(1)}));
  }
  for (const char* name : {"a", "b"}) table.Touch(name, At(2))->asked = At(2);
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_OK(table.Open({name, "p", "b", "", name, At(5)}));
  }

  EXPECT_THAT(table.AskersSince(At(2)), ElementsAre("b", "a"));
  EXPECT_THAT(table.AskersSince(At(3)), IsEmpty());
  table.Find("b")->left = true;
  EXPECT_THAT(table.AskersSince(At(2)), ElementsAre("a"));
}

TEST(SessionTableTest, CountsTheLeasesThatAWorkerHasLost) {
  SessionTable table(4);
  ASSERT_THAT(table.Open({"ann", "1", "build", "", "a", At(0)}), testing::IsOk());
  v1::LeaseUpdate update;
  update.mutable_ended()->set_worker("ann");
  update.mutable_ended()->set_cause(v1::LeaseEnded::LOST);
  table.OnUpdate(update);
  update.mutable_ended()->set_cause(v1::LeaseEnded::FAILED);
  table.OnUpdate(update);
  update.mutable_ended()->set_cause(v1::LeaseEnded::LOST);
  update.mutable_ended()->set_worker("nobody");
  table.OnUpdate(update);

  EXPECT_EQ(table.OfWorker("ann")->lost, 1u);
}

}  // namespace
}  // namespace quipu::pipelines
