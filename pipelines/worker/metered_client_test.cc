// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/metered_client.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;

// Answers what the test has set, and an error where it has set nothing.
class ScriptedClient : public CoordinatorClient {
 public:
  absl::StatusOr<v1::HelloReply> Hello(const v1::HelloRequest&) override { return hello; }
  absl::StatusOr<v1::LeaseReply> Lease(const v1::LeaseRequest&) override { return lease; }
  absl::StatusOr<v1::RenewReply> Renew(const v1::RenewRequest&) override { return renew; }
  absl::StatusOr<v1::SubmitReply> Submit(const v1::SubmitRequest&) override { return submit; }
  void CancelLeases() override { ++lease_cancels; }
  void Cancel() override { ++cancels; }

  absl::StatusOr<v1::HelloReply> hello = absl::UnavailableError("not set");
  absl::StatusOr<v1::LeaseReply> lease = absl::UnavailableError("not set");
  absl::StatusOr<v1::RenewReply> renew = absl::UnavailableError("not set");
  absl::StatusOr<v1::SubmitReply> submit = absl::UnavailableError("not set");
  int lease_cancels = 0;
  int cancels = 0;
};

class MeteredClientTest : public ::testing::Test {
 protected:
  void Lease(const std::vector<std::string>& tickets) {
    v1::LeaseReply reply;
    for (const std::string& ticket : tickets) {
      reply.add_chunks()->mutable_ticket()->set_ticket(ticket);
    }
    client_.lease = reply;
    ASSERT_OK(metered_.Lease({}).status());
  }

  void Renew(const std::vector<std::string>& tickets, const std::vector<uint32_t>& ttls) {
    v1::RenewRequest request;
    for (const std::string& ticket : tickets) request.add_tickets()->set_ticket(ticket);
    v1::RenewReply reply;
    for (const uint32_t ttl : ttls) reply.add_ttl_ms(ttl);
    client_.renew = reply;
    ASSERT_OK(metered_.Renew(request).status());
  }

  ScriptedClient client_;
  MeteredClient metered_{&client_};
};

TEST_F(MeteredClientTest, PassesErrorsOnAndCountsNothing) {
  EXPECT_THAT(metered_.Hello({}).status(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(metered_.Lease({}).status(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(metered_.Renew({}).status(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(metered_.Submit({}).status(), StatusIs(absl::StatusCode::kUnavailable));

  EXPECT_EQ(metered_.Figures().chunks_taken, 0u);
  EXPECT_EQ(metered_.Figures().worker, "");
}

TEST_F(MeteredClientTest, PassesCancelsOn) {
  metered_.CancelLeases();
  metered_.Cancel();

  EXPECT_EQ(client_.lease_cancels, 1);
  EXPECT_EQ(client_.cancels, 1);
}

TEST_F(MeteredClientTest, KnowsRunAndWorkerFromHello) {
  v1::HelloReply reply;
  reply.set_run_id("0123456789abcdef");
  client_.hello = reply;
  v1::HelloRequest request;
  request.set_worker("gpu-7");

  ASSERT_OK(metered_.Hello(request).status());

  EXPECT_EQ(metered_.Figures().run_id, "0123456789abcdef");
  EXPECT_EQ(metered_.Figures().worker, "gpu-7");
}

TEST_F(MeteredClientTest, CountsEveryOutcomeAndEndsLeasesThatAreOver) {
  Lease({"a", "b"});
  v1::SubmitRequest request;
  request.add_leases()->mutable_ticket()->set_ticket("a");
  request.add_leases()->mutable_ticket()->set_ticket("b");
  v1::SubmitReply reply;
  v1::LeaseOutcome* first = reply.add_leases();
  for (const v1::SubmitOutcome outcome :
       {v1::SUBMIT_OUTCOME_STORED, v1::SUBMIT_OUTCOME_STORED, v1::SUBMIT_OUTCOME_DUPLICATE,
        v1::SUBMIT_OUTCOME_CONFLICT, v1::SUBMIT_OUTCOME_INVALID}) {
    first->add_results(outcome);
  }
  first->set_over(true);
  reply.add_leases()->add_results(v1::SUBMIT_OUTCOME_STALE);
  client_.submit = reply;

  ASSERT_OK(metered_.Submit(request).status());

  const WorkerFigures figures = metered_.Figures();
  EXPECT_EQ(figures.stored, 2u);
  EXPECT_EQ(figures.duplicate, 1u);
  EXPECT_EQ(figures.conflict, 1u);
  EXPECT_EQ(figures.invalid, 1u);
  EXPECT_EQ(figures.stale, 1u);
  EXPECT_EQ(figures.chunks_taken, 2u);
  EXPECT_EQ(figures.chunks_held, 1u);
}

TEST_F(MeteredClientTest, CountsLeasesThatTheCoordinatorEnded) {
  Lease({"a", "b", "c"});

  Renew({"a", "b", "c"}, {60000, 0, 60000});

  EXPECT_EQ(metered_.Figures().leases_lost, 1u);
  EXPECT_EQ(metered_.Figures().chunks_held, 2u);
}

TEST_F(MeteredClientTest, ForgetsLeasesThatTheWorkerRenewsNoMore) {
  Lease({"a", "b"});
  Renew({"a", "b"}, {60000, 60000});
  Lease({"c"});  // Not in the request that was filled before it came.

  Renew({"a"}, {60000});

  EXPECT_EQ(metered_.Figures().chunks_held, 2u);
  EXPECT_EQ(metered_.Figures().leases_lost, 0u);
}

TEST_F(MeteredClientTest, StandsShorterRepliesThanWereAskedFor) {
  Lease({"a", "b"});
  v1::SubmitRequest request;
  request.add_leases()->mutable_ticket()->set_ticket("a");
  client_.submit = v1::SubmitReply();

  Renew({"a", "b"}, {0});
  ASSERT_OK(metered_.Submit(request).status());

  EXPECT_EQ(metered_.Figures().chunks_held, 1u);
}

}  // namespace
}  // namespace quipu::pipelines
