// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/backup.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/store_fixture.h"
#include "tests/support/store_records.h"

namespace quipu::storage {
namespace {

using testing::AddPlannedDocument;
using ::testing::AllOf;
using testing::Commit;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::TestResult;

class BackupTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    tasks_ = AddPlannedDocument(store_.get(), 1, 12);
    for (const v1::Task& task : tasks_) ASSERT_OK(Commit(store_.get(), TestResult(task)));
  }
  std::unique_ptr<Store> OpenReadOnly(const std::string& path) {
    auto store = Store::Open(path, {/*read_only=*/true});
    EXPECT_OK(store.status());
    return store.ok() ? *std::move(store) : nullptr;
  }
  // Every result, and the findings of a check.
  std::string ContentOf(const std::string& path) {
    const std::unique_ptr<Store> store = OpenReadOnly(path);
    if (store == nullptr) return "";
    std::string content;
    EXPECT_OK(store->ForEachDocument([&](const v1::Document& document) {
      absl::StrAppend(&content, testing::Bytes(document));
      return absl::OkStatus();
    }));
    EXPECT_OK(store->ForEachResult([&](const v1::Result& result) {
      absl::StrAppend(&content, testing::Bytes(result));
      return absl::OkStatus();
    }));
    EXPECT_THAT(store->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
    return content;
  }

  const std::string backup_ = dir_.Path("backup");
  const std::string restored_ = dir_.Path("restored");
  std::vector<v1::Task> tasks_;
};

TEST_F(BackupTest, IsMadeWhileTheStoreIsOpenAndRestored) {
  ASSERT_OK_AND_ASSIGN(const BackupSummary made, BackUp(path_, backup_));
  EXPECT_EQ(made.run_id, store_->header().run_id());
  EXPECT_EQ(made.results, tasks_.size());
  const uint64_t epoch = store_->epoch();
  ASSERT_OK(store_->Close());

  ASSERT_OK_AND_ASSIGN(const BackupSummary back, Restore(backup_, restored_));
  EXPECT_EQ(back.records, made.records);
  EXPECT_EQ(ContentOf(restored_), ContentOf(path_));
  EXPECT_EQ(ContentOf(backup_), ContentOf(path_)) << "a backup is a store that can be read";
  ASSERT_OK_AND_ASSIGN(const auto store, Store::Open(restored_, {}));
  EXPECT_GT(store->epoch(), epoch + 1000) << "no token may be granted twice";
  EXPECT_FALSE(AddPlannedDocument(store.get(), 2, 1).empty());
  EXPECT_OK(store->Close());
}

TEST_F(BackupTest, HasWhatWasAcknowledgedBeforeItBegan) {
  const std::vector<v1::Task> more = AddPlannedDocument(store_.get(), 2, 200);
  std::atomic<size_t> acknowledged{0};
  std::thread writer([&] {
    for (const v1::Task& task : more) {
      if (Commit(store_.get(), TestResult(task)).ok()) ++acknowledged;
    }
  });
  for (int round = 0; round < 4; ++round) {
    const size_t before = acknowledged;
    EXPECT_OK(BackUp(path_, backup_).status());
    const std::unique_ptr<Store> copy = OpenReadOnly(backup_);
    if (copy == nullptr) break;
    for (size_t i = 0; i < before; ++i) EXPECT_OK(copy->GetResult(more[i].id()).status());
    EXPECT_THAT(copy->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
  }
  writer.join();
  EXPECT_EQ(acknowledged, more.size());
}

TEST_F(BackupTest, IsRefusedByNameIfAFileIsDamaged) {
  ASSERT_OK(BackUp(path_, backup_).status());
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> names, ListDir(backup_));
  for (const std::string& name : names) {
    for (const char* damage : {"flipped", "cut", "deleted"}) {
      SCOPED_TRACE(absl::StrCat(name, " ", damage));
      const std::string copy = dir_.Path("damaged");
      testing::CopyDirectory(backup_, copy);
      ASSERT_OK_AND_ASSIGN(const uint64_t size, FileSize(JoinPath(copy, name)));
      if (size == 0 && absl::string_view(damage) != "deleted") continue;
      if (absl::string_view(damage) == "flipped") testing::FlipBit(JoinPath(copy, name), size / 2);
      if (absl::string_view(damage) == "cut") testing::CutFile(JoinPath(copy, name), size / 2);
      if (absl::string_view(damage) == "deleted") {
        ASSERT_OK(RemoveTree(JoinPath(copy, name)));
      }
      const absl::Status refused = Restore(copy, restored_).status();
      const bool no_list = name == kBackupListName && absl::string_view(damage) == "deleted";
      EXPECT_EQ(refused.code(), no_list ? absl::StatusCode::kNotFound : absl::StatusCode::kDataLoss)
          << refused;
      EXPECT_FALSE(FileExists(restored_));
      ASSERT_OK(RemoveTree(copy));
    }
  }
}

TEST_F(BackupTest, IsNotMadeOfADamagedStore) {
  ASSERT_OK(BackUp(path_, backup_).status());
  ASSERT_OK(store_->Close());
  const std::vector<std::string> tables = testing::FilesEndingIn(path_, ".sst");
  ASSERT_FALSE(tables.empty());
  for (const std::string& table : tables) testing::FlipBit(table, 20);
  EXPECT_THAT(BackUp(path_, backup_).status(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_FALSE(ContentOf(backup_).empty()) << "the earlier backup stays";
}

TEST_F(BackupTest, ReplacesNothingButABackupOfTheSameRun) {
  ASSERT_OK(BackUp(path_, backup_).status());
  ASSERT_OK(BackUp(path_, backup_).status());

  const std::string other = dir_.Path("other");
  v1::RunHeader header = testing::TestHeader();
  header.set_run_id(std::string(16, 'o'));
  ASSERT_OK_AND_ASSIGN(const auto store, Store::Create(other, header));
  ASSERT_OK(store->Close());
  EXPECT_THAT(BackUp(other, backup_).status(),
              StatusIs(absl::StatusCode::kAlreadyExists, "backup of run"));
  EXPECT_THAT(BackUp(path_, other).status(), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Restore(backup_, path_).status(), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Restore(dir_.Path("nothing"), restored_).status(),
              StatusIs(absl::StatusCode::kNotFound, "no backup"));
  EXPECT_THAT(BackUp(dir_.Path("nothing"), restored_).status(),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(BackupTest, OfAnotherVersionIsRefused) {
  ASSERT_OK(BackUp(path_, backup_).status());
  const std::string list = JoinPath(backup_, kBackupListName);
  ASSERT_OK_AND_ASSIGN(std::string text, ReadFile(list, 1 << 20));
  const size_t at = text.find("\"backup_version\": 1");
  ASSERT_NE(at, std::string::npos) << text;
  text[at + 18] = '7';
  ASSERT_OK(WriteFileAtomic(list, text));
  EXPECT_THAT(Restore(backup_, restored_).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "backup_version 7"));
}

TEST_F(BackupTest, IsNotMadeInsideItsStore) {
  EXPECT_THAT(BackUp(path_, JoinPath(path_, "backup")).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "is inside the store"));
  EXPECT_OK(BackUp(path_, absl::StrCat(path_, "-backup")).status());
}

TEST_F(BackupTest, IsNotOpenedForWriting) {
  ASSERT_OK(BackUp(path_, backup_).status());

  EXPECT_THAT(Store::Open(backup_, {}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "quipu restore makes a store of it"));
  EXPECT_NE(OpenReadOnly(backup_), nullptr);
  ASSERT_OK(Restore(backup_, restored_).status());
  EXPECT_OK(Store::Open(restored_, {}).status());
}

}  // namespace
}  // namespace quipu::storage
