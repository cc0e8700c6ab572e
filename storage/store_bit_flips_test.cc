// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Drawn damage: bits flipped, files cut. Each run draws a few; tools/flakes.sh repeats
// it with many seeds, and QUIPU_DAMAGES=N does so many to each file.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
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
using quipu::testing::CutFile;
using quipu::testing::FlipBit;
using quipu::testing::LiveLog;
using quipu::testing::TestFingerprint;

using StoreBitFlipsTest = quipu::testing::DamagedStoreTest;

// Of each file; 0: a few.
int Damages() {
  const char* text = std::getenv("QUIPU_DAMAGES");
  int damages = 0;
  return text != nullptr && absl::SimpleAtoi(text, &damages) ? damages : 0;
}

TEST_F(StoreBitFlipsTest, NeverLoseSilentlyInWhateverFile) {
  Rng rng(TestFingerprint(), "damage");
  const int damages = Damages();
  int cases = 0;
  for (const std::string& name : FileNames()) {
    // Sorted files and blobs in each run: they have the data.
    const bool data = absl::EndsWith(name, ".sst") || absl::EndsWith(name, ".blob");
    if (damages == 0 && !data && rng.Below(2) != 0) continue;
    for (int i = 0; i < std::max(1, damages); ++i) {
      const std::string image = Image();
      const std::string file = JoinPath(image, name);
      const uint64_t size = fs::file_size(file);
      if (size == 0) break;
      const uint64_t byte = rng.Below(size);
      const bool cut = damages > 0 && rng.Below(2) == 0;
      cut ? CutFile(file, byte) : FlipBit(file, byte);
      EXPECT_EQ(Judge(image), "") << name << " of " << size << " bytes "
                                  << (cut ? "cut" : "flipped") << " at " << byte;
      ASSERT_OK(RemoveTree(image));
      ++cases;
    }
  }
  std::cout << cases << " damaged files\n";
}

TEST_F(StoreBitFlipsTest, NeverLoseSilentlyBelowTheMarkInTheLog) {
  Rng rng(TestFingerprint(), "log bits");
  const std::string original = Image();
  const uint64_t size = fs::file_size(LiveLog(original));
  for (int i = 0; i < std::max(12, 20 * Damages()); ++i) {
    const std::string image = Image();
    const uint64_t byte = rng.Below(size);
    FlipBit(LiveLog(image), byte);
    EXPECT_EQ(Judge(image), "") << "byte " << byte << " of " << size;
    ASSERT_OK(RemoveTree(image));
  }
}

}  // namespace
}  // namespace quipu::storage
