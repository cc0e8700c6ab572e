// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Kills `quipu build` with SIGKILL at random moments and starts it again until
// it is done: the export has the same bytes as that of a run left alone. With
// the scripted engine and with the small model.
//
// QUIPU_KILLS sets how many kills each run gets (the figure is 30:
// bazel test //tests/crash:build_kill_test --test_env=QUIPU_KILLS=30).
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/child_process.h"
#include "tests/support/models.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu {
namespace {

using testing::ChildOptions;
using testing::ChildProcess;
using testing::RunChild;
using testing::TempDir;

constexpr absl::Duration kRunLimit = absl::Minutes(4);

std::string Binary() {
  const char* runfiles = std::getenv("TEST_SRCDIR");
  const char* workspace = std::getenv("TEST_WORKSPACE");
  return absl::StrCat(runfiles, "/", workspace, "/pipelines/quipu");
}

int Kills(int usual) {
  const char* text = std::getenv("QUIPU_KILLS");
  int kills = usual;
  if (text != nullptr && !absl::SimpleAtoi(text, &kills)) kills = usual;
  return kills;
}

// Plain sentences that differ, so that documents and chunks do.
std::string MakeText(Rng* rng, int sentences) {
  const std::vector<std::string> who = {"The keeper", "A traveller", "The old captain", "Her sister",
                                        "The weaver", "A clerk",     "The miller",      "His friend"};
  const std::vector<std::string> did = {"counted", "carried", "found",  "mended",
                                        "sold",    "painted", "copied", "hid"};
  const std::vector<std::string> what = {"knotted cords", "silver coins", "river stones",
                                         "woollen cloth", "wax candles",  "paper maps",
                                         "copper bells",  "clay jars"};
  const std::vector<std::string> where = {"in the harbour", "behind the church", "near the bridge",
                                          "at the market",  "on the hill",       "by the mill",
                                          "in the archive", "under the stairs"};
  std::string text;
  for (int i = 0; i < sentences; ++i) {
    absl::StrAppend(&text, who[rng->Below(who.size())], " ", did[rng->Below(did.size())], " ",
                    rng->Below(900) + 2, " ", what[rng->Below(what.size())], " ",
                    where[rng->Below(where.size())], i % 6 == 5 ? ".\n\n" : ". ");
  }
  return text;
}

struct Workload {
  std::string engine;  // Fields of the spec's engine message.
  int documents = 0;
  int sentences = 0;
  std::string rest;  // More of the spec.
};

// A directory with a corpus and a spec; the same seed gives the same ones.
void WriteInputs(const TempDir& dir, const Workload& workload, const Fingerprint& seed) {
  Rng rng(seed, "kill-test-corpus");
  std::string rows;
  for (int i = 0; i < workload.documents; ++i) {
    std::string text = MakeText(&rng, workload.sentences);
    std::string escaped;
    for (const char c : text) escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
    absl::StrAppend(&rows, "{\"id\": ", i, ", \"text\": \"", escaped, "\"}\n");
    if (i == 1) absl::StrAppend(&rows, "{\"id\": broken\n");
  }
  ASSERT_OK(WriteFileAtomic(dir.Path("corpus.jsonl"), rows));
  std::string short_rows;
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&short_rows, "{\"prompt\": \"What is ", i, " plus ", i, "?\", \"completion\": \"It is ",
                    2 * i, ".\"}\n");
  }
  ASSERT_OK(WriteFileAtomic(dir.Path("short.jsonl"), short_rows));
  ASSERT_OK(WriteFileAtomic(
      dir.Path("spec.textproto"),
      absl::StrCat("seed: 7\nstore: \"run/store\"\ndocuments { path: \"corpus.jsonl\" }\n"
                   "short_rows { path: \"short.jsonl\" }\nengine { ",
                   workload.engine, " }\n", workload.rest)));
}

std::vector<std::string> BuildCommand() { return {Binary(), "build", "spec.textproto"}; }

std::string ReadLog(const TempDir& dir) {
  return ReadFile(dir.Path("log"), 1 << 26).value_or("(no log)");
}

// Name and SHA-256 of each file of the export.
std::string ExportDigest(const TempDir& dir) {
  const auto files = ExpandInputs(dir.Path("run/export"));
  if (!files.ok()) return std::string(files.status().message());
  std::vector<std::string> lines;
  for (const std::string& file : *files) {
    lines.push_back(absl::StrCat(file.substr(dir.path().size()), " ",
                                 Sha256HexOfFile(file).value_or("unreadable")));
  }
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "\n");
}

// Whether the export has long rows: an empty one would be equal to anything.
bool HasLongRows(const TempDir& dir) {
  const auto rows = ReadFile(dir.Path("run/export/messages-00000.jsonl"), 1 << 28);
  return rows.ok() && absl::StrContains(*rows, "\"kind\":\"long\"");
}

// Runs the build to its end, however often it was killed before, and expects the
// bytes of the run left alone and a sound store.
void FinishAndCompare(const TempDir& dir, const std::string& wanted) {
  const auto code = RunChild(BuildCommand(), {dir.path(), dir.Path("log"), ""}, kRunLimit);
  ASSERT_OK(code.status());
  ASSERT_EQ(*code, 0) << ReadLog(dir);
  EXPECT_EQ(ExportDigest(dir), wanted);
  const auto checked =
      RunChild({Binary(), "check", "run/store"}, {dir.path(), dir.Path("log"), ""}, kRunLimit);
  ASSERT_OK(checked.status());
  EXPECT_EQ(*checked, 0) << ReadLog(dir);
}

// Starts the build again and again, killing it after a random share of the time
// that an uninterrupted run took, until it ends before it is killed; returns how
// often it was, `most` at the most.
int KillUntilDone(const TempDir& dir, int most, absl::Duration mean_life, Rng* rng) {
  for (int killed = 0; killed < most; ++killed) {
    auto child = ChildProcess::Start(BuildCommand(), {dir.path(), dir.Path("log"), ""});
    EXPECT_OK(child.status());
    if (!child.ok() || (*child)->Wait(2 * rng->Uniform() * mean_life).has_value()) return killed;
    (*child)->Kill();
  }
  return most;
}

void ExpectSameBytesWhenKilled(const Workload& workload, int kills) {
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "kill-moments");
  TempDir whole_dir;
  WriteInputs(whole_dir, workload, seed);
  const absl::Time began = absl::Now();
  const auto code =
      RunChild(BuildCommand(), {whole_dir.path(), whole_dir.Path("log"), ""}, kRunLimit);
  ASSERT_OK(code.status());
  ASSERT_EQ(*code, 0) << ReadLog(whole_dir);
  const absl::Duration whole = absl::Now() - began;
  EXPECT_TRUE(HasLongRows(whole_dir)) << ReadLog(whole_dir);
  const std::string wanted = ExportDigest(whole_dir);

  // A build that ends before its next kill is compared, and another one begun,
  // until all kills have hit: how many runs that takes is chance and speed.
  int hit = 0;
  int runs = 0;
  while (hit < kills && runs < kills + 10) {
    TempDir dir;
    WriteInputs(dir, workload, seed);
    hit += KillUntilDone(dir, kills - hit, whole / kills, &rng);
    FinishAndCompare(dir, wanted);
    ++runs;
    if (::testing::Test::HasFailure()) return;
  }
  std::cout << "killed " << hit << " times in " << runs << " runs; one left alone takes "
            << absl::FormatDuration(whole) << "\n";
  EXPECT_EQ(hit, kills) << "builds ended before they were killed, again and again";
}

TEST(BuildKill, ScriptedEngineGivesTheSameBytes) {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 8;
  workload.sentences = 160;
  workload.rest =
      "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
      "performance { scripted_latency_ms: 50 chunks_in_flight: 3 }\n";
  ExpectSameBytesWhenKilled(workload, Kills(10));
}

TEST(BuildKill, SmallModelGivesTheSameBytes) {
  Workload workload;
  workload.engine = absl::StrCat("model: \"", SmallModelPath(), "\"");
  workload.documents = 3;
  workload.sentences = 60;
  workload.rest =
      "chunks { min_tokens: 64 max_tokens: 128 max_per_document: 1 }\n"
      // Whatever the small model writes is let through, so that rows are made.
      "generation { pairs_per_chunk: 6 max_question_tokens: 48\n"
      "  max_long_answer_tokens: 48 max_short_answer_tokens: 48\n"
      "  long_prompt: \"Write a question about this text and its answer.\"\n"
      "  short_prompt: \"Write a question about this text and its answer.\" }\n"
      "verification { verdict_decides: false min_answer_log_prob: -20\n"
      "  min_short_answer_log_prob: -20 min_gain: -20 }\n"
      "filters { refuse_text_mentions: false min_grounded_share_long: 0\n"
      "  min_grounded_share_short: 0 }\n";
  ExpectSameBytesWhenKilled(workload, Kills(4));
}

}  // namespace
}  // namespace quipu
