// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Subcommands as a user meets them: a run with the scripted engine, and every
// kind of mistake with its exit code. flags_test has the flags.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/stop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/cli/command_line.h"
#include "storage/store.h"
#include "tests/support/quarantine.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
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

  CommandResult Run(const std::vector<std::string>& args) {
    return RunCommandLine(args, out_, err_);
  }

  absl::Status BuildIt() { return Run({"build", dir_.Path("spec.textproto")}).status; }

  TempDir dir_;
  std::ostringstream out_;
  std::ostringstream err_;
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
  const std::string spec = dir_.Path("spec.textproto");
  const auto partition = [&](const char* which) {
    return Run({"build", spec, "--partition", which});
  };
  EXPECT_EQ(Run({"merge", spec, "--check"}).exit_code, 2) << "there is nothing to merge";
  EXPECT_EQ(partition("2/2").exit_code, 2);
  ASSERT_OK(partition("0/2").status);
  EXPECT_THAT(out_.str(),
              HasSubstr("partition 0 of 2 is complete; when all partitions are, run quipu merge"));
  EXPECT_THAT(out_.str(), HasSubstr("split      partition 0 of 2"));
  EXPECT_EQ(Run({"merge", spec, "--check"}).exit_code, 2) << "partition 1 is missing";
  ASSERT_OK(partition("1/2").status);

  ASSERT_OK(Run({"merge", spec, "--check"}).status);

  EXPECT_EQ(*ReadFile(dir_.Path("run/export/MANIFEST.json"), 1 << 20), whole);
  EXPECT_OK(Run({"check", dir_.Path("run/store")}).status);
  // A partition is checked without the export that is beside it.
  const std::string part = dir_.Path("run/store.partition-0-of-2");
  EXPECT_OK(Run({"check", part}).status);
  EXPECT_EQ(Run({"export", part, "--out", dir_.Path("part")}).exit_code, 2)
      << "a partition has no rows";
}

// Quarantines pairs of the store, and says so of its generation that it is done.
void QuarantineIn(const std::string& path) {
  ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(path, {}));
  ASSERT_OK_AND_ASSIGN(const uint64_t pairs, testing::QuarantineHalf(store.get()));
  ASSERT_GT(pairs, 0u);
  ASSERT_OK(store->MarkStageDone(v1::STAGE_GENERATE));
  ASSERT_OK(store->Close());
}

TEST_F(CommandsTest, SaysWhichCommandMakesQuarantinedPairs) {
  ASSERT_OK(BuildIt());
  QuarantineIn(dir_.Path("run/store"));

  EXPECT_EQ(Run({"build", dir_.Path("spec.textproto")}).exit_code, 4);

  EXPECT_THAT(out_.str(), HasSubstr("makes them pending, and the same command again makes them"));
}

TEST_F(CommandsTest, QuarantinedPairsOfAMergedRunAreMadeByABuild) {
  const std::string spec = dir_.Path("spec.textproto");
  ASSERT_OK(Run({"build", spec, "--partition", "0/1"}).status);
  QuarantineIn(dir_.Path("run/store.partition-0-of-1"));

  EXPECT_EQ(Run({"merge", spec}).exit_code, 4);
  EXPECT_THAT(out_.str(), HasSubstr("makes them pending, and `quipu build SPEC` makes them"));
  ASSERT_OK(Run({"control", dir_.Path("run/store"), "retry-quarantined"}).status);
  EXPECT_EQ(Run({"merge", spec}).exit_code, 2) << "it would leave them out";
  EXPECT_EQ(Run({"build", spec}).exit_code, 0);
  EXPECT_EQ(Run({"merge", spec}).exit_code, 0);
}

TEST_F(CommandsTest, TheOtherCommandsWorkOnTheStoreAlone) {
  ASSERT_OK(BuildIt());
  const std::string store = dir_.Path("run/store");

  EXPECT_THAT(Run({"export", store, "--out", store + "/../store//again"}).status,
              StatusIs(absl::StatusCode::kInvalidArgument, "is in the store"));
  EXPECT_OK(Run({"export", store, "--out", dir_.Path("again")}).status);
  EXPECT_OK(Run({"check", store, "--export", dir_.Path("again")}).status);
  EXPECT_OK(Run({"status", store, "--json"}).status);
  EXPECT_OK(Run({"show", store}).status);
  EXPECT_EQ(*ReadFile(dir_.Path("again/MANIFEST.json"), 1 << 20),
            *ReadFile(dir_.Path("run/export/MANIFEST.json"), 1 << 20));
}

TEST_F(CommandsTest, StatusPrintsOneObjectOrAText) {
  ASSERT_OK(BuildIt());
  out_.str("");
  ASSERT_OK(Run({"status", dir_.Path("run/store"), "--json"}).status);
  EXPECT_THAT(out_.str(), ::testing::MatchesRegex("\\{\"run_id\":.*\\}\n"));
  EXPECT_THAT(out_.str(), HasSubstr("\"stage\":\"none\",\"done_stages\":[\"read\","));

  out_.str("");
  ASSERT_OK(Run({"status", dir_.Path("run/store")}).status);
  EXPECT_THAT(out_.str(), HasSubstr("stages     read, plan, generate, dedup, pack\n"));
}

TEST_F(CommandsTest, ScoreNeedsNoDocumentsAndWritesALineForEachPair) {
  const std::string spec = dir_.Path("engine.textproto");
  const std::string pairs = dir_.Path("pairs.jsonl");
  const std::string good =
      R"({"chunk":"Anna Holm sold flour.","question":"Who sold it?","answer":"Anna Holm"})";
  ASSERT_OK(WriteFileAtomic(spec, "engine { kind: SCRIPTED }\n"));
  ASSERT_OK(WriteFileAtomic(pairs, absl::StrCat(good, "\n", good, "\n")));

  ASSERT_OK(Run({"score", spec, pairs}).status);
  const std::string printed = out_.str();
  EXPECT_EQ(std::count(printed.begin(), printed.end(), '\n'), 2);
  ASSERT_OK(Run({"score", spec, pairs, "--out", dir_.Path("scores.jsonl")}).status);
  EXPECT_EQ(*ReadFile(dir_.Path("scores.jsonl"), 1 << 20), printed);

  // A bad line costs nothing but itself, and the exit code says so.
  ASSERT_OK(WriteFileAtomic(pairs, absl::StrCat(good, "\n{\n", good, "\n")));
  const CommandResult result = Run({"score", spec, pairs, "--out", dir_.Path("scores.jsonl")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(std::string(result.status.message()), HasSubstr("1 of 3 lines of"));
  ASSERT_OK_AND_ASSIGN(const std::string scores, ReadFile(dir_.Path("scores.jsonl"), 1 << 20));
  EXPECT_EQ(std::count(scores.begin(), scores.end(), '\n'), 3);
  EXPECT_THAT(scores, HasSubstr("pairs.jsonl:2: "));
}

TEST_F(CommandsTest, ScoreAndCalibrateSayWhatIsWrongWithTheirFiles) {
  const std::string spec = dir_.Path("engine.textproto");
  ASSERT_OK(WriteFileAtomic(spec, "engine { kind: SCRIPTED }\nchunks { min_tokens: 1 }\n"));
  EXPECT_THAT(std::string(Run({"score", spec, "none.jsonl"}).status.message()),
              HasSubstr("chunks.min_tokens: 1"));
  ASSERT_OK(WriteFileAtomic(spec, "engine { kind: SCRIPTED }\n"));
  const CommandResult missing = Run({"score", spec, dir_.Path("none.jsonl")});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(std::string(missing.status.message()), HasSubstr("none.jsonl"));
  // It makes its own pairs, of documents.
  const CommandResult calibrated = Run({"calibrate", spec});
  EXPECT_EQ(calibrated.exit_code, 2);
  EXPECT_THAT(std::string(calibrated.status.message()), HasSubstr("documents"));
}

TEST_F(CommandsTest, ShowTakesItsFlags) {
  ASSERT_OK(BuildIt());
  out_.str("");
  ASSERT_OK(Run({"show", dir_.Path("run/store"), "--limit", "1", "--around", "0"}).status);
  const std::string one = out_.str();
  EXPECT_EQ(one.find("=== "), 0u);
  EXPECT_EQ(one.find("=== ", 1), std::string::npos);
  EXPECT_THAT(Run({"show", dir_.Path("run/store"), "--reason", "ugly"}).status,
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("verdict")));
}

TEST_F(CommandsTest, ShowTakesAnId) {
  ASSERT_OK(BuildIt());
  out_.str("");
  ASSERT_OK(Run({"show", dir_.Path("run/store"), "--limit", "1"}).status);
  const std::string one = out_.str();
  const std::string id = one.substr(4, 32);
  out_.str("");

  EXPECT_OK(Run({"show", dir_.Path("run/store"), id}).status) << one;
  EXPECT_THAT(out_.str(), HasSubstr(id));
  EXPECT_THAT(Run({"show", dir_.Path("run/store"), "no-id"}).status,
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(CommandsTest, AModelThatAFlagNamesIsRead) {
  ASSERT_OK(BuildIt());
  const std::string store = dir_.Path("run/store");
  const std::string model = dir_.Path("none.gguf");

  EXPECT_THAT(Run({"export", store, "--out", dir_.Path("again"), "--model", model}).status,
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.gguf")));
  EXPECT_THAT(Run({"check", store, "--model", model}).status,
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.gguf")));
}

TEST_F(CommandsTest, BadRecordsHaveAShareThatAFlagSets) {
  std::string rows;
  for (int i = 0; i < 20; ++i) absl::StrAppend(&rows, "{\"prompt\": ", i, "\n");
  ASSERT_OK(WriteFileAtomic(dir_.Path("short.jsonl"), rows));
  WriteSpec(absl::StrCat("short_rows { path: \"", dir_.Path("short.jsonl"), "\" }"));
  EXPECT_EQ(Run({"build", dir_.Path("spec.textproto")}).exit_code, 2);

  EXPECT_OK(Run({"build", dir_.Path("spec.textproto"), "--max-bad-share", "1"}).status);
  EXPECT_THAT(out_.str(), HasSubstr("bad        20 records\nbad records:\n"));

  out_.str("");
  ASSERT_OK(Run({"status", dir_.Path("run/store"), "--bad", "2"}).status);
  const std::string two = out_.str().substr(out_.str().find("bad records:\n"));
  EXPECT_EQ(std::count(two.begin(), two.end(), '\n'), 3) << two;
}

TEST_F(CommandsTest, CheckTellsWhatIsDamagedAndFails) {
  ASSERT_OK(BuildIt());
  const std::string partition = dir_.Path("run/export/tokens-00000.jsonl");
  std::string rows = *ReadFile(partition, 1 << 28);
  rows[rows.find("\"input_ids\":[") + 13] ^= 1;
  ASSERT_OK(WriteFileAtomic(partition, rows));

  const CommandResult result = Run({"check", dir_.Path("run/store")});

  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(out_.str(), HasSubstr("tokens-00000.jsonl"));
}

TEST_F(CommandsTest, ExportMakesAFolderForEachTrainerThatCheckReadsWithoutTheStore) {
  ASSERT_OK(BuildIt());
  const std::string store = dir_.Path("run/store");
  const std::string out = dir_.Path("folders");

  ASSERT_OK(Run({"export", store, "--out", out, "--format", "mds", "--format", "sharegpt"}).status);

  EXPECT_THAT(out_.str(), HasSubstr("format     mds "));
  EXPECT_TRUE(FileExists(JoinPath(out, "mds/train/index.json")));
  EXPECT_TRUE(FileExists(JoinPath(out, "sharegpt/dataset_info.json")));
  EXPECT_OK(Run({"check", "--export", out}).status);
  EXPECT_THAT(out_.str(), HasSubstr("is sound; not compared with a store"));
  EXPECT_OK(Run({"check", store, "--export", out}).status);
  EXPECT_EQ(Run({"check"}).exit_code, 2);
  EXPECT_OK(Run({"export", "--out", dir_.Path("one"), "--format", "mds", store}).status);
  EXPECT_EQ(Run({"export", store, "--out", out, "--format", "csv"}).exit_code, 2);
  EXPECT_EQ(Run({"export", store, "--out", out, "--compress", "rar"}).exit_code, 2);
  ASSERT_OK(RemoveTree(JoinPath(out, "mds/train/index.json")));
  EXPECT_EQ(Run({"check", "--export", out}).exit_code, 3);
}

TEST_F(CommandsTest, ASecondExportSaysWhichFormatsItReplaces) {
  ASSERT_OK(BuildIt());
  const auto warnings = [this](const std::vector<std::string>& formats) {
    std::vector<std::string> args = {"export", dir_.Path("run/store"), "--out", dir_.Path("out")};
    for (const std::string& format : formats) {
      args.insert(args.end(), {"--format", format});
    }
    ::testing::internal::CaptureStderr();
    EXPECT_OK(Run(args).status);
    return ::testing::internal::GetCapturedStderr();
  };

  EXPECT_THAT(warnings({}), Not(HasSubstr("are gone")));
  EXPECT_THAT(warnings({"mds", "sharegpt"}), HasSubstr("the views in it are gone"));
  EXPECT_THAT(warnings({"alpaca", "mds", "sharegpt"}), Not(HasSubstr("are gone")));
  EXPECT_THAT(warnings({"olmo", "mds"}), HasSubstr("alpaca, sharegpt in it are gone"));
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
  const CommandResult result = Run({"build", dir_.Path("nowhere.textproto")});

  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kNotFound, HasSubstr("nowhere.textproto")));
  EXPECT_EQ(result.exit_code, 2);
}

TEST_F(CommandsTest, AStoreThatIsNotThereIsNotFoundByEachCommand) {
  const std::string store = dir_.Path("none");

  for (const char* command : {"status", "show", "export", "check"}) {
    EXPECT_THAT(Run({command, store}).status, StatusIs(absl::StatusCode::kNotFound)) << command;
  }
}

TEST_F(CommandsTest, ChunksOverHalfTheContextAreRefused) {
  WriteSpec("chunks { min_tokens: 1000 max_tokens: 5000 }");

  EXPECT_THAT(BuildIt(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("chunks.max_tokens is 5000")));
}

TEST_F(CommandsTest, ControlChecksItsVerbBeforeItConnects) {
  const auto control = [&](const std::vector<std::string>& words) {
    std::vector<std::string> args = {"control", "unix:nothing-here"};
    args.insert(args.end(), words.begin(), words.end());
    return Run(args).status;
  };
  EXPECT_THAT(control({"stop"}), StatusIs(absl::StatusCode::kInvalidArgument, "want pause"));
  EXPECT_THAT(control({"reinstate"}),
              StatusIs(absl::StatusCode::kInvalidArgument, "needs the name of a worker"));
  EXPECT_THAT(control({"resume", "now"}),
              StatusIs(absl::StatusCode::kInvalidArgument, "takes no argument"));
}

TEST_F(CommandsTest, AMistakeInTheCommandLineSaysWhatToWrite) {
  struct Case {
    std::vector<std::string> args;
    std::string says;
  };
  for (const Case& c : std::vector<Case>{
           {{"bulid", "s"}, "no command \"bulid\" (did you mean \"build\"?); quipu --help"},
           {{"wombat"}, "no command \"wombat\"; quipu --help lists them"},
           {{"wombat", "--help"}, "no command \"wombat\""},
           {{"build", "--thread", "2", "s"},
            "quipu build has no option --thread (did you mean \"--threads\"?)"},
           {{"build", "s", "--wombat=2"}, "quipu build has no option --wombat; quipu build --help"},
           {{"--threads", "2", "build", "s"},
            "the option --threads stands behind its command: quipu build --threads"},
           {{"build", "s", "t"}, "quipu build: the argument \"t\" is one too many"},
       }) {
    err_.str("");
    EXPECT_EQ(Run(c.args).exit_code, 2) << ::testing::PrintToString(c.args);
    EXPECT_THAT(err_.str(), HasSubstr(c.says));
  }
}

TEST_F(CommandsTest, TheProgramsOwnOptionsMayStandBehindTheCommand) {
  ASSERT_OK(BuildIt());
  EXPECT_OK(Run({"status", dir_.Path("run/store"), "--quiet"}).status);
  EXPECT_OK(Run({"--quiet", "status", dir_.Path("run/store")}).status);
  EXPECT_EQ(Run({"status", dir_.Path("run/store"), "--log-format", "xml"}).exit_code, 2);
}

TEST_F(CommandsTest, AStoreThatIsSomethingElseIsNamed) {
  ASSERT_OK(BuildIt());
  EXPECT_THAT(Run({"status", dir_.Path("run")}).status,
              StatusIs(absl::StatusCode::kNotFound,
                       absl::StrCat("(did you mean ", dir_.Path("run/store"), "?)")));
  EXPECT_THAT(Run({"status", dir_.Path("spec.textproto")}).status,
              StatusIs(absl::StatusCode::kNotFound, "it is a file; a store is the directory"));
  EXPECT_THAT(Run({"status", "localhost"}).status,
              StatusIs(absl::StatusCode::kNotFound, "a coordinator's address is host:port"));
  EXPECT_OK(Run({"control", dir_.Path("run/store"), "retry-quarantined"}).status);
  EXPECT_THAT(out_.str(), HasSubstr("is quarantined"));
}

TEST_F(CommandsTest, AnExportThatCannotBeReplacedStopsABuildAtItsBeginning) {
  ASSERT_OK(MakeDirs(dir_.Path("run/export")));
  ASSERT_OK(WriteFileAtomic(dir_.Path("run/export/mine.txt"), "x"));

  EXPECT_THAT(BuildIt(), StatusIs(absl::StatusCode::kAlreadyExists, "mine.txt"));
  EXPECT_FALSE(FileExists(dir_.Path("run/store")));
}

TEST_F(CommandsTest, CheckDoesNotCompareTheExportOfAnotherRun) {
  ASSERT_OK(BuildIt());
  ASSERT_OK(WriteFileAtomic(
      dir_.Path("other.textproto"),
      absl::StrCat("seed: 7 store: \"", dir_.Path("run/other"), "\" documents { path: \"",
                   dir_.Path("corpus.txt"), "\" } engine { kind: SCRIPTED }")));
  ASSERT_OK(Run({"build", dir_.Path("other.textproto")}).status);
  out_.str("");

  EXPECT_OK(Run({"check", dir_.Path("run/store")}).status);
  EXPECT_THAT(out_.str(), HasSubstr("belongs to another run"));
  EXPECT_OK(Run({"check", dir_.Path("run/other")}).status);
  EXPECT_THAT(out_.str(), HasSubstr("export is sound"));
}

TEST_F(CommandsTest, ADatasetWithoutRowsIsSaidToBeEmpty) {
  WriteSpec("verification { min_verdict_margin: 90 } service { pause_reject_share: 2 }");
  ASSERT_OK(BuildIt());

  EXPECT_THAT(out_.str(), HasSubstr("EMPTY      the dataset has no rows"));
}

TEST_F(CommandsTest, TellsItsVersion) {
  EXPECT_EQ(Run({"--version"}).exit_code, 0);
  EXPECT_EQ(out_.str().find("quipu "), 0u);
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
