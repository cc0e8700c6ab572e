// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A store to damage: made once for all tests of a binary, which work on images
// of it, as a crash would leave them.
//
//   const std::string image = Image();
//   FlipBit(LiveLog(image), 100);
//   EXPECT_EQ(Judge(image), "");
//
// Not thread-safe.
#ifndef QUIPU_TESTS_SUPPORT_DAMAGED_STORE_H_
#define QUIPU_TESTS_SUPPORT_DAMAGED_STORE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "protos/document.pb.h"
#include "protos/task.pb.h"
#include "storage/store_impl.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {

class DamagedStoreTest : public ::testing::Test {
 protected:
  // Forty results, partly in sorted files and partly in the log, all under the
  // mark; twenty tasks without results; a document that is in a blob file.
  static void SetUpTestSuite();
  static void TearDownTestSuite();

  // Copies the files of the open store, as they were before any test.
  std::string Image();
  // The names of an image's files, sorted; without those that may change freely.
  std::vector<std::string> FileNames();
  // Copies the files as they are now.
  std::string ImageOfNow();
  absl::StatusOr<std::unique_ptr<storage::StoreImpl>> OpenImage(const std::string& image);

  // Reads what the first `count` commits wrote. Returns a read's error, or
  // INTERNAL if data is silently missing or different.
  absl::Status ReadBack(const storage::Store& store, int count);

  // "" if the damage did no harm or is noticed; else what went wrong.
  std::string Judge(const std::string& image);

  static storage::StoreImpl& store() { return *shared_->store; }
  static const std::string& store_path() { return shared_->path; }
  static const std::vector<v1::Task>& tasks() { return shared_->tasks; }
  FakeClock* clock() { return &shared_->clock; }

  TempDir dir_;

 private:
  struct Shared {
    void Fill();

    FakeClock clock;
    TempDir dir;
    const std::string path = dir.Path("store");
    const std::string pristine = dir.Path("pristine");
    v1::Document large;
    std::unique_ptr<storage::StoreImpl> store;
    std::vector<v1::Task> tasks;
  };

  std::string ImageOf(const std::string& directory);

  static inline Shared* shared_ = nullptr;
  int images_ = 0;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_DAMAGED_STORE_H_
