// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Kills the commands that work on a store without a coordinator at random
// moments, and restarts them until they are done: `build --partition`, `merge`,
// `export`, `backup`, `restore`. The dataset is that of an undisturbed build.
// build_kill_test covers `build` itself.
//
// QUIPU_KILLS sets how many kills each command gets (tests/soak/kill.sh: 200).
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/crash/run_directory.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::DigestLeftAlone;
using testing::Kills;
using testing::RunDirectory;
using testing::Workload;

constexpr int kPartitions = 2;
// How many more runs than kills a command may need.
constexpr int kMoreRuns = 20;
// The exit code of what is refused.
constexpr int kBadInput = 2;

Workload SmallRun() {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 6;
  workload.sentences = 120;
  workload.performance = "scripted_latency_ms: 20 chunks_in_flight: 3";
  workload.rest = "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n";
  return workload;
}

std::vector<std::string> BuildPartition(int partition) {
  return {"build", "spec.textproto", "--partition", absl::StrCat(partition, "/", kPartitions)};
}

// How long an undisturbed command takes.
absl::Duration TimeOf(const RunDirectory& dir, const std::vector<std::string>& command) {
  const absl::Time began = absl::Now();
  dir.ExpectSucceeds(command);
  return absl::Now() - began;
}

void Tell(absl::string_view command, int hit, int runs, absl::Duration alone) {
  std::cout << command << ": killed " << hit << " times in " << runs
            << " runs; one left alone takes " << absl::FormatDuration(alone) << "\n";
}

TEST(CliKill, PartitionsAndTheirMergeGiveTheBytesOfTheWholeRun) {
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "kill-moments");
  const std::string wanted = DigestLeftAlone(SmallRun(), seed);
  const std::vector<std::string> merge = {"merge", "spec.textproto"};
  absl::Duration partition_time;
  absl::Duration merge_time;
  {
    const RunDirectory dir(SmallRun(), seed);
    for (int i = 0; i < kPartitions; ++i) partition_time = TimeOf(dir, BuildPartition(i));
    merge_time = TimeOf(dir, merge);
    ASSERT_EQ(dir.ExportDigest(), wanted);
  }

  const int kills = Kills(8);
  int partition_kills = 0;
  int merge_kills = 0;
  int runs = 0;
  while (std::min(partition_kills, merge_kills) < kills && runs < kills + kMoreRuns) {
    const RunDirectory dir(SmallRun(), seed);
    for (int i = 0; i < kPartitions; ++i) {
      partition_kills +=
          dir.KillUntilDone(BuildPartition(i), kills - partition_kills, partition_time / 4, &rng);
      dir.ExpectSucceeds(BuildPartition(i));
    }
    merge_kills += dir.KillUntilDone(merge, kills - merge_kills, merge_time / 4, &rng);
    dir.ExpectSucceeds(merge);
    EXPECT_EQ(dir.ExportDigest(), wanted);
    dir.ExpectSound();
    ++runs;
    if (HasFailure()) return;
  }
  Tell("build --partition", partition_kills, runs, partition_time);
  Tell("merge", merge_kills, runs, merge_time);
  EXPECT_EQ(partition_kills, kills) << "commands ended before they were killed, again and again";
  EXPECT_EQ(merge_kills, kills) << "commands ended before they were killed, again and again";
}

TEST(CliKill, ExportGivesTheSameBytes) {
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "kill-moments");
  const RunDirectory dir(SmallRun(), seed);
  dir.ExpectSucceeds({"build", "spec.textproto"});
  const std::string wanted = dir.ExportDigest();
  const std::vector<std::string> command = {"export", "run/store"};
  const absl::Duration alone = TimeOf(dir, command);
  ASSERT_EQ(dir.ExportDigest(), wanted);

  const int kills = Kills(8);
  int hit = 0;
  int runs = 0;
  while (hit < kills && runs < kills + kMoreRuns) {
    hit += dir.KillUntilDone(command, kills - hit, alone / 4, &rng);
    dir.ExpectSucceeds(command);
    EXPECT_EQ(dir.ExportDigest(), wanted);
    ++runs;
    if (HasFailure()) return;
  }
  dir.ExpectSound();
  Tell("export", hit, runs, alone);
  EXPECT_EQ(hit, kills) << "too many exports ended before they were killed";
}

// A copy of a store, killed again and again, is complete or absent, and leaves nothing beside it.
class CopyKill : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_.ExpectSucceeds({"build", "spec.textproto"});
    wanted_ = dir_.ExportDigest();
    ASSERT_TRUE(dir_.HasLongRows()) << dir_.ReadLog();
    ASSERT_OK(MakeDirs(dir_.Path("copies")));
  }

  // Kills a command whose product is copies/NAME until it was hit often enough. `finished` is
  // called after each run that ended.
  void Kill(const std::vector<std::string>& command, const std::string& name,
            absl::FunctionRef<void()> finished) {
    const std::string copy = dir_.Path("copies/" + name);
    const absl::Duration alone = TimeOf(dir_, command);
    const int kills = Kills(4);
    int hit = 0;
    int runs = 0;
    for (; hit < kills && runs < kills + kMoreRuns && !HasFailure(); ++runs) {
      ASSERT_OK(RemoveTree(copy));
      const int killed = dir_.KillUntilDone(command, kills - hit, alone / 2, &rng_);
      hit += killed;
      // One that was killed may have made it already; an existing store is not replaced.
      const bool refused = FileExists(copy) && command[0] == "restore";
      EXPECT_THAT(dir_.Run(command), testing::IsOkAndHolds(refused ? kBadInput : 0))
          << dir_.ReadLog();
      EXPECT_THAT(ListDir(dir_.Path("copies")),
                  testing::IsOkAndHolds(::testing::ElementsAre(name)));
      finished();
    }
    Tell(command[0], hit, runs, alone);
    EXPECT_EQ(hit, kills) << "too many runs ended before they were killed";
  }

  // The export of a store at copies/NAME has the bytes of the build's.
  void ExpectTheSame(const std::string& name) {
    const std::string store = "copies/" + name;
    dir_.ExpectSucceeds({"check", store});
    dir_.ExpectSucceeds({"export", store, "--out", "run/export"});
    EXPECT_EQ(dir_.ExportDigest(), wanted_);
  }

  const Fingerprint seed_ = testing::TestFingerprint();
  Rng rng_{seed_, "kill-moments"};
  const RunDirectory dir_{SmallRun(), seed_};
  std::string wanted_;
};

TEST_F(CopyKill, BackupIsCompleteOrAbsent) {
  Kill({"backup", "run/store", "--out", "copies/backup"}, "backup",
       [this] { ExpectTheSame("backup"); });
}

TEST_F(CopyKill, RestoredStoreIsCompleteOrAbsent) {
  dir_.ExpectSucceeds({"backup", "run/store", "--out", "run/backup"});
  Kill({"restore", "run/backup", "--out", "copies/store"}, "store",
       [this] { ExpectTheSame("store"); });
}

}  // namespace
}  // namespace quipu
