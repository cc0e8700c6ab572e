// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/rocksdb_status.h"

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "rocksdb/status.h"
#include "tests/support/status_matchers.h"

namespace quipu::storage {
namespace {

using quipu::testing::StatusIs;
using rocksdb::Status;

TEST(RocksDbStatus, KeepsOk) { EXPECT_OK(FromRocksDb(Status::OK(), "write")); }

TEST(RocksDbStatus, NamesTheContextAndTheCause) {
  EXPECT_THAT(FromRocksDb(Status::Corruption("block checksum mismatch"), "reading results/R"),
              StatusIs(absl::StatusCode::kDataLoss,
                       "reading results/R: Corruption: block checksum mismatch"));
}

TEST(RocksDbStatus, TakesAFullDiskForAnExhaustedResource) {
  EXPECT_THAT(FromRocksDb(Status::NoSpace("a"), "write"),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(FromRocksDb(Status::SpaceLimit("a"), "write"),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(FromRocksDb(Status::MemoryLimit("a"), "write"),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(FromRocksDb(Status::IOError("DB::Open() failed --- Unable to persist Options file",
                                          "IO error: No space left on device: While appending"),
                          "open"),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(RocksDbStatus, TakesAMissingFileForDataLoss) {
  EXPECT_THAT(FromRocksDb(Status::PathNotFound("000012.sst"), "open"),
              StatusIs(absl::StatusCode::kDataLoss, "000012.sst"));
}

TEST(RocksDbStatus, RecognisesTheLock) {
  const Status held =
      Status::IOError("While lock file: out/store/LOCK", "Resource temporarily unavailable");

  EXPECT_TRUE(IsLockHeld(held));
  EXPECT_TRUE(IsLockHeld(Status::IOError(
      "lock hold by current process, acquire time 1 acquiring thread 2: out/store/LOCK",
      "No locks available")));
  EXPECT_FALSE(IsLockHeld(Status::IOError("While appending: out/store/000003.log", "I/O error")));
  EXPECT_THAT(FromRocksDb(held, "open"), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(RocksDbStatus, DoesNotTakeALockThatCannotBeTakenForOneThatIsHeld) {
  for (const Status& status :
       {Status::IOError("while open a file for lock: out/store/LOCK", "Permission denied"),
        Status::IOError("While lock file: out/store/LOCK", "No locks available")}) {
    EXPECT_FALSE(IsLockHeld(status)) << status.ToString();
    EXPECT_THAT(FromRocksDb(status, "open"), StatusIs(absl::StatusCode::kUnavailable));
  }
}

TEST(RocksDbStatus, MapsTheOthers) {
  EXPECT_THAT(FromRocksDb(Status::NotFound(), "get"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(FromRocksDb(Status::NotSupported("read only"), "put"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(FromRocksDb(Status::IOError("disk"), "put"),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(FromRocksDb(Status::Busy(), "put"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(FromRocksDb(Status::InvalidArgument("x"), "put"),
              StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace quipu::storage
