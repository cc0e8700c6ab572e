// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// At each failpoint the program dies, gets an error or is delayed, the first,
// second or third time that it is there. The same command is then run again: the
// dataset has the bytes of an undisturbed run, and `quipu check` finds nothing.
//
// Tries 4 of about 250 cases, and all with QUIPU_FAILPOINTS=all
// (tests/soak/faults.sh). That each failpoint is reached at all is always checked.
#include "base/failpoint.h"

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/crash/run_directory.h"
#include "tests/support/coordinator_fixture.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu {
namespace {

using testing::CoordinatorFixture;
using ::testing::IsEmpty;
using testing::RunDirectory;
using testing::Workload;
using Command = std::vector<std::string>;

constexpr size_t kUsualCases = 4;
// What a shell shows for a process that SIGKILL has ended.
constexpr int kKilled = 128 + 9;
// Reached by tests in this process: between machines, or only if pairs are duplicates.
const std::set<std::string>& OwnTests() {
  static const auto* const points = new std::set<std::string>{
      "renew.before_reply", "audit.before_compare", "replace.before_write"};
  return *points;
}

Workload SmallRun() {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 4;
  workload.sentences = 120;
  workload.performance = "chunks_in_flight: 1";
  workload.rest = "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 1000 }\n";
  return workload;
}

// The commands that make a dataset, of which the last one is disturbed.
std::vector<Command> CommandsOf(absl::string_view point) {
  const Command build = {"build", "spec.textproto"};
  if (absl::StartsWith(point, "backup.")) {
    return {build, {"backup", "run/store", "--out", "run/backup"}};
  }
  if (absl::StartsWith(point, "merge.")) {
    return {{"build", "spec.textproto", "--partition", "0/2"},
            {"build", "spec.textproto", "--partition", "1/2"},
            {"merge", "spec.textproto"}};
  }
  return {build};
}

Command WithEnvironment(const std::string& variable) {
  return {"/usr/bin/env", variable, testing::TestProgram("tests/faults/quipu_with_failpoints")};
}

struct Case {
  std::string point;
  std::string action;
  int hit = 1;
};

void ExpectSurvives(const Case& c, const Fingerprint& seed, const std::string& wanted) {
  SCOPED_TRACE(absl::StrCat(c.point, "=", c.action, "@", c.hit));
  RunDirectory dir(SmallRun(), seed);
  std::vector<Command> commands = CommandsOf(c.point);
  const Command last = commands.back();
  commands.pop_back();
  for (const Command& command : commands) dir.ExpectSucceeds(command);

  dir.SetProgram(
      WithEnvironment(absl::StrCat("QUIPU_FAILPOINT=", c.point, "=", c.action, "@", c.hit)));
  ASSERT_OK_AND_ASSIGN(const int code, dir.Run(last));
  // It may be there less often than that; an error may be retried.
  if (c.action == "crash") {
    EXPECT_TRUE(code == kKilled || code == 0) << code << dir.ReadLog();
  }
  if (c.action == "error") {
    EXPECT_TRUE(code == 1 || code == 0) << code << dir.ReadLog();
  }
  if (c.action == "delay") {
    EXPECT_EQ(code, 0) << dir.ReadLog();
  }

  dir.SetProgram({testing::TestProgram("pipelines/quipu")});
  dir.ExpectSucceeds(last);
  EXPECT_EQ(dir.ExportDigest(), wanted);
  dir.ExpectSound();
  if (!absl::StartsWith(c.point, "backup.")) return;
  dir.ExpectSucceeds({"restore", "run/backup", "--out", "run/restored"});
  dir.ExpectSucceeds({"check", "run/restored"});
}

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const char* point : kFailpoints) {
    if (OwnTests().count(point) > 0) continue;
    for (const char* action : {"crash", "error", "delay"}) {
      for (int hit = 1; hit <= 3; ++hit) cases.push_back({point, action, hit});
    }
  }
  return cases;
}

TEST(Failpoints, AreSurvived) {
  const Fingerprint seed = testing::TestFingerprint();
  Rng rng(seed, "failpoints");
  const std::string wanted = testing::DigestLeftAlone(SmallRun(), seed);
  std::vector<Case> cases = AllCases();
  const char* all = std::getenv("QUIPU_FAILPOINTS");
  while ((all == nullptr || absl::string_view(all) != "all") && cases.size() > kUsualCases) {
    cases.erase(cases.begin() + rng.Below(cases.size()));
  }
  for (const Case& c : cases) {
    ExpectSurvives(c, seed, wanted);
    if (HasFailure()) return;
  }
  std::cout << cases.size() << " cases\n";
}

// An export or a merge that dies while it writes leaves nothing, or all of the old.
void ExpectNothingOrAllOfTheOld(const std::string& point, bool again, const Fingerprint& seed,
                                const std::string& wanted) {
  SCOPED_TRACE(absl::StrCat(point, again ? ", again" : ""));
  RunDirectory dir(SmallRun(), seed);
  std::vector<Command> commands = CommandsOf(point);
  Command last = commands.back();
  if (!absl::StartsWith(point, "merge.")) {
    last = {"export", "run/store"};
  } else {
    commands.pop_back();
  }
  for (const Command& command : commands) dir.ExpectSucceeds(command);
  if (!again) {
    ASSERT_OK(RemoveTree(dir.Path("run/export")));
  }
  dir.SetProgram(WithEnvironment(absl::StrCat("QUIPU_FAILPOINT=", point, "=crash@2")));
  EXPECT_THAT(dir.Run(last), testing::IsOkAndHolds(kKilled)) << dir.ReadLog();

  if (absl::StartsWith(point, "merge.")) {
    EXPECT_FALSE(FileExists(dir.Path("run/store")));
  }
  if (again) {
    EXPECT_EQ(dir.ExportDigest(), wanted);
  } else {
    EXPECT_FALSE(FileExists(dir.Path("run/export")));
  }
  dir.SetProgram({testing::TestProgram("pipelines/quipu")});
  dir.ExpectSucceeds(last);
  EXPECT_EQ(dir.ExportDigest(), wanted);
}

TEST(Failpoints, LeaveNoHalfOfAnExportOrAMerge) {
  const Fingerprint seed = testing::TestFingerprint();
  const std::string wanted = testing::DigestLeftAlone(SmallRun(), seed);
  ExpectNothingOrAllOfTheOld("export.before_row", /*again=*/false, seed, wanted);
  ExpectNothingOrAllOfTheOld("export.before_row", /*again=*/true, seed, wanted);
  ExpectNothingOrAllOfTheOld("merge.after_batch", /*again=*/false, seed, wanted);
}

// Names that the commands reach.
std::set<std::string> ReachedBy(const std::vector<Command>& commands, const Fingerprint& seed) {
  RunDirectory dir(SmallRun(), seed);
  dir.SetProgram(WithEnvironment(absl::StrCat("QUIPU_FAILPOINT_HITS=", dir.Path("hits"))));
  for (const Command& command : commands) dir.ExpectSucceeds(command);
  return absl::StrSplit(dir.ReadLog("hits"), '\n', absl::SkipEmpty());
}

TEST(Failpoints, AreAllReached) {
  const Fingerprint seed = testing::TestFingerprint();
  std::set<std::string> reached = ReachedBy(CommandsOf("backup."), seed);
  reached.merge(ReachedBy(CommandsOf("merge."), seed));
  reached.insert(OwnTests().begin(), OwnTests().end());
  std::vector<std::string> missing;
  for (const char* point : kFailpoints) {
    if (reached.erase(point) == 0) missing.push_back(point);
  }
  EXPECT_THAT(missing, IsEmpty());
  EXPECT_THAT(reached, IsEmpty()) << "not in kFailpoints";
}

class OwnFailpoints : public ::testing::Test {
 protected:
  void TearDown() override { SetFailpointHandler(nullptr); }
};

TEST_F(OwnFailpoints, ARenewalThatIsNotAnsweredStillCounts) {
  CoordinatorFixture run(/*chunks=*/1, /*tasks=*/1);
  const std::string session = run.Hello("ann");
  const v1::LeaseReply granted = run.Lease(session, 1);
  ASSERT_EQ(granted.chunks_size(), 1);
  v1::RenewRequest request;
  request.set_session(session);
  *request.add_tickets() = granted.chunks(0).ticket();
  run.Pass(run.options.leases.ttl * 2 / 3);

  SetFailpointHandler([](absl::string_view name) {
    return name == "renew.before_reply" ? absl::UnavailableError("injected") : absl::OkStatus();
  });
  EXPECT_EQ(run.coordinator->Renew({}, request).status(), absl::UnavailableError("injected"));

  run.Pass(run.options.leases.ttl * 2 / 3);
  const v1::SubmitReply reply = run.Submit(session, {run.Work(granted.chunks(0))});
  EXPECT_EQ(reply.leases(0).results(0), v1::SUBMIT_OUTCOME_STORED);
}

TEST_F(OwnFailpoints, AnErrorBeforeAnAuditEndsTheCoordinatorAndTheNextOneAudits) {
  CoordinatorFixture run(/*chunks=*/4, /*tasks=*/1);
  run.options.leases.audit_share = 1;
  run.Start();
  SetFailpointHandler([](absl::string_view name) {
    return name == "audit.before_compare" ? absl::UnavailableError("injected") : absl::OkStatus();
  });
  for (int turns = 0; turns < 20 && run.coordinator->Failed().ok(); ++turns) {
    for (const char* worker : {"ann", "bob"}) {
      const std::string session = run.Hello(worker);
      const auto polled = run.Poll(session, 1, absl::ZeroDuration());
      run.Commit();
      if (!polled->reply.ok() || polled->reply->chunks().empty()) continue;
      run.Send(session, {run.Work(polled->reply->chunks(0))});
      run.Commit();
      if (!run.coordinator->Failed().ok()) break;
    }
  }
  ASSERT_EQ(run.coordinator->Failed(), absl::UnavailableError("injected"));

  SetFailpointHandler(nullptr);
  run.Start();
  run.WorkAll({run.Hello("ann"), run.Hello("bob")});
  EXPECT_TRUE(run.coordinator->Done());
  EXPECT_EQ(run.Wrong(), 0);
}

// Fails at the next hit of one point.
std::string* PointToFail() {
  static std::string point;
  return &point;
}

void FailOnceAt(const std::string& point) {
  *PointToFail() = point;
  SetFailpointHandler([](absl::string_view name) {
    if (name != *PointToFail()) return absl::OkStatus();
    PointToFail()->clear();
    return absl::UnavailableError("injected");
  });
}

TEST_F(OwnFailpoints, AStoreThatCouldNotBeginAnEpochBeginsItLater) {
  for (const std::string point :
       {"open.before_epoch", "mark.before_write", "mark.after_write", "open.after_epoch"}) {
    SCOPED_TRACE(point);
    const testing::TempDir dir;
    const std::string path = dir.Path("store");
    FailOnceAt(point);
    EXPECT_EQ(storage::Store::Create(path, testing::TestHeader()).status(),
              absl::UnavailableError("injected"));
    FailOnceAt(point);
    EXPECT_EQ(storage::Store::Open(path, {}).status(), absl::UnavailableError("injected"));

    SetFailpointHandler(nullptr);
    ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(path, {}));
    EXPECT_OK(store->Close());
  }
}

TEST_F(OwnFailpoints, AReplacementThatFailsChangesNothing) {
  const testing::TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto store,
                       storage::Store::Create(dir.Path("store"), testing::TestHeader()));
  const std::vector<v1::Task> tasks = testing::AddPlannedDocument(store.get(), 1, 2);
  for (const v1::Task& task : tasks)
    ASSERT_OK(testing::Commit(store.get(), testing::TestResult(task)));
  v1::Result reject = testing::TestResult(tasks[1]);
  reject.mutable_reject()->set_reason(v1::REJECT_REASON_DUPLICATE_QUESTION);

  SetFailpointHandler([](absl::string_view name) {
    return name == "replace.before_write" ? absl::UnavailableError("injected") : absl::OkStatus();
  });
  EXPECT_EQ(store->ReplaceWithRejects(tasks[0].document_id(), {reject}),
            absl::UnavailableError("injected"));
  EXPECT_FALSE(store->GetResult(tasks[1].id())->has_reject());

  SetFailpointHandler(nullptr);
  ASSERT_OK(store->ReplaceWithRejects(tasks[0].document_id(), {reject}));
  EXPECT_TRUE(store->GetResult(tasks[1].id())->has_reject());
  EXPECT_OK(store->Close());
}

}  // namespace
}  // namespace quipu
