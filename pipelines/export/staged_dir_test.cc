// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/staged_dir.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/sha256.h"
#include "gtest/gtest.h"
#include "pipelines/export/manifest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::ElementsAre;

constexpr char kManifestText[] =
    R"({"format":"quipu-export","format_version":2,"run_id":"","files":[{"name":"a.jsonl","rows":1,"bytes":2,"sha256":""}]})";

absl::Status Publish(const std::string& out_dir, absl::string_view content) {
  absl::StatusOr<std::unique_ptr<StagedDir>> staged = StageExport(out_dir);
  if (!staged.ok()) return staged.status();
  EXPECT_OK(WriteFileAtomic(JoinPath((*staged)->path(), kManifestName), kManifestText));
  EXPECT_OK(WriteFileAtomic(JoinPath((*staged)->path(), "a.jsonl"), content));
  return (*staged)->Publish();
}

TEST(StageExport, PublishesACompleteDirectory) {
  TempDir dir;
  ASSERT_OK(Publish(dir.Path("deep/export"), "1"));
  EXPECT_THAT(ReadFile(dir.Path("deep/export/a.jsonl"), 10), IsOkAndHolds(std::string("1")));
  EXPECT_THAT(ListDir(dir.Path("deep")), IsOkAndHolds(ElementsAre("export")));
}

TEST(StageExport, ReplacesAnEarlierOneAndLeavesNothingElse) {
  TempDir dir;
  ASSERT_OK(Publish(dir.Path("export"), "1"));
  ASSERT_OK(Publish(dir.Path("export"), "2"));
  EXPECT_THAT(ReadFile(dir.Path("export/a.jsonl"), 10), IsOkAndHolds(std::string("2")));
  EXPECT_THAT(ListDir(dir.path()), IsOkAndHolds(ElementsAre("export")));
}

TEST(StageExport, RefusesASecondOneOfTheSamePlace) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(auto staged, StageExport(dir.Path("export")));
  EXPECT_THAT(StageExport(dir.Path("export")).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "another process is exporting"));
}

TEST(StageExport, ReplacesNothingOfOthers) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("file"), "x"));
  ASSERT_OK(MakeDirs(dir.Path("notes")));
  ASSERT_OK(WriteFileAtomic(dir.Path("notes/a.txt"), "x"));
  ASSERT_OK(MakeDirs(dir.Path("hidden")));
  ASSERT_OK(WriteFileAtomic(dir.Path("hidden/.git"), "x"));
  ASSERT_OK(MakeDirs(dir.Path("foreign")));
  ASSERT_OK(WriteFileAtomic(dir.Path("foreign/MANIFEST.json"), R"({"format":"of others"})"));
  ASSERT_OK(MakeDirs(dir.Path("broken")));
  ASSERT_OK(WriteFileAtomic(dir.Path("broken/MANIFEST.json"), "x"));
  for (const std::string name : {"file", "notes", "hidden", "foreign", "broken"}) {
    EXPECT_THAT(Publish(dir.Path(name), "1"),
                StatusIs(absl::StatusCode::kAlreadyExists, "is not replaced"))
        << name;
  }
  EXPECT_THAT(ListDir(dir.path()),
              IsOkAndHolds(ElementsAre("broken", "file", "foreign", "hidden", "notes")));
}

TEST(ReplacedExport, IsItsManifestOrWhatIsInTheWay) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(std::optional<ParsedManifest> none, ReplacedExport(dir.Path("none")));
  EXPECT_FALSE(none.has_value());
  ASSERT_OK(MakeDirs(dir.Path("empty")));
  ASSERT_OK_AND_ASSIGN(none, ReplacedExport(dir.Path("empty")));
  EXPECT_FALSE(none.has_value());
  ASSERT_OK(Publish(dir.Path("export"), "1"));
  ASSERT_OK(WriteFileAtomic(
      dir.Path("export/MANIFEST.json"),
      absl::StrReplaceAll(kManifestText, {{R"("run_id":"")", R"("run_id":"5f")"}})));
  ASSERT_OK_AND_ASSIGN(const std::optional<ParsedManifest> replaced,
                       ReplacedExport(dir.Path("export")));
  ASSERT_TRUE(replaced.has_value());
  EXPECT_EQ(replaced->run_id, "5f");

  ASSERT_OK(WriteFileAtomic(dir.Path("export/mine.txt"), "x"));
  EXPECT_THAT(
      ReplacedExport(dir.Path("export")).status(),
      StatusIs(absl::StatusCode::kAlreadyExists, "export is not replaced: it contains mine"));
  ASSERT_OK(WriteFileAtomic(dir.Path("file"), "x"));
  EXPECT_THAT(ReplacedExport(dir.Path("file")).status(),
              StatusIs(absl::StatusCode::kAlreadyExists, "it is not a directory"));
}

TEST(ManifestOf, TellsNoneFromABrokenOne) {
  TempDir dir;
  EXPECT_THAT(ManifestOf(dir.path()).status(), StatusIs(absl::StatusCode::kNotFound, "MANIFEST"));
  ASSERT_OK(WriteFileAtomic(dir.Path("MANIFEST.json"), R"({"format":"of others"})"));
  EXPECT_THAT(ManifestOf(dir.path()).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "not the manifest of an export"));
  ASSERT_OK(WriteFileAtomic(
      dir.Path("MANIFEST.json"),
      absl::StrReplaceAll(kManifestText, {{R"("run_id":"")", R"("run_id":"5f")"}})));
  ASSERT_OK_AND_ASSIGN(const ParsedManifest manifest, ManifestOf(dir.path()));
  EXPECT_EQ(manifest.run_id, "5f");
}

TEST(StageExport, DoesNotRemoveWhatAUserPutBesideAnExport) {
  TempDir dir;
  ASSERT_OK(Publish(dir.Path("export"), "1"));
  ASSERT_OK(WriteFileAtomic(dir.Path("export/README.md"), "mine"));
  EXPECT_THAT(
      Publish(dir.Path("export"), "2"),
      StatusIs(absl::StatusCode::kAlreadyExists, "README.md, which is not part of the export"));
  EXPECT_THAT(ReadFile(dir.Path("export/README.md"), 10), IsOkAndHolds(std::string("mine")));
}

TEST(StageExport, DoesNotReplaceACardThatWasChanged) {
  TempDir dir;
  ASSERT_OK(MakeDirs(dir.Path("export")));
  const std::string manifest = absl::StrCat(
      R"({"format":"quipu-export","format_version":3,"run_id":"","files":[)",
      R"({"name":"README.md","rows":0,"bytes":5,"sha256":")", Sha256Hex("ours\n"), R"("}]})");
  ASSERT_OK(WriteFileAtomic(dir.Path("export/MANIFEST.json"), manifest));
  ASSERT_OK(WriteFileAtomic(dir.Path("export/README.md"), "mine\n"));
  EXPECT_THAT(Publish(dir.Path("export"), "2"),
              StatusIs(absl::StatusCode::kAlreadyExists, "its README.md was changed"));

  ASSERT_OK(WriteFileAtomic(dir.Path("export/README.md"), "ours\n"));
  ASSERT_OK(Publish(dir.Path("export"), "2"));
}

TEST(StageExport, FindsForeignFilesInFolders) {
  TempDir dir;
  ASSERT_OK(MakeDirs(dir.Path("export/mds/train")));
  ASSERT_OK(WriteFileAtomic(dir.Path("export/MANIFEST.json"),
                            R"({"format":"quipu-export","format_version":3,"run_id":"","files":[)"
                            R"({"name":"mds/train/index.json","rows":0,"bytes":1,"sha256":""}]})"));
  ASSERT_OK(WriteFileAtomic(dir.Path("export/mds/train/index.json"), "1"));
  ASSERT_OK(WriteFileAtomic(dir.Path("export/mds/notes.txt"), "mine"));
  EXPECT_THAT(Publish(dir.Path("export"), "2"),
              StatusIs(absl::StatusCode::kAlreadyExists, "mds/notes.txt"));

  ASSERT_OK(RemoveTree(dir.Path("export/mds/notes.txt")));
  ASSERT_OK(Publish(dir.Path("export"), "2"));
}

}  // namespace
}  // namespace quipu::pipelines
