// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A disk that fills up at the n-th write, for every n: RESOURCE_EXHAUSTED, and
// nothing acknowledged is lost. (RocksDB's part of the disk, as RocksDB would have it
// with its own log; RUN_STATE goes through base/file, whose errors are tested there.)
#include <atomic>
#include <iostream>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "storage/store_impl.h"
#include "tests/support/fake_clock.h"
#include "tests/support/full_disk.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::storage {
namespace {

using quipu::testing::AddPlannedDocument;
using quipu::testing::Commit;
using quipu::testing::CopyDirectory;
using quipu::testing::FullDisk;
using quipu::testing::IsOkAndHolds;
using quipu::testing::StatusIs;
using quipu::testing::TempDir;
using quipu::testing::TestHeader;
using quipu::testing::TestResult;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// How many more writes the disk takes.
class Room {
 public:
  void Set(int64_t writes) { left_ = writes; }
  void Free() { left_ = std::numeric_limits<int64_t>::max(); }
  int64_t left() const { return left_; }
  bool Take() { return left_.fetch_sub(1) > 0; }

 private:
  std::atomic<int64_t> left_{std::numeric_limits<int64_t>::max()};
};

class StoreFullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(auto store, StoreImpl::Create(original_, TestHeader(), &clock_));
    tasks_ = AddPlannedDocument(store.get(), 1, 20);
    ASSERT_OK(store->Close());
  }

  // Opens and commits until something fails; counts what was acknowledged.
  absl::Status Run(const std::string& path, int* acknowledged) {
    absl::StatusOr<std::unique_ptr<StoreImpl>> store =
        StoreImpl::Open(path, {}, &clock_, env_.get());
    if (!store.ok()) return store.status();
    for (const v1::Task& task : tasks_) {
      const absl::Status status = Commit(store->get(), TestResult(task));
      if (!status.ok()) return status;  // Closing fails on the way; nobody listens.
      ++*acknowledged;
    }
    return (*store)->Close();
  }

  quipu::testing::FakeClock clock_;
  TempDir dir_;
  const std::string original_ = dir_.Path("store");
  Room room_;
  const std::shared_ptr<rocksdb::FileSystem> disk_ =
      std::make_shared<FullDisk>([this](const std::string& /*file*/) { return room_.Take(); });
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
  std::vector<v1::Task> tasks_;
};

TEST_F(StoreFullDiskTest, LosesNothingAcknowledgedWhicheverWriteIsTheLast) {
  bool complete = false;
  int points = 0;
  for (int writes = 0; !complete; writes += 1 + writes / 8) {
    SCOPED_TRACE(absl::StrCat("room for ", writes, " writes"));
    ASSERT_LT(writes, 10000);
    const std::string path = dir_.Path(absl::StrCat("full", points++));
    quipu::testing::CopyDirectory(original_, path);
    room_.Set(writes);
    int acknowledged = 0;
    const absl::Status status = Run(path, &acknowledged);
    complete = status.ok();
    if (!complete) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
    }
    room_.Free();

    ASSERT_OK_AND_ASSIGN(auto store, StoreImpl::Open(path, {}, &clock_, env_.get()));
    for (int i = 0; i < acknowledged; ++i) EXPECT_OK(store->GetResult(tasks_[i].id()));
    EXPECT_THAT(store->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
    const std::vector<v1::Task> more = AddPlannedDocument(store.get(), 2, 1);
    EXPECT_OK(Commit(store.get(), TestResult(more[0])));
    EXPECT_OK(store->Close());
  }
  std::cout << points << " points\n";
  EXPECT_GT(points, 10);
}

TEST_F(StoreFullDiskTest, WritesAgainWhenItIsOpenedWithRoom) {
  ASSERT_OK_AND_ASSIGN(auto store, StoreImpl::Open(original_, {}, &clock_, env_.get()));
  ASSERT_OK(Commit(store.get(), TestResult(tasks_[0])));
  room_.Set(0);
  EXPECT_THAT(Commit(store.get(), TestResult(tasks_[1])),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(store->GetResult(tasks_[0].id())) << "what is there can be read";
  EXPECT_THAT(ReadFile(JoinPath(original_, "LOG"), 1 << 20), IsOkAndHolds(HasSubstr("No space")));
  room_.Free();
  EXPECT_THAT(Commit(store.get(), TestResult(tasks_[1])),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(store->Close(), StatusIs(absl::StatusCode::kResourceExhausted));

  ASSERT_OK_AND_ASSIGN(store, StoreImpl::Open(original_, {}, &clock_, env_.get()));
  EXPECT_OK(store->GetResult(tasks_[0].id()));
  EXPECT_OK(Commit(store.get(), TestResult(tasks_[1])));
  EXPECT_OK(store->GetResult(tasks_[1].id()));
  EXPECT_OK(store->Close());
}

TEST_F(StoreFullDiskTest, LosesNoResultThatCouldNotBeWithdrawn) {
  ASSERT_OK_AND_ASSIGN(auto store, StoreImpl::Open(original_, {}, &clock_, env_.get()));
  for (int i = 0; i < 3; ++i) ASSERT_OK(Commit(store.get(), TestResult(tasks_[i])));
  JournalBatch batch;
  batch.withdrawn = {tasks_[0].id(), tasks_[1].id()};
  room_.Set(0);
  EXPECT_THAT(store->CommitJournaled(batch, true), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(store->GetResult(tasks_[0].id()));
  room_.Free();
  // The mark was lowered, the results are there: it opens, and counts them.
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, StoreImpl::Open(original_, {}, &clock_));
  for (int i = 0; i < 3; ++i) EXPECT_OK(store->GetResult(tasks_[i].id()));
  ASSERT_OK(store->CommitJournaled(batch, true));
  EXPECT_THAT(store->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
  EXPECT_OK(store->Close());
  ASSERT_OK_AND_ASSIGN(store, StoreImpl::Open(original_, {}, &clock_));
  EXPECT_EQ(store->GetResult(tasks_[0].id()).status().code(), absl::StatusCode::kNotFound);
  EXPECT_OK(store->GetResult(tasks_[2].id()));
}

}  // namespace
}  // namespace quipu::storage
