// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Today's program finishes a run that an earlier quipu began (../README.md says
// how), with the same result as an uninterrupted run.
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/golden/store/record_digest.h"
#include "tests/support/child_process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {
namespace {

using storage::Store;
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
  // `quipu build`: finishes the run and exports it.
  void Build(const std::string& run) {
    const std::string binary = absl::StrCat(std::getenv("TEST_SRCDIR"), "/",
                                            std::getenv("TEST_WORKSPACE"), "/pipelines/quipu");
    const std::string log = dir_.Path(run + ".log");
    const auto code =
        RunChild({binary, "build", "spec.textproto"}, {dir_.Path(run), log, "", false}, kRunLimit);
    ASSERT_OK(code.status());
    EXPECT_EQ(*code, 0) << ReadFile(log, 1 << 20).value_or("no log");
  }
  std::string ReadExport(const std::string& run, const std::string& name) {
    return ReadFile(dir_.Path(absl::StrCat(run, "/run/export/", name)), 1 << 26)
        .value_or("no " + name);
  }

  TempDir dir_;
};

TEST_F(GoldenResumeTest, FinishesARunThatWasKilledHalfWay) {
  Build("halfway");
  Build("finished");

  {
    ASSERT_OK_AND_ASSIGN(const auto resumed, Store::Open(StoreOf("halfway"), {}));
    ASSERT_OK_AND_ASSIGN(const auto finished, Store::Open(StoreOf("finished"), {}));
    EXPECT_THAT(resumed->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
    EXPECT_EQ(DigestsOf(*resumed), DigestsOf(*finished));
  }
  for (const char* name : {"MANIFEST.json", "messages-00000.jsonl", "tokens-00000.jsonl"}) {
    EXPECT_EQ(ReadExport("halfway", name), ReadExport("finished", name)) << name;
    EXPECT_GT(ReadExport("finished", name).size(), 1000u);
  }
}

}  // namespace
}  // namespace quipu::testing
