// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/spec_file.h"

#include <cstdlib>
#include <string>

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

TEST(LoadRunSpec, ReadsATildeAsTheHomeDirectoryInEveryPath) {
  TempDir dir;
  const std::string path = dir.Path("spec.textproto");
  const char* const before = getenv("HOME");
  const std::string home = before == nullptr ? "" : before;
  ASSERT_EQ(setenv("HOME", dir.path().c_str(), 1), 0);
  ASSERT_OK(WriteFileAtomic(
      path,
      "store: \"~/s\" export_dir: \"~/e\" documents { path: \"~/c/*\" }\n"
      "engine { kind: OPENAI url: \"http://127.0.0.1/v1\" model_name: \"m\" model: \"~/m\"\n"
      "  api_key_file: \"~/k\" ca_file: \"a/~/c\" chat_template: \"~/t.jinja\" }\n"
      "instances { target_model: \"~\" target_template: \"~/u.jinja\" }\n"));

  ASSERT_OK_AND_ASSIGN(const v1::RunSpec spec, LoadRunSpec(path));
  if (before != nullptr) setenv("HOME", home.c_str(), 1);

  EXPECT_EQ(spec.store(), dir.Path("s"));
  EXPECT_EQ(spec.export_dir(), dir.Path("e"));
  EXPECT_EQ(spec.engine().model(), dir.Path("m"));
  EXPECT_EQ(spec.engine().api_key_file(), dir.Path("k"));
  EXPECT_EQ(spec.engine().ca_file(), "a/~/c");
  EXPECT_EQ(spec.engine().chat_template(), dir.Path("t.jinja"));
  EXPECT_EQ(spec.instances().target_model(), dir.path());
  EXPECT_EQ(spec.instances().target_template(), dir.Path("u.jinja"));
}

TEST(LoadRunSpec, NamesAHomeDirectoryThatIsNotThere) {
  TempDir dir;
  const std::string path = dir.Path("spec.textproto");
  ASSERT_OK(WriteFileAtomic(path, "store: \"~nobody-of-this-name/s\""));

  EXPECT_THAT(LoadRunSpec(path).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("store: there is no home directory ~nobody-of-this-name")));
}

}  // namespace
}  // namespace quipu::pipelines
