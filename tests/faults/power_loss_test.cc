// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The machine loses power at a moment when RocksDB has just synced something, in a
// run from reading to packing. Unsynced bytes and names are dropped, torn, or arrive
// in any order. Nothing that was acknowledged may be lost, and the rest of the run
// gives the bytes of an undisturbed one.
//
// A run has about 85 such moments; this tries 6 of them, and all with
// QUIPU_POWER_LOSSES=all (tests/soak/faults.sh).
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/faults/fault_disk.h"
#include "tests/faults/fault_run.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::DiskImage;
using testing::FaultDisk;
using testing::FaultRun;
using ::testing::IsEmpty;
using testing::IsOkAndHolds;
using testing::Loss;

constexpr size_t kUsualMoments = 6;
// Every so many of the tried moments, the run is finished from there.
constexpr size_t kResumeEvery = 6;

bool TryAll() {
  const char* value = std::getenv("QUIPU_POWER_LOSSES");
  return value != nullptr && absl::string_view(value) == "all";
}

struct Moment {
  DiskImage image;
  size_t acknowledged = 0;
};

class PowerLossTest : public ::testing::Test {
 protected:
  void SetUp() override {
    FaultDisk disk(run_.NewStore("run"));
    disk.OnSync([this](const DiskImage& image) {
      moments_.push_back({image, run_.NumAcknowledged()});
    });
    ASSERT_OK(run_.Run("run", disk.env()));
    acknowledged_ = run_.acknowledged();
    ASSERT_GE(run_.tasks(), 100u);
    ASSERT_GE(acknowledged_.size(), run_.tasks());
    std::cout << run_.tasks() << " tasks, " << moments_.size() << " syncs\n";
  }

  // The tried moments: all, or some in equal distances from a random first one.
  std::vector<const Moment*> Tried() {
    const size_t step = TryAll() ? 1 : std::max<size_t>(moments_.size() / kUsualMoments, 1);
    std::vector<const Moment*> tried;
    for (size_t i = rng_.Below(step); i < moments_.size(); i += step) {
      tried.push_back(&moments_[i]);
    }
    return tried;
  }

  // What was acknowledged before the moment.
  std::vector<FaultRun::Acknowledgement> AcknowledgedAt(const Moment& moment) const {
    return {acknowledged_.begin(), acknowledged_.begin() + moment.acknowledged};
  }

  Rng rng_{testing::TestFingerprint(), "power-loss"};
  FaultRun run_;
  std::vector<Moment> moments_;
  std::vector<FaultRun::Acknowledgement> acknowledged_;
};

TEST_F(PowerLossTest, LosesNothingAcknowledgedWhenUnsyncedBytesAreDroppedOrTorn) {
  size_t number = 0;
  for (const Moment* moment : Tried()) {
    for (const Loss loss : {Loss::kDropped, Loss::kTorn}) {
      const std::string name = absl::StrCat("image", number++);
      SCOPED_TRACE(absl::StrCat("sync ", moment - moments_.data(), " of ", moments_.size(),
                                loss == Loss::kTorn ? ", torn" : ", dropped"));
      WriteImage(moment->image, loss, &rng_, run_.Path(name));
      EXPECT_THAT(run_.Missing(name, AcknowledgedAt(*moment)), IsOkAndHolds(IsEmpty()));
      if (number % kResumeEvery == 0) {
        EXPECT_THAT(run_.Resume(name), IsOkAndHolds(run_.wanted()));
      }
      ASSERT_OK(RemoveTree(run_.Path(name)));
      if (HasFailure()) return;
    }
  }
}

// A record of the log whose sectors arrived in part, followed by later ones, cannot be told from
// damage: the store is then refused. It never opens with less than was acknowledged.
TEST_F(PowerLossTest, LosesNothingSilentlyWhenSectorsArriveInAnyOrder) {
  size_t number = 0;
  size_t refused = 0;
  for (const Moment* moment : Tried()) {
    const std::string name = absl::StrCat("image", number++);
    SCOPED_TRACE(absl::StrCat("sync ", moment - moments_.data(), " of ", moments_.size()));
    WriteImage(moment->image, Loss::kReordered, &rng_, run_.Path(name));
    const auto missing = run_.Missing(name, AcknowledgedAt(*moment));
    if (missing.ok()) {
      EXPECT_THAT(*missing, IsEmpty());
    } else {
      EXPECT_EQ(missing.status().code(), absl::StatusCode::kDataLoss) << missing.status();
      EXPECT_TRUE(absl::StrContains(missing.status().message(), run_.Path(name)))
          << missing.status();
      ++refused;
    }
    ASSERT_OK(RemoveTree(run_.Path(name)));
    if (HasFailure()) return;
  }
  std::cout << number << " images, " << refused << " refused\n";
}

}  // namespace
}  // namespace quipu
