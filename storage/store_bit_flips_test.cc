// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Bits flipped in drawn places of a store. Each run draws a few; tools/flakes.sh
// repeats it with many seeds.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/file.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/damaged_store.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"

namespace quipu::storage {
namespace {

namespace fs = std::filesystem;
using quipu::testing::FlipBit;
using quipu::testing::LiveLog;
using quipu::testing::TestFingerprint;

using StoreBitFlipsTest = quipu::testing::DamagedStoreTest;

TEST_F(StoreBitFlipsTest, NeverLoseSilentlyInWhateverFile) {
  Rng rng(TestFingerprint(), "damage");
  for (const std::string& name : FileNames()) {
    // Sorted files and blobs in each run: they have the data.
    const bool data = absl::EndsWith(name, ".sst") || absl::EndsWith(name, ".blob");
    if (!data && rng.Below(2) != 0) continue;
    const std::string image = Image();
    const std::string file = JoinPath(image, name);
    const uint64_t size = fs::file_size(file);
    if (size == 0) continue;
    const uint64_t byte = rng.Below(size);
    FlipBit(file, byte);
    EXPECT_EQ(Judge(image), "") << name << " of " << size << " bytes at " << byte;
    ASSERT_OK(RemoveTree(image));
  }
}

TEST_F(StoreBitFlipsTest, NeverLoseSilentlyBelowTheMarkInTheLog) {
  Rng rng(TestFingerprint(), "log bits");
  const std::string original = Image();
  const uint64_t size = fs::file_size(LiveLog(original));
  for (int i = 0; i < 12; ++i) {
    const std::string image = Image();
    const uint64_t byte = rng.Below(size);
    FlipBit(LiveLog(image), byte);
    EXPECT_EQ(Judge(image), "") << "byte " << byte << " of " << size;
    ASSERT_OK(RemoveTree(image));
  }
}

}  // namespace
}  // namespace quipu::storage
