// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/job_queue.h"

#include "gtest/gtest.h"

namespace quipu::pipelines::internal {
namespace {

TEST(JobQueueTest, AQuarantinedChunkIsRejectedAndAQuarantinedWorkersResultsWithdrawn) {
  JobQueue jobs;
  v1::LeaseUpdate chunk;
  chunk.mutable_quarantined()->set_reason("lost");
  v1::LeaseUpdate worker;
  worker.mutable_worker_quarantined()->set_worker("ann");

  EXPECT_TRUE(jobs.OnUpdate(chunk));
  EXPECT_TRUE(jobs.OnUpdate(worker));

  EXPECT_EQ(jobs.first().kind, Job::Kind::kReject);
  EXPECT_EQ(jobs.first().quarantine.reason(), "lost");
  jobs.RemoveFirst();
  EXPECT_EQ(jobs.first().kind, Job::Kind::kWithdraw);
  EXPECT_EQ(jobs.first().worker, "ann");
}

TEST(JobQueueTest, NoJobFollowsFromOtherUpdates) {
  JobQueue jobs;
  v1::LeaseUpdate update;
  update.mutable_worker_reinstated()->set_worker("ann");

  EXPECT_FALSE(jobs.OnUpdate(update));
  EXPECT_TRUE(jobs.empty());
}

}  // namespace
}  // namespace quipu::pipelines::internal
