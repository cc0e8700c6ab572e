// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Subcommands as a user meets them: a run with the scripted engine, and every
// kind of mistake with its exit code.
#include "pipelines/cli/commands.h"

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/stop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using testing::TempDir;

class CommandsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    std::string text;
    for (int i = 0; i < 150; ++i) {
      absl::StrAppend(&text, "The miller of village ", i, " sold ", 3 * i + 2,
                      " sacks of flour in the year ", 1300 + i, i % 5 == 4 ? ".\n\n" : ". ");
    }
    ASSERT_OK(WriteFileAtomic(dir_.Path("corpus.txt"), text));
    WriteSpec("");
  }

  void WriteSpec(absl::string_view more) {
    ASSERT_OK(WriteFileAtomic(
        dir_.Path("spec.textproto"),
        absl::StrCat("store: \"", dir_.Path("run/store"), "\"\ndocuments { path: \"",
                     dir_.Path("corpus.txt"), "\" }\nengine { kind: SCRIPTED }\n", more, "\n")));
  }

  absl::Status BuildIt() {
    BuildFlags flags;
    flags.spec = dir_.Path("spec.textproto");
    return RunBuild(flags, out_);
  }

  TempDir dir_;
  std::ostringstream out_;
};

TEST_F(CommandsTest, BuildPrintsCountsAndWhereTheDatasetIs) {
  ASSERT_OK(BuildIt());

  EXPECT_THAT(out_.str(), HasSubstr("documents  1 ("));
  EXPECT_THAT(out_.str(), HasSubstr(dir_.Path("run/export")));
}

TEST_F(CommandsTest, ASplitRunIsMergedIntoTheSameDataset) {
  ASSERT_OK(BuildIt());
  ASSERT_OK_AND_ASSIGN(const std::string whole,
                       ReadFile(dir_.Path("run/export/MANIFEST.json"), 1 << 20));
  ASSERT_OK(RemoveTree(dir_.Path("run")));
  const auto partition = [&](const char* which) {
    BuildFlags flags;
    flags.spec = dir_.Path("spec.textproto");
    flags.partition = which;
    return RunBuild(flags, out_);
  };
  MergeFlags merge;
  merge.spec = dir_.Path("spec.textproto");
  merge.check = true;
  EXPECT_EQ(ExitCodeOf(RunMerge(merge, out_)), 2) << "there is nothing to merge";
  EXPECT_EQ(ExitCodeOf(partition("2/2")), 2);
  ASSERT_OK(partition("0/2"));
  EXPECT_THAT(out_.str(), HasSubstr("partition 0 of 2 is made; when all are, quipu merge"));
  EXPECT_THAT(out_.str(), HasSubstr("split      partition 0 of 2"));
  EXPECT_EQ(ExitCodeOf(RunMerge(merge, out_)), 2) << "partition 1 is missing";
  ASSERT_OK(partition("1/2"));

  ASSERT_OK(RunMerge(merge, out_));

  EXPECT_EQ(*ReadFile(dir_.Path("run/export/MANIFEST.json"), 1 << 20), whole);
  CheckFlags check;
  check.store = dir_.Path("run/store");
  EXPECT_OK(RunCheck(check, out_));
  // A partition is checked without the export that lies beside it.
  check.store = dir_.Path("run/store.partition-0-of-2");
  EXPECT_OK(RunCheck(check, out_));
  ExportFlags export_flags;
  export_flags.store = check.store;
  export_flags.out_dir = dir_.Path("part");
  EXPECT_EQ(ExitCodeOf(RunExport(export_flags, out_)), 2) << "a partition has no rows";
}

TEST_F(CommandsTest, TheOtherCommandsWorkOnTheStoreAlone) {
  ASSERT_OK(BuildIt());
  ExportFlags export_flags;
  export_flags.store = dir_.Path("run/store");
  export_flags.out_dir = dir_.Path("again");
  CheckFlags check;
  check.store = dir_.Path("run/store");
  check.export_dir = dir_.Path("again");

  EXPECT_OK(RunExport(export_flags, out_));
  EXPECT_OK(RunCheck(check, out_));
  EXPECT_OK(RunStatus({dir_.Path("run/store"), /*json=*/true, 0}, out_));
  EXPECT_OK(RunShow(dir_.Path("run/store"), {}, out_));
  EXPECT_EQ(*ReadFile(dir_.Path("again/MANIFEST.json"), 1 << 20),
            *ReadFile(dir_.Path("run/export/MANIFEST.json"), 1 << 20));
}

TEST_F(CommandsTest, CheckTellsWhatIsDamagedAndFails) {
  ASSERT_OK(BuildIt());
  const std::string partition = dir_.Path("run/export/tokens-00000.jsonl");
  std::string rows = *ReadFile(partition, 1 << 28);
  rows[rows.find("\"input_ids\":[") + 13] ^= 1;
  ASSERT_OK(WriteFileAtomic(partition, rows));
  CheckFlags check;
  check.store = dir_.Path("run/store");

  const absl::Status status = RunCheck(check, out_);

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(ExitCodeOf(status), 3);
  EXPECT_THAT(out_.str(), HasSubstr("tokens-00000.jsonl"));
}

TEST_F(CommandsTest, AMistakeInTheSpecNamesLineAndField) {
  WriteSpec("chunkz { }");
  EXPECT_THAT(BuildIt(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("spec.textproto:4")));
  WriteSpec("generation { pairs_per_chunk: 100 }");
  EXPECT_THAT(BuildIt(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("pairs_per_chunk")));
}

TEST_F(CommandsTest, AMissingSpecIsNotFound) {
  BuildFlags flags;
  flags.spec = dir_.Path("nowhere.textproto");

  const absl::Status status = RunBuild(flags, out_);

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, HasSubstr("nowhere.textproto")));
  EXPECT_EQ(ExitCodeOf(status), 2);
}

TEST_F(CommandsTest, AStoreThatIsNotThereIsNotFoundByEachCommand) {
  const std::string store = dir_.Path("none");

  EXPECT_THAT(RunStatus({store, false, 0}, out_), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(RunShow(store, {}, out_), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(RunExport({store, "", ""}, out_), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(RunCheck({store, "", ""}, out_), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(CommandsTest, ChunksOverHalfTheContextAreRefused) {
  WriteSpec("chunks { min_tokens: 1000 max_tokens: 5000 }");

  EXPECT_THAT(BuildIt(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("chunks.max_tokens is 5000")));
}

TEST(ExitCodeOf, TellsMistakesFromFailuresAndStops) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(absl::CancelledError("")), 130);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), 2);
  EXPECT_EQ(ExitCodeOf(absl::FailedPreconditionError("")), 2);
  EXPECT_EQ(ExitCodeOf(absl::DataLossError("")), 3);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), 1);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("")), 1);
}

}  // namespace
}  // namespace quipu::pipelines
