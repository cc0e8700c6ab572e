// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/open_model.h"

#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;

TEST(OpenModel, OpensADirectory) {
  for (const char* path : {"tests/models/testdata/gemma3", "tests/models/testdata/gemma3/"}) {
    ASSERT_OK_AND_ASSIGN(const OpenedModel opened, OpenModel(path));
    EXPECT_EQ(opened.gguf, nullptr);
    EXPECT_EQ(opened.name, "gemma3");
    EXPECT_EQ(opened.params.architecture, "gemma3");
    EXPECT_NE(opened.tensors->FindTensor("token_embd.weight"), nullptr);
  }
}

TEST(OpenModel, OpensAFile) {
  ASSERT_OK_AND_ASSIGN(const OpenedModel opened,
                       OpenModel("tests/models/testdata/gemma3/model.gguf"));
  EXPECT_EQ(opened.gguf, opened.tensors);
  EXPECT_EQ(opened.name, "model.gguf");
  EXPECT_EQ(opened.params.architecture, "gemma3");
}

TEST(OpenModel, SaysWhatIsMissing) {
  EXPECT_THAT(OpenModel("/no/such/model"), StatusIs(absl::StatusCode::kNotFound, "/no/such/model"));
  testing::TempDir dir;
  EXPECT_THAT(OpenModel(dir.path()), StatusIs(absl::StatusCode::kNotFound, "config.json"));
}

}  // namespace
}  // namespace quipu::inference
