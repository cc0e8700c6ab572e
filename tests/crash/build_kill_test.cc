// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Kills `quipu build` with SIGKILL at random moments and restarts it until it
// is done: the export has the same bytes as an undisturbed run's. With the
// scripted engine and with the small model.
//
// QUIPU_KILLS sets how many kills each run gets (the figure is 30:
// bazel test //tests/crash:build_kill_test --test_env=QUIPU_KILLS=30).
#include <algorithm>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/crash/run_directory.h"
#include "tests/support/models.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::DigestLeftAlone;
using testing::Kills;
using testing::RunDirectory;
using testing::Workload;

// More kills than this per run would not reach the later stages.
constexpr int kMostInARun = 30;

void ExpectSameBytesWhenKilled(const Workload& workload, const Fingerprint& seed, int kills) {
  Rng rng(seed, "kill-moments");
  absl::Duration whole;
  const std::string wanted = DigestLeftAlone(workload, seed, &whole);
  if (::testing::Test::HasFailure()) return;

  const std::vector<std::string> build = {"build", "spec.textproto"};
  // A build that ends before its next kill is compared, and another one
  // started, until all kills have hit. The number of runs depends on chance and
  // speed.
  int hit = 0;
  int runs = 0;
  while (hit < kills && runs < kills + 10) {
    const RunDirectory dir(workload, seed);
    hit += dir.KillUntilDone(build, kills - hit, whole / std::min(kills, kMostInARun), &rng);
    dir.ExpectSucceeds(build);
    EXPECT_EQ(dir.ExportDigest(), wanted);
    dir.ExpectSound();
    ++runs;
    if (::testing::Test::HasFailure()) return;
  }
  std::cout << "killed " << hit << " times in " << runs << " runs; one left alone takes "
            << absl::FormatDuration(whole) << "\n";
  EXPECT_EQ(hit, kills) << "too many builds ended before they were killed";
}

Workload ScriptedRun() {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 8;
  workload.sentences = 160;
  workload.performance = "scripted_latency_ms: 50 chunks_in_flight: 3";
  workload.rest = "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n";
  return workload;
}

TEST(BuildKill, ScriptedEngineGivesTheSameBytes) {
  ExpectSameBytesWhenKilled(ScriptedRun(), testing::TestFingerprint(), Kills(10));
}

TEST(BuildKill, PairsOfTwoChunksAndSummariesAreTheSameBytes) {
  Workload workload = ScriptedRun();
  workload.rest +=
      "generation { two_chunk_share: 0.4 min_two_chunk_gain: -9 summary_share: 0.7 }\n";
  ExpectSameBytesWhenKilled(workload, testing::TestFingerprint(), Kills(4));
}

// Bug: a rerun after a kill waited for the leases of the killed build to
// expire.
TEST(BuildKill, TakesUpAtOnceWhatTheKilledOneHeld) {
  const Fingerprint seed = testing::TestFingerprint();
  Workload workload = ScriptedRun();
  workload.rest += "service { lease_ttl_s: 3600 }\n";
  absl::Duration whole;
  const std::string wanted = DigestLeftAlone(workload, seed, &whole);
  const std::vector<std::string> build = {"build", "spec.textproto"};
  // The machine may have been busier during the whole run: then the half of its
  // time is too long, and the next try is killed earlier.
  std::optional<RunDirectory> dir;
  bool ended = true;
  for (absl::Duration life = whole / 2; ended && life > absl::Milliseconds(1); life /= 2) {
    dir.emplace(workload, seed);
    ASSERT_OK_AND_ASSIGN(auto killed, dir->Start(build));
    ended = killed->Wait(life).has_value();
    killed->Kill();
  }
  ASSERT_FALSE(ended);

  dir->ExpectSucceeds(build);  // In minutes, not in an hour.

  EXPECT_EQ(dir->ExportDigest(), wanted);
}

// Uses a corpus from which the model makes at least one pair: for one in a few
// dozen it makes none.
Fingerprint SeedWithLongRows(const Workload& workload) {
  Fingerprint seed = testing::TestFingerprint();
  for (int i = 0; i < 20; ++i) {
    const RunDirectory dir(workload, seed);
    dir.ExpectSucceeds({"build", "spec.textproto"});
    if (dir.HasLongRows()) break;
    seed = FingerprintBuilder("another corpus").Add(seed).Build();
  }
  return seed;
}

TEST(BuildKill, SmallModelGivesTheSameBytes) {
  Workload workload;
  workload.engine = absl::StrCat("model: \"", SmallModelPath(), "\"");
  workload.documents = 3;
  workload.sentences = 60;
  workload.rest =
      "chunks { min_tokens: 64 max_tokens: 128 max_per_document: 1 }\n"
      // Accepts whatever the small model writes, so that there are rows.
      "generation { pairs_per_chunk: 6 max_question_tokens: 48\n"
      "  max_long_answer_tokens: 48 max_short_answer_tokens: 48\n"
      "  long_prompt: \"Write a question about this text and its answer.\"\n"
      "  short_prompt: \"Write a question about this text and its answer.\" }\n"
      "verification { target_precision: 0 min_verdict_margin: -100 min_answer_log_prob: -20\n"
      "  min_short_answer_log_prob: -20 min_gain: -20 }\n"
      "filters { refuse_text_mentions: false min_grounded_share_long: 0\n"
      "  min_grounded_share_short: 0 }\n";
  ExpectSameBytesWhenKilled(workload, SeedWithLongRows(workload), Kills(4));
}

}  // namespace
}  // namespace quipu
