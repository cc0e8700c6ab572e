// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/posix_error.h"

#include <cerrno>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::StatusIs;

TEST(PosixError, SaysWhatFailedAndWhy) {
  EXPECT_EQ(PosixError(ENOENT, "cannot open", "a/b").message(),
            "cannot open a/b: No such file or directory");
}

TEST(PosixError, KeepsApartWhatCallersTreatDifferently) {
  EXPECT_THAT(PosixError(ENOENT, "", ""), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(PosixError(EACCES, "", ""), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(PosixError(EROFS, "", ""), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(PosixError(ENOSPC, "", ""), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(PosixError(EMFILE, "", ""), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(PosixError(ENOTDIR, "", ""), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(PosixError(EIO, "", ""), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace quipu
