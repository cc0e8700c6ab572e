// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/finished.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

class FinishedCoordinatorTest : public ::testing::Test {
 protected:
  FinishedCoordinatorTest() : coordinator_(Last()) {}

  static v1::StatusReply Last() {
    v1::StatusReply status;
    status.set_run_id("0123456789abcdef");
    status.mutable_tasks()->set_planned(7);
    status.set_paused("rejects ran away");
    status.set_results_per_s(3);
    return status;
  }

  FinishedCoordinator coordinator_;
};

TEST_F(FinishedCoordinatorTest, TellsAPollThatTheRunIsDone) {
  bool done = false;

  coordinator_.Lease({}, {}, [&](const absl::StatusOr<v1::LeaseReply>& reply) {
    ASSERT_OK(reply.status());
    done = reply->run_done();
  });

  EXPECT_TRUE(done);
}

TEST_F(FinishedCoordinatorTest, GreetsWithoutASpecAndRefusesAnotherProtocol) {
  v1::HelloRequest request;
  request.mutable_version()->set_major(kProtocolMajor);
  ASSERT_OK_AND_ASSIGN(const v1::HelloReply reply, coordinator_.Hello({}, request));
  EXPECT_FALSE(reply.has_spec());
  EXPECT_EQ(reply.session().size(), 16u);
  EXPECT_EQ(reply.run_id(), "0123456789abcdef");

  request.mutable_version()->set_major(kProtocolMajor + 1);

  EXPECT_THAT(coordinator_.Hello({}, request).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("version 2")));
}

TEST_F(FinishedCoordinatorTest, EveryLeaseIsOver) {
  v1::RenewRequest renew;
  renew.add_tickets();
  ASSERT_OK_AND_ASSIGN(const v1::RenewReply renewed, coordinator_.Renew({}, renew));
  EXPECT_EQ(renewed.ttl_ms(0), 0u);
  v1::SubmitRequest submit;
  submit.add_leases()->add_results();
  submit.add_leases();
  v1::SubmitReply answer;

  coordinator_.Submit({}, submit,
                      [&](const absl::StatusOr<v1::SubmitReply>& reply) { answer = *reply; });

  ASSERT_EQ(answer.leases_size(), 2);
  EXPECT_TRUE(answer.leases(0).over());
  EXPECT_EQ(answer.leases(0).results(0), v1::SUBMIT_OUTCOME_STALE);
  EXPECT_TRUE(answer.leases(1).over());
}

TEST_F(FinishedCoordinatorTest, KeepsTheFiguresAndTakesNoOrders) {
  EXPECT_EQ(coordinator_.Status().tasks().planned(), 7u);
  EXPECT_EQ(coordinator_.Status().paused(), "");
  EXPECT_EQ(coordinator_.Status().results_per_s(), 0);
  EXPECT_THAT(coordinator_.Control({}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("all pairs")));
}

}  // namespace
}  // namespace quipu::pipelines
