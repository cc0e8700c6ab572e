// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Backups of a build that is running; some are killed. Then the build is killed and
// its store is destroyed, the backup is restored and checked, and the build
// continues: its dataset has the bytes of an undisturbed run.
//
// One round; QUIPU_BACKUP_ROUNDS sets more (tests/soak/backup.sh: 100).
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/crash/run_directory.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::RunDirectory;
using testing::Workload;
using Command = std::vector<std::string>;

// More tries than a build needs to create its store.
constexpr int kMostTries = 2000;
constexpr int kMostKills = 3;

Workload SlowRun() {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 6;
  workload.sentences = 120;
  workload.performance = "scripted_latency_ms: 60 chunks_in_flight: 2";
  workload.rest = "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 1000 }\n";
  return workload;
}

int Rounds() {
  const char* text = std::getenv("QUIPU_BACKUP_ROUNDS");
  int rounds = 1;
  if (text != nullptr && !absl::SimpleAtoi(text, &rounds)) rounds = 1;
  return rounds;
}

// Backs up until there is a store to back up.
void MakeFirstBackup(const RunDirectory& dir, const Command& backup) {
  for (int i = 0; i < kMostTries; ++i) {
    ASSERT_OK_AND_ASSIGN(const int code, dir.Run(backup, "backup.log"));
    if (code == 0) return;
    ASSERT_EQ(code, 2) << dir.ReadLog("backup.log");  // No run yet.
  }
  FAIL() << "the build makes no store: " << dir.ReadLog();
}

TEST(BackupOfARunningBuild, ContinuesToTheSameBytes) {
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "backup-moments");
  const std::string wanted = testing::DigestLeftAlone(SlowRun(), seed);
  const Command build = {"build", "spec.textproto"};
  const Command backup = {"backup", "run/store", "--out", "run/backup"};
  int killed = 0;
  for (int round = 0; round < Rounds(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    const RunDirectory dir(SlowRun(), seed);
    ASSERT_OK_AND_ASSIGN(const auto running, dir.Start(build));
    MakeFirstBackup(dir, backup);
    const absl::Time began = absl::Now();
    dir.ExpectSucceeds(backup);
    killed += dir.KillUntilDone(backup, kMostKills, (absl::Now() - began) / 2, &rng);
    running->Kill();

    // The build may have finished and exported since.
    ASSERT_OK(RemoveTree(dir.Path("run/export")));
    ASSERT_OK(RemoveTree(dir.Path("run/store")));
    dir.ExpectSucceeds({"check", "run/backup"});
    dir.ExpectSucceeds({"restore", "run/backup", "--out", "run/store"});
    dir.ExpectSucceeds(build);
    EXPECT_EQ(dir.ExportDigest(), wanted);
    dir.ExpectSound();
    if (HasFailure()) return;
  }
  std::cout << Rounds() << " rounds, " << killed << " backups killed\n";
}

}  // namespace
}  // namespace quipu
