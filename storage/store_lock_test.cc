// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/store_lock.h"

#include <memory>
#include <string>

#include "base/file.h"
#include "gtest/gtest.h"
#include "storage/database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::storage {
namespace {

using quipu::testing::StatusIs;
using quipu::testing::TempDir;

class StoreLockTest : public ::testing::Test {
 protected:
  TempDir dir_;
  const std::string path_ = dir_.Path("db");
};

TEST_F(StoreLockTest, IsNotTakenWhileADatabaseIsOpenForWriting) {
  ASSERT_OK_AND_ASSIGN(auto db, Database::Open(path_, Database::Mode::kCreate));
  EXPECT_THAT(StoreLock::Take(path_).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "in use"));
  ASSERT_OK(db->Close());
  EXPECT_OK(StoreLock::Take(path_).status());
}

TEST_F(StoreLockTest, KeepsOthersFromOpeningTheDatabase) {
  ASSERT_OK_AND_ASSIGN(auto db, Database::Open(path_, Database::Mode::kCreate));
  ASSERT_OK(db->Close());
  {
    ASSERT_OK_AND_ASSIGN(const auto lock, StoreLock::Take(path_));
    EXPECT_THAT(StoreLock::Take(path_).status(), StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(Database::Open(path_, Database::Mode::kWrite).status(),
                StatusIs(absl::StatusCode::kFailedPrecondition, "in use"));
    EXPECT_OK(Database::Open(path_, Database::Mode::kReadOnly).status());
  }
  EXPECT_OK(Database::Open(path_, Database::Mode::kWrite).status());
}

TEST_F(StoreLockTest, IsOfAStore) {
  EXPECT_THAT(StoreLock::Take(dir_.Path("none")).status(),
              StatusIs(absl::StatusCode::kNotFound, "none"));
  ASSERT_OK(MakeDirs(dir_.Path("odd/LOCK")));
  EXPECT_THAT(StoreLock::Take(dir_.Path("odd")).status(),
              StatusIs(absl::StatusCode::kUnavailable, "Is a directory"));
}

}  // namespace
}  // namespace quipu::storage
