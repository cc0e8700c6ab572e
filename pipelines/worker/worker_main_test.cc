// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A worker's steps before its first lease; tests/integration/service_test.cc has the rest.
#include "pipelines/worker/worker_main.h"

#include <string>

#include "base/limits.h"
#include "base/stop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using testing::StatusIs;

TEST(DefaultWorkerNameTest, TellsHostAndProcessAndIsNeverTheSame) {
  const std::string name = DefaultWorkerName("");

  EXPECT_THAT(name, MatchesRegex("[A-Za-z0-9_-]+-[0-9]+-[0-9a-f]+"));
  EXPECT_NE(name, DefaultWorkerName(""));
}

TEST(DefaultWorkerNameTest, BeginsWithTheIdentityAndKeepsToTheBound) {
  for (size_t size = 1; size <= kMaxWorkerNameBytes; ++size) {
    const std::string identity(size, 'i');
    const std::string name = DefaultWorkerName(identity);

    EXPECT_LE(name.size(), kMaxWorkerNameBytes) << size;
    if (size + 9 <= kMaxWorkerNameBytes) {
      EXPECT_THAT(name, StartsWith(identity + "/"));
      EXPECT_NE(name, DefaultWorkerName(identity));
    } else {
      EXPECT_EQ(name, identity);
    }
  }
}

TEST(WorkTest, TellsMistakesBeforeItConnects) {
  ResetStopForTest();
  WorkerProcessOptions options;
  options.client.address = "coordinator.example.org:7447";
  EXPECT_THAT(RunWorkerProcess(options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TLS")));
  options.client.address = "unix:socket";
  options.metrics.address = "0.0.0.0:0";
  EXPECT_THAT(RunWorkerProcess(options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("metrics")));
  options.metrics.address.clear();
  options.name = "caf\xe9";
  EXPECT_THAT(RunWorkerProcess(options),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("--name"), HasSubstr("caf\\xe9"))));
}

}  // namespace
}  // namespace quipu::pipelines
