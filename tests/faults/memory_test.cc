// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The n-th allocation of a build fails, wherever that is. The program may end as it
// likes; the same command is then run again, and gives the bytes of an undisturbed
// run.
//
// Tries 3 n, or as many as QUIPU_ALLOCATION_FAILURES says (tests/soak/faults.sh).
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
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

constexpr int kUsualFailures = 3;

Workload SmallRun() {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 3;
  workload.sentences = 120;
  workload.performance = "chunks_in_flight: 1";
  workload.rest = "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 1000 }\n";
  return workload;
}

int Failures() {
  const char* text = std::getenv("QUIPU_ALLOCATION_FAILURES");
  int failures = kUsualFailures;
  if (text != nullptr && !absl::SimpleAtoi(text, &failures)) failures = kUsualFailures;
  return failures;
}

void SetVariable(RunDirectory* dir, const std::string& variable) {
  dir->SetProgram(
      {"/usr/bin/env", variable, testing::TestProgram("tests/faults/quipu_with_failing_memory")});
}

TEST(Memory, ThatRunsOutAnywhereLosesNothing) {
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "allocations");
  const std::string wanted = testing::DigestLeftAlone(SmallRun(), seed);
  const std::vector<std::string> build = {"build", "spec.textproto"};
  int64_t allocations = 0;
  {
    RunDirectory dir(SmallRun(), seed);
    SetVariable(&dir, absl::StrCat("QUIPU_ALLOCATIONS=", dir.Path("count")));
    dir.ExpectSucceeds(build);
    ASSERT_TRUE(absl::SimpleAtoi(dir.ReadLog("count"), &allocations)) << dir.ReadLog("count");
    ASSERT_GT(allocations, 1000);
  }
  int ended = 0;
  for (int i = 0; i < Failures(); ++i) {
    const uint64_t n = rng.Below(allocations) + 1;
    SCOPED_TRACE(absl::StrCat("allocation ", n, " of ", allocations));
    RunDirectory dir(SmallRun(), seed);
    SetVariable(&dir, absl::StrCat("QUIPU_FAIL_ALLOCATION=", n));
    ASSERT_OK_AND_ASSIGN(const int code, dir.Run(build));
    ended += code != 0 ? 1 : 0;
    dir.SetProgram({testing::TestProgram("pipelines/quipu")});
    dir.ExpectSucceeds(build);
    EXPECT_EQ(dir.ExportDigest(), wanted);
    dir.ExpectSound();
    if (HasFailure()) return;
  }
  std::cout << Failures() << " failed allocations of " << allocations << ", " << ended
            << " ended the program\n";
}

}  // namespace
}  // namespace quipu
