// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Kills a build while it reads a table, and restarts it: it continues inside the table, and
// the dataset is that of an undisturbed build.
//
// QUIPU_KILLS sets how many kills must be inside the table (tests/soak/kill.sh: 200).
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "pipelines/tables/table_writer.h"
#include "tests/crash/run_directory.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::DigestLeftAlone;
using testing::Kills;
using testing::RunDirectory;
using testing::Workload;

// Tries for each kill inside the table: others come too early or too late.
constexpr int kTriesPerKill = 20;

// Nearly all of the time is reading: few documents get pairs. Batches of 256 records are
// committed, so there are about ten places to continue from, most of them inside a row group.
Workload TableRun() {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 2600;
  workload.sentences = 60;
  workload.table_group_rows = 1000;
  workload.rest =
      "chunks { min_tokens: 200 max_tokens: 400 }\nselection { sample_documents: 20 }\n";
  return workload;
}

// Whether the last kill was inside the table: some documents are stored, not all of them.
bool IsInsideTable(const RunDirectory& dir) {
  const absl::StatusOr<int> code = dir.Run({"status", "--json", "run/store"}, "status");
  if (!code.ok() || *code != 0) return false;  // Killed before there was a store.
  const std::string status = dir.ReadLog("status");
  return !absl::StrContains(status, "\"documents\":0,") &&
         !absl::StrContains(status, "\"done_stages\":[\"read\"");
}

TEST(TableKill, ABuildContinuesInsideATable) {
  if (absl::IsFailedPrecondition(
          pipelines::TableWriter::Create("", pipelines::TableWriter::Options()).status())) {
    GTEST_SKIP() << "built without Apache Arrow";
  }
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "kill-moments");
  absl::Duration alone;
  const std::string wanted = DigestLeftAlone(TableRun(), seed, &alone);

  const int kills = Kills(3);
  int inside = 0;
  for (int i = 0; i < kills * kTriesPerKill && inside < kills; ++i) {
    const RunDirectory dir(TableRun(), seed);
    // Twice, so that the second run begins inside the table.
    dir.KillUntilDone({"build", "spec.textproto"}, 1, alone / 2, &rng);
    const bool first = IsInsideTable(dir);
    if (first) dir.KillUntilDone({"build", "spec.textproto"}, 1, alone / 2, &rng);
    inside += first ? 1 : 0;
    if (!first && inside > 0) continue;
    dir.ExpectSucceeds({"build", "spec.textproto"});
    EXPECT_EQ(dir.ExportDigest(), wanted);
    if (HasFailure()) return;
  }
  EXPECT_EQ(inside, kills) << "builds ended, or were killed, before and after the table alone";
}

}  // namespace
}  // namespace quipu
