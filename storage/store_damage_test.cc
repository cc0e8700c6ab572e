// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Damaged stores: torn logs, files cut, emptied or missing. The rule: the same
// data, or a refusal with DATA_LOSS; nothing under the high-water mark is lost
// silently. store_bit_flips_test.cc has the drawn damage.
#include "tests/support/store_damage.h"

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/high_water.h"
#include "storage/store_impl.h"
#include "tests/support/damaged_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"

namespace quipu::storage {
namespace {

namespace fs = std::filesystem;
using quipu::testing::Commit;
using quipu::testing::CutFile;
using quipu::testing::FlipBit;
using quipu::testing::IsOkAndHolds;
using quipu::testing::LiveLog;
using quipu::testing::StatusIs;
using quipu::testing::TestHeader;
using quipu::testing::TestResult;
using ::testing::IsEmpty;

using StoreDamageTest = quipu::testing::DamagedStoreTest;

TEST_F(StoreDamageTest, KeepsEverythingAfterACrash) {
  ASSERT_OK_AND_ASSIGN(auto opened, OpenImage(Image()));
  EXPECT_OK(ReadBack(*opened, 40));
  EXPECT_THAT(opened->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
}

TEST_F(StoreDamageTest, LosesNothingButTheTornWriteAtTheLogsEnd) {
  const uint64_t before = fs::file_size(LiveLog(store_path()));
  ASSERT_OK(Commit(&store(), TestResult(tasks()[40])));
  const uint64_t after = fs::file_size(LiveLog(store_path()));
  ASSERT_GT(after, before);
  for (uint64_t size = before; size < after; size += 1 + (after - before) / 12) {
    SCOPED_TRACE(absl::StrCat("cut to ", size, " between ", before, " and ", after));
    const std::string image = ImageOfNow();
    CutFile(LiveLog(image), size);

    ASSERT_OK_AND_ASSIGN(auto opened, OpenImage(image));
    EXPECT_OK(ReadBack(*opened, 40));
    EXPECT_THAT(opened->GetResult(tasks()[40].id()), StatusIs(absl::StatusCode::kNotFound));
    EXPECT_THAT(opened->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
    EXPECT_OK(Commit(opened.get(), TestResult(tasks()[40])));
  }
}

TEST_F(StoreDamageTest, NoticesACutBelowTheMark) {
  const std::string image = Image();
  const std::string log = LiveLog(image);
  CutFile(log, fs::file_size(log) - 300);
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss, "RUN_STATE says"));
}

TEST_F(StoreDamageTest, RefusesABitFlippedInTheMiddleOfTheLog) {
  const std::string image = Image();
  const std::string log = LiveLog(image);
  FlipBit(log, fs::file_size(log) / 2);
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss));
  StoreOptions read_only;
  read_only.read_only = true;
  EXPECT_THAT(StoreImpl::Open(image, read_only, clock()), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(StoreDamageTest, NoticesADeletedLogUntilToldToAcceptIt) {
  const std::string image = Image();
  ASSERT_OK(RemoveTree(LiveLog(image)));
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss, "has lost acknowledged"));
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss)) << "and again";
  StoreOptions read_only;
  read_only.read_only = true;
  EXPECT_THAT(StoreImpl::Open(image, read_only, clock()), StatusIs(absl::StatusCode::kDataLoss));

  ASSERT_OK(WriteFileAtomic(JoinPath(image, kRunStateName), "accept\n"));
  ASSERT_OK_AND_ASSIGN(auto opened, OpenImage(image));
  EXPECT_OK(ReadBack(*opened, 20));
  EXPECT_THAT(opened->GetResult(tasks()[20].id()), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_OK(Commit(opened.get(), TestResult(tasks()[20])));
  EXPECT_OK(opened->Close());
  EXPECT_OK(OpenImage(image)) << "the mark is a mark again";
}

TEST_F(StoreDamageTest, RefusesAStoreWithoutItsMark) {
  const std::string image = Image();
  ASSERT_OK(RemoveTree(JoinPath(image, kRunStateName)));
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss, "has lost its RUN_STATE"));
  EXPECT_TRUE(Store::Exists(image));
}

TEST_F(StoreDamageTest, DoesNotTakeALostDatabaseForNoRun) {
  const std::string image = dir_.Path("image");
  ASSERT_OK(MakeDirs(image));
  ASSERT_OK(WriteFileAtomic(JoinPath(image, kRunStateName), EncodeRunState({3, 100, 10})));
  EXPECT_TRUE(Store::Exists(image));
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Store::Create(image, TestHeader()), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(StoreDamageTest, NeverLosesSilentlyWhateverFileIsDeletedOrCut) {
  for (const std::string& name : FileNames()) {
    for (const char* damage : {"delete", "empty", "halve"}) {
      const std::string image = Image();
      const std::string file = JoinPath(image, name);
      const uint64_t size = fs::file_size(file);
      if (absl::string_view(damage) == "delete") {
        ASSERT_OK(RemoveTree(file));
      } else {
        CutFile(file, absl::string_view(damage) == "empty" ? 0 : size / 2);
      }
      EXPECT_EQ(Judge(image), "") << damage << " " << name << " of " << size << " bytes";
      ASSERT_OK(RemoveTree(image));
    }
  }
}

}  // namespace
}  // namespace quipu::storage
