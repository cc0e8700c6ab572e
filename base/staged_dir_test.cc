// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/staged_dir.h"

#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu {
namespace {

using ::testing::ElementsAre;
using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::TempDir;

const StagedDirOptions kOptions = {"quipu-test", "filling", nullptr};

// Options under which a directory goes that holds nothing but "data".
StagedDirOptions ReplacesData() {
  StagedDirOptions options = kOptions;
  options.check_replaceable = [](const std::string&, const std::vector<std::string>& names) {
    return names == std::vector<std::string>{"data"} ? absl::OkStatus()
                                                     : absl::AlreadyExistsError("of others");
  };
  return options;
}

absl::Status Publish(const std::string& place, absl::string_view content,
                     const StagedDirOptions& options = kOptions) {
  absl::StatusOr<std::unique_ptr<StagedDir>> staged = StagedDir::Create(place, options);
  if (!staged.ok()) return staged.status();
  EXPECT_OK(WriteFileAtomic(JoinPath((*staged)->path(), "data"), content));
  return (*staged)->Publish();
}

TEST(StagedDir, PutsAWholeDirectoryInItsPlace) {
  TempDir dir;
  ASSERT_OK(Publish(dir.Path("deep/place"), "1"));
  EXPECT_THAT(ReadFile(dir.Path("deep/place/data"), 10), IsOkAndHolds(std::string("1")));
  EXPECT_THAT(ListDir(dir.Path("deep")), IsOkAndHolds(ElementsAre("place")));
}

TEST(StagedDir, ReplacesAnEmptyDirectory) {
  TempDir dir;
  ASSERT_OK(MakeDirs(dir.Path("place")));
  ASSERT_OK(Publish(dir.Path("place/"), "1"));
  EXPECT_THAT(ReadFile(dir.Path("place/data"), 10), IsOkAndHolds(std::string("1")));
}

TEST(StagedDir, FollowsALinkToItsPlace) {
  TempDir dir;
  ASSERT_OK(MakeDirs(dir.Path("real")));
  ASSERT_EQ(symlink(dir.Path("real").c_str(), dir.Path("link").c_str()), 0);
  ASSERT_OK(Publish(dir.Path("link"), "1"));
  EXPECT_THAT(ReadFile(dir.Path("real/data"), 10), IsOkAndHolds(std::string("1")));
  EXPECT_THAT(ListDir(dir.path()), IsOkAndHolds(ElementsAre("link", "real")));
}

TEST(StagedDir, IsGoneIfItIsNotPublished) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(auto staged, StagedDir::Create(dir.Path("place"), kOptions));
  ASSERT_OK(WriteFileAtomic(JoinPath(staged->path(), "data"), "2"));
  staged.reset();
  EXPECT_THAT(ListDir(dir.path()), IsOkAndHolds(ElementsAre()));
}

TEST(StagedDir, ClearsAwayWhatAKilledProcessLeft) {
  TempDir dir;
  ASSERT_OK(MakeDirs(dir.Path(".place.quipu-test/deep")));
  ASSERT_OK(WriteFileAtomic(dir.Path(".place.quipu-test/old"), "old"));
  ASSERT_OK(Publish(dir.Path("place"), "1"));
  EXPECT_THAT(ListDir(dir.Path("place")), IsOkAndHolds(ElementsAre("data")));
}

TEST(StagedDir, RefusesASecondOneOfTheSamePlace) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(auto staged, StagedDir::Create(dir.Path("place"), kOptions));
  ASSERT_OK(WriteFileAtomic(JoinPath(staged->path(), "data"), "1"));
  EXPECT_THAT(StagedDir::Create(dir.Path("place"), kOptions).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "another process is filling"));
  EXPECT_OK(staged->Publish());
  EXPECT_THAT(ListDir(dir.Path("place")), IsOkAndHolds(ElementsAre("data")));
}

TEST(StagedDir, LeavesAloneWhatAnotherStagesOnceItIsPublished) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(auto first, StagedDir::Create(dir.Path("place"), ReplacesData()));
  ASSERT_OK(WriteFileAtomic(JoinPath(first->path(), "data"), "1"));
  ASSERT_OK(first->Publish());
  ASSERT_OK_AND_ASSIGN(auto second, StagedDir::Create(dir.Path("place"), ReplacesData()));
  ASSERT_OK(WriteFileAtomic(JoinPath(second->path(), "data"), "2"));
  first.reset();
  ASSERT_OK(second->Publish());
  EXPECT_THAT(ReadFile(dir.Path("place/data"), 10), IsOkAndHolds(std::string("2")));
}

TEST(StagedDir, ReplacesNothingWithoutACheck) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("file"), "x"));
  ASSERT_OK(Publish(dir.Path("full"), "1"));
  for (const std::string name : {"file", "full"}) {
    EXPECT_THAT(Publish(dir.Path(name), "2"),
                StatusIs(absl::StatusCode::kAlreadyExists, "is not replaced"))
        << name;
  }
  EXPECT_THAT(ReadFile(dir.Path("full/data"), 10), IsOkAndHolds(std::string("1")));
  EXPECT_THAT(ListDir(dir.path()), IsOkAndHolds(ElementsAre("file", "full")));
}

TEST(StagedDir, ReplacesWhatTheCheckLetsGo) {
  TempDir dir;
  ASSERT_OK(Publish(dir.Path("place"), "1"));
  ASSERT_OK(Publish(dir.Path("place"), "2", ReplacesData()));
  EXPECT_THAT(ReadFile(dir.Path("place/data"), 10), IsOkAndHolds(std::string("2")));
  ASSERT_OK(WriteFileAtomic(dir.Path("place/mine"), "x"));
  EXPECT_THAT(Publish(dir.Path("place"), "3", ReplacesData()),
              StatusIs(absl::StatusCode::kAlreadyExists, "place is not replaced: of others"));
  EXPECT_THAT(ListDir(dir.path()), IsOkAndHolds(ElementsAre("place")));
}

TEST(StagedDir, LooksAgainBeforeItReplaces) {
  for (const StagedDirOptions& options : {kOptions, ReplacesData()}) {
    TempDir dir;
    ASSERT_OK_AND_ASSIGN(auto staged, StagedDir::Create(dir.Path("place"), options));
    ASSERT_OK(MakeDirs(dir.Path("place")));
    ASSERT_OK(WriteFileAtomic(dir.Path("place/mine"), "x"));
    EXPECT_THAT(staged->Publish(), StatusIs(absl::StatusCode::kAlreadyExists));
    EXPECT_TRUE(FileExists(dir.Path("place/mine")));
  }
}

}  // namespace
}  // namespace quipu
