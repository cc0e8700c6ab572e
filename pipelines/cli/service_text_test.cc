// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/service_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::StatusReply Running() {
  v1::StatusReply status;
  status.set_run_id("\x01\x02");
  status.set_build("0.1.0");
  status.set_stage(v1::STAGE_GENERATE);
  status.set_uptime_ms(61500);
  status.mutable_tasks()->set_planned(1000);
  status.mutable_tasks()->set_accepted(150);
  status.mutable_tasks()->set_rejected(100);
  status.mutable_tasks()->set_leased(50);
  status.mutable_tasks()->set_pending(700);
  status.set_results_per_s(2.5);
  (*status.mutable_rejects_by_reason())["VERDICT"] = 60;
  (*status.mutable_rejects_by_reason())["DUPLICATE"] = 40;
  for (int i = 0; i < 3; ++i) {
    v1::WorkerStatus* worker = status.add_workers();
    worker->set_worker(absl::StrCat("gpu-", i));
    worker->set_connected(i < 2);
    worker->set_results(80);
  }
  return status;
}

TEST(ServiceTextTest, HasCountsRatesAndTimeLeft) {
  const std::string text = ServiceText(Running(), "10.0.0.7:7447", 10);

  EXPECT_THAT(text, HasSubstr("run 0102  10.0.0.7:7447"));
  EXPECT_THAT(text, HasSubstr("stage      generate, up 1m1s"));
  EXPECT_THAT(text, HasSubstr("1000 planned, 250 done (25.0 %), 150 accepted (60.0 % of done)"));
  EXPECT_THAT(text, HasSubstr("50 leased, 700 pending, 2.50 results/s, 5m left"));
  EXPECT_THAT(text, HasSubstr("workers    2 connected, 3 known"));
  EXPECT_LT(text.find("verdict"), text.find("duplicate "));
  EXPECT_THAT(text, Not(HasSubstr("PAUSED")));
}

TEST(ServiceTextTest, ShowsPauseAndQuarantineAndCutsTheListOfWorkers) {
  v1::StatusReply status = Running();
  status.set_paused("99 % of the last 200 are rejects");
  status.mutable_workers(0)->set_quarantined("its results could not be made again");

  const std::string text = ServiceText(status, "a:1", 1);

  EXPECT_THAT(text, HasSubstr("PAUSED     99 % of the last 200"));
  EXPECT_THAT(text, HasSubstr("quarantined: its results"));
  EXPECT_THAT(text, HasSubstr("... and 2 more"));
  EXPECT_THAT(text, Not(HasSubstr("gpu-1")));
}

TEST(ServiceTextTest, ARunThatStandsStillHasNoTimeLeft) {
  v1::StatusReply status = Running();
  status.set_results_per_s(0);

  EXPECT_THAT(ServiceText(status, "a:1", 1), Not(HasSubstr("left")));
}

TEST(ServiceTextTest, EscapesWhatPeersHaveNamed) {
  v1::StatusReply status = Running();
  status.mutable_workers(0)->set_worker("\x1b[2J");
  status.set_paused("\x1b[2J");

  EXPECT_THAT(ServiceText(status, "a:1", 1), Not(HasSubstr("\x1b")));
}

TEST(ServiceJsonTest, IsOneObjectWithAllWorkers) {
  ASSERT_OK_AND_ASSIGN(const std::string text, ServiceJson(Running()));

  EXPECT_THAT(text, HasSubstr("\"pairs\":1000,\"accepted\":150"));
  EXPECT_THAT(text, HasSubstr("\"rejects\":{\"verdict\":60,\"duplicate\":40}"));
  EXPECT_THAT(text, HasSubstr("\"worker\":\"gpu-2\""));
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

}  // namespace
}  // namespace quipu::pipelines
