// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Split files: GgufPartPaths, and GgufFile::Open with parts.
#include "inference/gguf/gguf_parts.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::GgufWriter;
using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::ElementsAre;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(GgufPartPaths, FindsAllFromAny) {
  for (const char* path : {"d/m-00001-of-00003.gguf", "d/m-00003-of-00003.gguf"}) {
    EXPECT_THAT(GgufPartPaths(path, 3),
                IsOkAndHolds(ElementsAre("d/m-00001-of-00003.gguf", "d/m-00002-of-00003.gguf",
                                         "d/m-00003-of-00003.gguf")));
  }
}

TEST(GgufPartPaths, RefusesNamesThatDoNotSayWhichPartTheyAre) {
  for (const char* path : {"model.gguf", "m-00004-of-00003.gguf", "m-00001-of-00004.gguf",
                           "m-00001-of-00003.bin", "m-1-of-3.gguf", "m-00000-of-00003.gguf"}) {
    EXPECT_THAT(GgufPartPaths(path, 3), StatusIs(kInvalid, "one of 3 parts")) << path;
  }
  EXPECT_THAT(GgufPartPaths("m-00001-of-00000.gguf", 0), StatusIs(kInvalid, "split.count is 0"));
  EXPECT_TRUE(
      GgufPartPaths(absl::StrCat("m-00001-of-0", kMaxModelParts, ".gguf"), kMaxModelParts).ok());
  EXPECT_THAT(GgufPartPaths("m-00001-of-01001.gguf", kMaxModelParts + 1),
              StatusIs(kInvalid, "want 1 to 1000"));
}

// Part `number` of `count`, with the tensor "tNUMBER".
GgufWriter Part(uint32_t number, uint32_t count) {
  GgufWriter writer;
  if (number == 0) writer.AddString("general.architecture", "llama");
  writer.AddUint32("split.no", number).AddUint32("split.count", count);
  writer.AddFloatTensor(absl::StrCat("t", number), TensorType::kF32, {1},
                        {static_cast<float>(number)});
  return writer;
}

class SplitGguf : public ::testing::Test {
 protected:
  SplitGguf() {
    for (uint32_t i = 0; i < 3; ++i) parts_.push_back(Part(i, 3));
    parts_[0].AddInt32("split.tensors.count", 3);
  }

  std::string PathOf(int part) const {
    return dir_.Path(absl::StrCat("m-0000", part + 1, "-of-00003.gguf"));
  }

  absl::StatusOr<std::unique_ptr<GgufFile>> Open(int part = 0) {
    for (int i = 0; i < 3; ++i) {
      if (i == missing_) continue;
      EXPECT_OK(WriteFileAtomic(PathOf(i), parts_[i].Build()));
    }
    return GgufFile::Open(PathOf(part));
  }

  TempDir dir_;
  std::vector<GgufWriter> parts_;
  int missing_ = -1;
};

TEST_F(SplitGguf, IsReadAsOneFromAnyPart) {
  for (const int part : {0, 1, 2}) {
    ASSERT_OK_AND_ASSIGN(auto file, Open(part));
    EXPECT_EQ(file->path(), PathOf(0));
    EXPECT_THAT(file->GetString("general.architecture"), IsOkAndHolds("llama"));
    EXPECT_EQ(file->tensors().size(), 3u);
    for (int i = 0; i < 3; ++i) {
      ASSERT_OK_AND_ASSIGN(const TensorInfo* tensor, file->GetTensor(absl::StrCat("t", i)));
      EXPECT_EQ(*reinterpret_cast<const float*>(tensor->data), static_cast<float>(i));
      file->ReleasePages(tensor->data, tensor->num_bytes);
    }
  }
}

TEST_F(SplitGguf, IsIdentifiedByTheListThatSha256sumWrites) {
  ASSERT_OK_AND_ASSIGN(auto file, Open(1));
  std::string list;
  for (int i = 0; i < 3; ++i) {
    absl::StrAppend(&list, Sha256Hex(parts_[i].Build()), "  m-0000", i + 1, "-of-00003.gguf\n");
  }
  EXPECT_EQ(file->ContentSha256(), Sha256Hex(list));
}

TEST_F(SplitGguf, NamesThePartThatIsMissing) {
  missing_ = 2;
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kNotFound, "m-00003-of-00003.gguf"));
}

TEST_F(SplitGguf, RefusesPartsThatDoNotBelongTogether) {
  parts_[1] = Part(2, 3);
  EXPECT_THAT(Open(), StatusIs(kInvalid, "m-00002-of-00003.gguf: split.no is 2"));
  parts_[1] = Part(1, 4);
  EXPECT_THAT(Open(), StatusIs(kInvalid, "split.count is 4"));
  parts_[1] = Part(1, 3).AddFloatTensor("t0", TensorType::kF32, {1}, {5.0f});
  EXPECT_THAT(Open(), StatusIs(kInvalid, "tensor \"t0\" is in an earlier part too"));
  parts_[1] = Part(1, 3).AddFloatTensor("t9", TensorType::kF32, {1}, {5.0f});
  EXPECT_THAT(Open(), StatusIs(kInvalid, "split.tensors.count is 3, but the 3 parts have 4"));
  parts_[1] = GgufWriter();
  EXPECT_THAT(Open(), StatusIs(kInvalid, "split.no"));
  parts_[1] = Part(1, 3).AddUint32("general.alignment", 3);
  EXPECT_THAT(Open(), StatusIs(kInvalid, "part 2 of 3 of the model"));
}

TEST_F(SplitGguf, OfOnePartNeedsNoSuchName) {
  const std::string path = dir_.Path("whole.gguf");
  ASSERT_OK(WriteFileAtomic(path, Part(0, 1).Build()));
  EXPECT_OK(GgufFile::Open(path));
  ASSERT_OK(WriteFileAtomic(path, Part(0, 2).Build()));
  EXPECT_THAT(GgufFile::Open(path), StatusIs(kInvalid, "whole.gguf: one of 2 parts"));
}

}  // namespace
}  // namespace quipu::inference
