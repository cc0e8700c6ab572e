// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The disk is full at the n-th append of a run, from opening its store to packing. The run ends and says so, nothing that was
// acknowledged is lost, and the run can be finished when there is room again.
//
// Tries 6 of some hundred n; all with QUIPU_FULL_DISKS=all (tests/soak/faults.sh).
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/faults/fault_disk.h"
#include "tests/faults/fault_run.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

// RocksDB leaks the new memtable when the disk is too full to switch to it.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:rocksdb::DBImpl::SwitchMemtable\n";
}

namespace quipu {
namespace {

using testing::FaultDisk;
using testing::FaultRun;
using ::testing::IsEmpty;
using testing::IsOkAndHolds;
using testing::StatusIs;

constexpr int64_t kUsualPoints = 6;
// Every so many points, the run is finished from there.
constexpr int kResumeEvery = 3;

bool TryAll() {
  const char* value = std::getenv("QUIPU_FULL_DISKS");
  return value != nullptr && absl::string_view(value) == "all";
}

TEST(FullDisk, EndsTheRunAndLosesNothingAcknowledged) {
  Rng rng(testing::TestFingerprint(), "full-disk");
  FaultRun run;
  int64_t appends = 0;
  {
    FaultDisk disk(run.NewStore("whole"));
    ASSERT_OK(run.Run("whole", disk.env()));
    appends = disk.appends();
  }
  const int64_t step = TryAll() ? 1 : appends / kUsualPoints;
  int points = 0;
  for (int64_t n = TryAll() ? 0 : rng.Below(step); n < appends; n += step) {
    SCOPED_TRACE(absl::StrCat("full after ", n, " of ", appends, " appends"));
    const std::string name = absl::StrCat("full", points++);
    FaultDisk disk(run.NewStore(name));
    disk.FillAfter(n);
    // The number of appends differs a little from run to run: the last n may be too large.
    const absl::Status ended = run.Run(name, disk.env());
    if (!ended.ok()) {
      EXPECT_THAT(ended, StatusIs(absl::StatusCode::kResourceExhausted));
    }
    disk.Free();

    EXPECT_THAT(run.Missing(name, run.acknowledged()), IsOkAndHolds(IsEmpty()));
    if (points % kResumeEvery == 0) {
      EXPECT_THAT(run.Resume(name), IsOkAndHolds(run.wanted()));
    }
    ASSERT_OK(RemoveTree(run.Path(name)));
    if (HasFailure()) return;
  }
  std::cout << points << " points of " << appends << "\n";
  EXPECT_GE(points, kUsualPoints);
}

}  // namespace
}  // namespace quipu
