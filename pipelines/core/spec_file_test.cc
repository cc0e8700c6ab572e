// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/spec_file.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using testing::TempDir;

TEST(LoadRunSpec, NamesFileAndEveryFault) {
  TempDir dir;
  const std::string path = dir.Path("bad.textproto");
  ASSERT_OK(WriteFileAtomic(path, "store: \"s\"\nnothing: 1\nengine { modle: \"x\" }\n"));

  const absl::Status status = LoadRunSpec(path).status();

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nothing")));
  EXPECT_THAT(status.message(), HasSubstr(absl::StrCat(path, ":3")));
}

TEST(LoadRunSpec, NamesAFileThatIsNotThere) {
  TempDir dir;

  EXPECT_THAT(LoadRunSpec(dir.Path("none")).status(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

}  // namespace
}  // namespace quipu::pipelines
