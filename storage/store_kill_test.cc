// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// SIGKILL at random moments: no acknowledged result is lost, none is torn. The
// victim is a program of its own: a forked copy of a process with an open
// database would hang.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
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
#include "storage/record.h"
#include "storage/store.h"
#include "storage/test_data.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

extern char** environ;

namespace quipu::storage {
namespace {

using quipu::testing::IsOkAndHolds;
using quipu::testing::TempDir;
using quipu::testing::TestFingerprint;
using storage::testing::TestDocument;
using storage::testing::TestHeader;
using storage::testing::TestPlan;
using storage::testing::TestResult;
using ::testing::IsEmpty;

// Tests run in the root of their runfiles.
constexpr char kVictim[] = "storage/commit_until_killed";
constexpr int kRounds = 25;
constexpr uint32_t kTasksPerDocument = 40;  // As the victim plans.
constexpr uint64_t kDocumentsPerRound = 100000;
// Every so many rounds, the victim dies while it opens the store (or at once);
// in the others, after some acknowledgements, whatever time these take here.
constexpr int kOpeningRounds = 5;
constexpr int kMostOpeningMs = 120;
constexpr int kMostLines = 120;
constexpr int kMostExtraMs = 8;
constexpr absl::Duration kPatience = absl::Seconds(60);

// When the victim dies: so long after it has written so many lines.
struct Moment {
  int lines;
  absl::Duration extra;
};

// Starts the victim; returns its process and the pipe it acknowledges on.
std::pair<pid_t, int> Start(const std::string& store, uint64_t first_document) {
  int fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
  std::string program = kVictim, document = absl::StrCat(first_document), path = store;
  char* argv[] = {program.data(), path.data(), document.data(), nullptr};
  pid_t pid = -1;
  const int error = posix_spawn(&pid, kVictim, &actions, nullptr, argv, environ);
  EXPECT_EQ(error, 0) << kVictim << ": " << std::strerror(error);
  posix_spawn_file_actions_destroy(&actions);
  close(fds[1]);
  return {pid, fds[0]};
}

// Reads what the victim acknowledges; kills it at its moment, reads the rest.
std::string ReadUntilKilled(pid_t pid, int fd, const Moment& moment) {
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
      kill(pid, SIGKILL);
      killed = true;
    }
    pollfd waiting = {fd, POLLIN, 0};
    const int wait_ms = killed ? -1 : static_cast<int>(absl::ToInt64Milliseconds(left)) + 1;
    if (poll(&waiting, 1, wait_ms) <= 0) continue;
    const ssize_t count = read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    acknowledged.append(buffer, count);
  }
  close(fd);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      << "the victim ended by itself, status " << status;
  return acknowledged;
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
    const auto [pid, fd] = Start(path, (round + 1) * kDocumentsPerRound);
    ASSERT_GT(pid, 0);
    std::istringstream lines(ReadUntilKilled(pid, fd, moment));
    uint64_t document;
    uint32_t index;
    while (lines >> document >> index) acknowledged.emplace(document, index);

    // Whatever moment it was, the next one opens, and everything is there.
    ASSERT_OK_AND_ASSIGN(auto store, Store::Open(path, {}));
    for (const auto& [number, task_index] : acknowledged) {
      const v1::Task task = TestPlan(TestDocument(number), kTasksPerDocument).tasks(task_index);
      ASSERT_OK_AND_ASSIGN(const v1::Result result, store->GetResult(task.id()));
      ASSERT_EQ(SerializeDeterministic(result), SerializeDeterministic(TestResult(task)));
    }
    EXPECT_THAT(store->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
    ASSERT_OK(store->Close());
  }
  std::cout << acknowledged.size() << " acknowledged results over " << kRounds << " kills\n";
  EXPECT_GT(acknowledged.size(), 100u) << "the victims did not get to commit";
}

}  // namespace
}  // namespace quipu::storage
