// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/database.h"

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/options.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/temp_dir.h"

namespace quipu::storage {
namespace {

using quipu::testing::FilesEndingIn;
using quipu::testing::FlipBit;
using quipu::testing::IsOkAndHolds;
using quipu::testing::StatusIs;
using quipu::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;

constexpr RecordType kType = RecordType::kResult;

class DatabaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(db_, Database::Open(path_, Database::Mode::kCreate));
  }
  void Put(Family family, const std::string& key, const std::string& payload) {
    Batch batch;
    batch.Put(family, key, kType, payload);
    ASSERT_OK(db_->Write(batch, /*sync=*/false));
  }
  std::vector<std::string> Keys(Family family, const std::string& prefix,
                                const Database::Snapshot* snapshot = nullptr) {
    std::vector<std::string> keys;
    EXPECT_OK(db_->Scan(
        family, prefix, kType,
        [&](absl::string_view key, absl::string_view) {
          keys.emplace_back(key);
          return absl::OkStatus();
        },
        snapshot));
    return keys;
  }

  TempDir dir_;
  const std::string path_ = dir_.Path("db");
  std::unique_ptr<Database> db_;
};

TEST_F(DatabaseTest, GetsWhatWasPut) {
  Put(Family::kResults, "Rk", "value");
  EXPECT_THAT(db_->Get(Family::kResults, "Rk", kType), IsOkAndHolds(Optional(Eq("value"))));
  EXPECT_THAT(db_->Get(Family::kTasks, "Rk", kType), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(db_->Contains(Family::kResults, "Rk"), IsOkAndHolds(true));
  EXPECT_THAT(db_->Contains(Family::kResults, "R"), IsOkAndHolds(false));
}

TEST_F(DatabaseTest, ScansExactlyThePrefixInOrder) {
  for (const char* key : {"Qz", "Ra", "R\xff", "Rb", "S"}) Put(Family::kResults, key, "v");
  EXPECT_THAT(Keys(Family::kResults, "R"), ElementsAre("Ra", "Rb", "R\xff"));
  EXPECT_THAT(Keys(Family::kResults, ""), ElementsAre("Qz", "Ra", "Rb", "R\xff", "S"));
  EXPECT_THAT(Keys(Family::kTasks, "R"), IsEmpty());
}

TEST_F(DatabaseTest, DeletesExactlyThePrefix) {
  for (const char* key : {"Qz", "Ra", "Rb", "S"}) Put(Family::kSequences, key, "v");
  Batch batch;
  batch.DeletePrefix(Family::kSequences, "R");
  ASSERT_OK(db_->Write(batch, false));
  EXPECT_THAT(Keys(Family::kSequences, ""), ElementsAre("Qz", "S"));
}

TEST_F(DatabaseTest, DeletesOneKey) {
  for (const char* key : {"R", "Ra", "Raa"}) Put(Family::kResults, key, "v");
  Batch batch;
  batch.Delete(Family::kResults, "Ra");
  batch.Delete(Family::kResults, "never there");
  ASSERT_OK(db_->Write(batch, false));
  EXPECT_THAT(Keys(Family::kResults, ""), ElementsAre("R", "Raa"));
}

TEST_F(DatabaseTest, FindsTheLastKeyOfAPrefix) {
  for (const char* key : {"Q", "Ra", "R\xff", "S"}) Put(Family::kResults, key, "v");
  EXPECT_THAT(db_->LastKey(Family::kResults, "R"), IsOkAndHolds(Optional(Eq("R\xff"))));
  EXPECT_THAT(db_->LastKey(Family::kResults, ""), IsOkAndHolds(Optional(Eq("S"))));
  EXPECT_THAT(db_->LastKey(Family::kResults, "Rb"), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(db_->LastKey(Family::kResults, "\xff"), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(db_->LastKey(Family::kTasks, "R"), IsOkAndHolds(Eq(std::nullopt)));
}

TEST_F(DatabaseTest, SeesWhatWasThereAtTheSnapshot) {
  Put(Family::kResults, "Ra", "old");
  const Database::Snapshot snapshot(*db_);
  Put(Family::kResults, "Ra", "new");
  Put(Family::kResults, "Rb", "new");
  EXPECT_THAT(Keys(Family::kResults, "R", &snapshot), ElementsAre("Ra"));
  EXPECT_THAT(db_->Get(Family::kResults, "Ra", kType, &snapshot),
              IsOkAndHolds(Optional(Eq("old"))));
}

TEST_F(DatabaseTest, KeepsLargeValuesInBlobFiles) {
  std::string large;
  for (int i = 0; i < 5000; ++i) large += std::to_string(i * 7919);
  Put(Family::kDocuments, "Da", large);
  ASSERT_OK(db_->Flush());
  EXPECT_THAT(testing::FilesEndingIn(path_, ".blob"), Not(IsEmpty()));
  EXPECT_THAT(db_->Get(Family::kDocuments, "Da", kType), IsOkAndHolds(Optional(Eq(large))));
  EXPECT_OK(db_->VerifyChecksums());
}

TEST_F(DatabaseTest, NamesTheKeyOfAValueDamagedBehindRocksDbsBack) {
  Put(Family::kResults, "Ra", "payload");
  ASSERT_OK(db_->Close());
  {
    const std::vector<rocksdb::ColumnFamilyDescriptor> families =
        MakeFamilyDescriptors({Family::kMeta, Family::kDocuments, Family::kTasks, Family::kResults,
                               Family::kSequences, Family::kEvents});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(MakeDbOptions(false), path_, families, &handles, &db).ok());
    std::string value;
    ASSERT_TRUE(db->Get({}, handles[3], "Ra", &value).ok());
    value[10] ^= 1;
    ASSERT_TRUE(db->Put({}, handles[3], "Ra", value).ok());
    for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
    delete db;
  }
  ASSERT_OK_AND_ASSIGN(db_, Database::Open(path_, Database::Mode::kWrite));
  EXPECT_THAT(db_->Get(Family::kResults, "Ra", kType),
              StatusIs(absl::StatusCode::kDataLoss, "results/R 61: checksum mismatch"));
  EXPECT_THAT(db_->Scan(Family::kResults, "R", kType,
                        [](absl::string_view, absl::string_view) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kDataLoss, "results/R 61"));
}

TEST_F(DatabaseTest, SaysThatAScanEndedEarly) {
  for (int i = 0; i < 2000; ++i)
    Put(Family::kResults, "R" + std::to_string(i), std::string(100, 'a' + i % 26));
  ASSERT_OK(db_->Close());
  {
    // What the log brings back goes into sorted files at opening.
    ASSERT_OK_AND_ASSIGN(auto db, Database::Open(path_, Database::Mode::kWrite));
    ASSERT_OK(db->Flush());
  }
  for (const std::string& file : testing::FilesEndingIn(path_, ".sst"))
    testing::FlipBit(file, 1000);
  ASSERT_OK_AND_ASSIGN(db_, Database::Open(path_, Database::Mode::kWrite));
  int seen = 0;
  EXPECT_THAT(db_->ScanRaw(Family::kResults, "",
                           [&](absl::string_view, absl::string_view) {
                             ++seen;
                             return absl::OkStatus();
                           }),
              StatusIs(absl::StatusCode::kDataLoss, "cannot read past results/"));
  EXPECT_LT(seen, 2000);
  EXPECT_THAT(db_->VerifyChecksums(), StatusIs(absl::StatusCode::kDataLoss, ".sst"));
}

TEST_F(DatabaseTest, RefusesWritesWhenReadOnly) {
  ASSERT_OK(db_->Close());
  ASSERT_OK_AND_ASSIGN(db_, Database::Open(path_, Database::Mode::kReadOnly));
  Batch batch;
  batch.Put(Family::kMeta, "H", kType, "x");
  EXPECT_THAT(db_->Write(batch, true), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_OK(db_->Close());
}

// As a writer's garbage collection does with files that only dead values are in.
TEST_F(DatabaseTest, AReaderTellsAFileThatAWriterRemovedFromOneThatIsLost) {
  const std::string large(8192, 'x');  // In a blob file.
  Put(Family::kSequences, "Sa", large);
  ASSERT_OK(db_->Flush());
  ASSERT_OK_AND_ASSIGN(const auto before, Database::Open(path_, Database::Mode::kReadOnly));
  Put(Family::kSequences, "Sb", large);
  ASSERT_OK(db_->Flush());
  ASSERT_OK_AND_ASSIGN(const auto after, Database::Open(path_, Database::Mode::kReadOnly));
  const std::vector<std::string> blobs = FilesEndingIn(path_, ".blob");
  ASSERT_EQ(blobs.size(), 2u);
  ASSERT_OK(RemoveTree(blobs[0]));

  const auto scan = [](const Database& db) {
    return db.Scan(Family::kSequences, "S", kType,
                   [](absl::string_view, absl::string_view) { return absl::OkStatus(); });
  };
  EXPECT_THAT(before->Get(Family::kSequences, "Sa", kType).status(),
              StatusIs(absl::StatusCode::kUnavailable, "run it again"));
  EXPECT_THAT(scan(*before), StatusIs(absl::StatusCode::kUnavailable, "run it again"));
  EXPECT_THAT(before->VerifyChecksums(), StatusIs(absl::StatusCode::kUnavailable, "run it again"));
  EXPECT_THAT(after->Get(Family::kSequences, "Sa", kType).status(),
              StatusIs(absl::StatusCode::kDataLoss, ".blob"));
  EXPECT_THAT(scan(*after), StatusIs(absl::StatusCode::kDataLoss, ".blob"));
  EXPECT_OK(after->Get(Family::kSequences, "Sb", kType).status());
}

TEST_F(DatabaseTest, IsNotOpenedOnAFullDisk) {
  // A file system that never has room.
  EXPECT_THAT(Database::Open("/proc/quipu/store", Database::Mode::kCreate).status(),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       "no space left on its disk: 0 bytes, at least 1048576 are needed"));
}

TEST_F(DatabaseTest, SaysWhyItsLockCannotBeTaken) {
  EXPECT_THAT(Database::Open(path_, Database::Mode::kWrite).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "in use by another process"));
  ASSERT_OK(db_->Close());
  ASSERT_OK(RemoveTree(JoinPath(path_, "LOCK")));
  ASSERT_OK(MakeDirs(JoinPath(path_, "LOCK")));
  EXPECT_THAT(Database::Open(path_, Database::Mode::kWrite).status(),
              StatusIs(absl::StatusCode::kUnavailable, "Is a directory"));
}

TEST_F(DatabaseTest, CountsEveryKeyOfABatch) {
  const uint64_t before = db_->LatestSequenceNumber();
  Batch batch;
  batch.Put(Family::kMeta, "Ha", kType, "x");
  batch.Put(Family::kTasks, "Hb", kType, "x");
  ASSERT_OK(db_->Write(batch, true));
  EXPECT_EQ(db_->LatestSequenceNumber(), before + 2);
}

}  // namespace
}  // namespace quipu::storage
