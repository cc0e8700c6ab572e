// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// SIGKILL at random moments: no acknowledged result is lost, none is torn. The
// victim is a separate program: a forked copy of a process with an open
// database would hang.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/serialize.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/child_process.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::storage {
namespace {

using quipu::testing::ChildOptions;
using quipu::testing::ChildProcess;
using quipu::testing::IsOkAndHolds;
using quipu::testing::TempDir;
using quipu::testing::TestDocument;
using quipu::testing::TestFingerprint;
using quipu::testing::TestHeader;
using quipu::testing::TestPlan;
using quipu::testing::TestResult;
using ::testing::IsEmpty;

// Tests run in the root of their runfiles.
constexpr char kVictim[] = "tests/crash/commit_until_killed";
constexpr int kRounds = 25;
constexpr uint32_t kTasksPerDocument = 40;  // As the victim plans.
constexpr uint64_t kDocumentsPerRound = 100000;
// In one of this many rounds, the victim dies while it opens the store (or at
// once); in the others, after some acknowledgements, however long these take.
constexpr int kOpeningRounds = 5;
constexpr int kMostOpeningMs = 120;
constexpr int kMostLines = 120;
constexpr int kMostExtraMs = 8;
constexpr absl::Duration kPatience = absl::Seconds(60);

// When the victim dies: `extra` after it has written `lines` lines.
struct Moment {
  int lines;
  absl::Duration extra;
};

// Starts the victim, which acknowledges on its stdout.
absl::StatusOr<std::unique_ptr<ChildProcess>> StartVictim(const std::string& store,
                                                          uint64_t first_document) {
  ChildOptions options;
  options.pipe_stdout = true;
  return ChildProcess::Start({kVictim, store, absl::StrCat(first_document)}, options);
}

// Reads the victim's acknowledgements, kills it at the given moment, reads the
// rest.
std::string ReadUntilKilled(ChildProcess* victim, const Moment& moment) {
  Clock* clock = Clock::Real();
  std::string acknowledged;
  const auto lines = [&] { return std::count(acknowledged.begin(), acknowledged.end(), '\n'); };
  // Brought forward once the lines are there.
  bool counted = false;
  absl::Duration end = clock->Monotonic() + kPatience;
  bool killed = false;
  char buffer[4096];
  for (;;) {
    if (!counted && lines() >= moment.lines) {
      counted = true;
      end = clock->Monotonic() + moment.extra;
    }
    const absl::Duration left = end - clock->Monotonic();
    if (!killed && left <= absl::ZeroDuration()) {
      victim->Kill();
      killed = true;
    }
    pollfd waiting = {victim->stdout_pipe(), POLLIN, 0};
    const int wait_ms = killed ? -1 : static_cast<int>(absl::ToInt64Milliseconds(left)) + 1;
    if (poll(&waiting, 1, wait_ms) <= 0) continue;
    const ssize_t count = read(victim->stdout_pipe(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    acknowledged.append(buffer, count);
  }
  EXPECT_EQ(victim->Wait(kPatience), 128 + SIGKILL) << "the victim ended by itself";
  return acknowledged;
}

// The victim writes an attempt and an update of the journal with each result.
void ExpectWholeBatches(const Store& store) {
  uint64_t results = 0, attempts = 0, updates = 0;
  EXPECT_OK(store.ForEachDoneTask([&](absl::string_view, uint32_t) {
    ++results;
    return absl::OkStatus();
  }));
  EXPECT_OK(
      store.ForEachAttempt([&](absl::string_view, uint32_t, const v1::AttemptRecord& attempt) {
        EXPECT_EQ(attempt.worker(), "victim");
        ++attempts;
        return absl::OkStatus();
      }));
  EXPECT_OK(store.ForEachUpdate([&](const v1::LeaseUpdate&) {
    ++updates;
    return absl::OkStatus();
  }));
  EXPECT_EQ(attempts, results);
  EXPECT_EQ(updates, results);
}

TEST(StoreKill, LosesNoAcknowledgedResultAndTearsNone) {
  TempDir dir;
  const std::string path = dir.Path("store");
  {
    ASSERT_OK_AND_ASSIGN(auto store, Store::Create(path, TestHeader()));
    ASSERT_OK(store->Close());
  }
  Rng rng(TestFingerprint(), "kills");
  std::set<std::pair<uint64_t, uint32_t>> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    const bool opening = round % kOpeningRounds == 0;
    Moment moment;
    moment.lines = opening ? 0 : 1 + static_cast<int>(rng.Below(kMostLines));
    moment.extra = absl::Microseconds(
        static_cast<int64_t>(rng.Below(1000 * (opening ? kMostOpeningMs : kMostExtraMs))));
    SCOPED_TRACE(absl::StrCat("round ", round, ", killed ", absl::FormatDuration(moment.extra),
                              " after ", moment.lines, " lines"));
    ASSERT_OK_AND_ASSIGN(const auto victim, StartVictim(path, (round + 1) * kDocumentsPerRound));
    std::istringstream lines(ReadUntilKilled(victim.get(), moment));
    uint64_t document;
    uint32_t index;
    while (lines >> document >> index) acknowledged.emplace(document, index);

    // Whatever the moment, the next open succeeds, and everything is present.
    ASSERT_OK_AND_ASSIGN(auto store, Store::Open(path, {}));
    for (const auto& [number, task_index] : acknowledged) {
      const v1::Task task = TestPlan(TestDocument(number), kTasksPerDocument).tasks(task_index);
      ASSERT_OK_AND_ASSIGN(const v1::Result result, store->GetResult(task.id()));
      ASSERT_EQ(SerializeDeterministic(result), SerializeDeterministic(TestResult(task)));
    }
    ExpectWholeBatches(*store);
    EXPECT_THAT(store->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
    ASSERT_OK(store->Close());
  }
  std::cout << acknowledged.size() << " acknowledged results over " << kRounds << " kills\n";
  EXPECT_GT(acknowledged.size(), 100u) << "the victims did not get to commit";
}

}  // namespace
}  // namespace quipu::storage
