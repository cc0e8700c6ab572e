// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Today's program meets runs that an earlier quipu began (../README.md says how).
// The recipe has changed since (kResultVersion): an unfinished run is refused by
// name, and a finished one is exported.
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/child_process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {
namespace {

using storage::Store;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kGolden[] = "tests/golden/store";
// Far longer than these runs take on any machine.
constexpr absl::Duration kRunLimit = absl::Minutes(5);

class GoldenResumeTest : public ::testing::Test {
 protected:
  // Copies each store, with the corpus and the spec beside it.
  void SetUp() override {
    for (const std::string run : {"finished", "halfway"}) {
      CopyDirectory(absl::StrCat(kGolden, "/", run, "/store"), StoreOf(run));
      for (const char* name : {"corpus.jsonl", "short.jsonl", "spec.textproto"}) {
        ASSERT_OK_AND_ASSIGN(const std::string text, ReadFile(JoinPath(kGolden, name), 1 << 20));
        ASSERT_OK(WriteFileAtomic(JoinPath(dir_.Path(run), name), text));
      }
    }
  }
  std::string StoreOf(const std::string& run) { return dir_.Path(run + "/run/store"); }
  // `quipu build`, with its exit code; its output is in `log`.
  int Build(const std::string& run, std::string* log) {
    const std::string binary = absl::StrCat(std::getenv("TEST_SRCDIR"), "/",
                                            std::getenv("TEST_WORKSPACE"), "/pipelines/quipu");
    const std::string path = dir_.Path(run + ".log");
    const auto code =
        RunChild({binary, "build", "spec.textproto"}, {dir_.Path(run), path, "", false}, kRunLimit);
    EXPECT_OK(code.status());
    *log = ReadFile(path, 1 << 20).value_or("no log");
    return code.value_or(-1);
  }
  std::string ReadExport(const std::string& run, const std::string& name) {
    return ReadFile(dir_.Path(absl::StrCat(run, "/run/export/", name)), 1 << 26)
        .value_or("no " + name);
  }

  TempDir dir_;
};

TEST_F(GoldenResumeTest, RefusesARunThatAnotherRecipeBegan) {
  std::string log;

  EXPECT_EQ(Build("halfway", &log), 2) << log;

  EXPECT_THAT(log, HasSubstr("the run was begun by another version (quipu 0.1.0)"));
  // Nothing is lost: the store still opens, with what it had.
  ASSERT_OK_AND_ASSIGN(const auto store, Store::Open(StoreOf("halfway"), {}));
  EXPECT_THAT(store->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
}

TEST_F(GoldenResumeTest, ExportsAFinishedRunOfAnotherRecipe) {
  std::string log;

  EXPECT_EQ(Build("finished", &log), 0) << log;

  for (const char* name : {"MANIFEST.json", "messages-00000.jsonl", "tokens-00000.jsonl"}) {
    EXPECT_GT(ReadExport("finished", name).size(), 1000u) << name;
  }
}

}  // namespace
}  // namespace quipu::testing
