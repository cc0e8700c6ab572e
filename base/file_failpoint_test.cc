// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What file.h does when it fails half-way. Apart from file_test: a release has no failpoints.
#include "absl/status/status.h"
#include "base/failpoint.h"
#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace quipu {
namespace {

using testing::TempDir;

TEST(WriteFileAtomic, ReportsAFaultBeforeItWritesToAFileOrADevice) {
  TempDir dir;
  SetFailpointHandler([](absl::string_view name) {
    return name == "file.before_rename" ? absl::UnavailableError("injected") : absl::OkStatus();
  });

  const absl::Status file = WriteFileAtomic(dir.Path("file"), "content");
  const absl::Status device = WriteFileAtomic("/dev/full", "content");

  SetFailpointHandler(nullptr);
  EXPECT_EQ(file, absl::UnavailableError("injected"));
  EXPECT_EQ(device, absl::UnavailableError("injected"));
  EXPECT_FALSE(FileExists(dir.Path("file")));
}

}  // namespace
}  // namespace quipu
