// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// With files in place of objects; tests/objects has a server of S3.
#include "pipelines/tables/object_store.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/tables/folder_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::ElementsAre;

class ObjectStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!ServeFolder(dir_.Path(""), "bucket", &faults_)) GTEST_SKIP() << "no Arrow";
  }

  void Write(absl::string_view name, absl::string_view content) {
    const std::string path = dir_.Path(absl::StrCat("bucket/", name));
    ASSERT_OK(MakeDirs(path.substr(0, path.rfind('/'))));
    ASSERT_OK(WriteFileAtomic(path, content));
  }

  // Of all that is left, in steps of `step` bytes.
  static absl::StatusOr<std::string> ReadAll(ObjectReader* object, size_t step) {
    std::string text;
    std::string buffer(step, '\0');
    while (true) {
      const absl::StatusOr<size_t> count = object->Read(&buffer[0], step);
      if (!count.ok()) return count.status();
      if (*count == 0) return text;
      text.append(buffer, 0, *count);
    }
  }

  TempDir dir_;
  StoreFaults faults_;
};

std::string Numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, i, "\n");
  return text;
}

TEST_F(ObjectStoreTest, ReadsALargeObjectInFewPieces) {
  const std::string content = Numbers(5000000);
  Write("a", content);
  for (const size_t step : {size_t{1000}, size_t{65536}, size_t{20} << 20}) {
    faults_.reads = 0;
    ASSERT_OK_AND_ASSIGN(const auto object, OpenObject("s3://bucket/a"));

    EXPECT_TRUE(ReadAll(object.get(), step).value_or("") == content);
    // 39 MB: 256 KiB and so on to 8 MiB, and as many of these as are left.
    EXPECT_EQ(faults_.reads, 9);
  }
}

TEST_F(ObjectStoreTest, LooksAtABeginningWithoutReadingItAll) {
  Write("a", std::string(3 << 20, 'x'));
  ASSERT_OK_AND_ASSIGN(const auto object, OpenObject("s3://bucket/a"));
  char buffer[16];

  EXPECT_THAT(object->Read(buffer, sizeof(buffer)), IsOkAndHolds(16));
  EXPECT_EQ(faults_.reads, 1);
}

TEST_F(ObjectStoreTest, SkipsWithinAPieceAndBeyond) {
  const std::string content = Numbers(200000);
  Write("a", content);
  for (const size_t count : {size_t{0}, size_t{5}, size_t{1000000}, content.size()}) {
    ASSERT_OK_AND_ASSIGN(const auto object, OpenObject("s3://bucket/a"));
    char first;
    ASSERT_THAT(object->Read(&first, 1), IsOkAndHolds(1));
    ASSERT_OK(object->Skip(count == 0 ? 0 : count - 1));

    EXPECT_TRUE(ReadAll(object.get(), 777).value_or("") == content.substr(count == 0 ? 1 : count))
        << count;
  }
  ASSERT_OK_AND_ASSIGN(const auto object, OpenObject("s3://bucket/a"));
  EXPECT_THAT(object->Skip(content.size() + 1),
              StatusIs(absl::StatusCode::kDataLoss, "cannot skip to byte 1288891"));
}

TEST_F(ObjectStoreTest, AnEmptyObjectHasNothing) {
  Write("a", "");
  ASSERT_OK_AND_ASSIGN(const auto object, OpenObject("s3://bucket/a"));

  EXPECT_THAT(ReadAll(object.get(), 10), IsOkAndHolds(""));
}

TEST_F(ObjectStoreTest, CallsThatFailAreRetried) {
  Write("a", "content");
  faults_.failing = 3;
  ASSERT_OK_AND_ASSIGN(const auto object, OpenObject("s3://bucket/a"));
  faults_.failing = 3;
  EXPECT_THAT(ReadAll(object.get(), 10), IsOkAndHolds("content"));
  faults_.failing = 3;
  EXPECT_THAT(ListObjects("s3://bucket/*"), IsOkAndHolds(ElementsAre("s3://bucket/a")));

  faults_.failing = 1000;
  EXPECT_THAT(OpenObject("s3://bucket/a"),
              StatusIs(absl::StatusCode::kUnavailable, "s3://bucket/a: AWS Error"));
  EXPECT_THAT(ListObjects("s3://bucket/*"), StatusIs(absl::StatusCode::kUnavailable, "AWS Error"));
}

TEST_F(ObjectStoreTest, AReadThatFailsStillIsAnErrorOfTheStore) {
  Write("a", Numbers(200000));
  ASSERT_OK_AND_ASSIGN(const auto object, OpenObject("s3://bucket/a"));
  faults_.good_reads = 1;

  EXPECT_THAT(ReadAll(object.get(), 1000),
              StatusIs(absl::StatusCode::kUnavailable, "s3://bucket/a: AWS Error"));
}

TEST_F(ObjectStoreTest, NoObjectIsAnError) {
  ASSERT_OK(MakeDirs(dir_.Path("bucket/folder")));
  for (const absl::string_view name : {"none", "folder", "none/*.jsonl", "[n]one"}) {
    const std::string url = absl::StrCat("s3://bucket/", name);
    EXPECT_THAT(OpenObject(url), StatusIs(absl::StatusCode::kNotFound, "no object matches s3:"));
    EXPECT_THAT(ListObjects(url), StatusIs(absl::StatusCode::kNotFound, "no object matches s3:"));
  }
}

TEST_F(ObjectStoreTest, ANameThatExistsIsMeantLiterally) {
  for (const absl::string_view name :
       {"a[1].jsonl", "a1.jsonl", "b?.jsonl", "bc.jsonl", "*.jsonl", "d[2]/x", "d2/y", "d2/z"}) {
    Write(name, "x");
  }
  const auto list = [](absl::string_view name) {
    return ListObjects(absl::StrCat("s3://bucket/", name));
  };
  EXPECT_THAT(list("a[1].jsonl"), IsOkAndHolds(ElementsAre("s3://bucket/a[1].jsonl")));
  EXPECT_THAT(list("b?.jsonl"), IsOkAndHolds(ElementsAre("s3://bucket/b?.jsonl")));
  EXPECT_THAT(list("*.jsonl"), IsOkAndHolds(ElementsAre("s3://bucket/*.jsonl")));
  EXPECT_THAT(list("d[2]"), IsOkAndHolds(ElementsAre("s3://bucket/d[2]/x")));
  // Others are patterns.
  EXPECT_THAT(list("a[12].jsonl"), IsOkAndHolds(ElementsAre("s3://bucket/a1.jsonl")));
  EXPECT_THAT(list("b*.jsonl"),
              IsOkAndHolds(ElementsAre("s3://bucket/b?.jsonl", "s3://bucket/bc.jsonl")));
  EXPECT_THAT(list("d2"), IsOkAndHolds(ElementsAre("s3://bucket/d2/y", "s3://bucket/d2/z")));
}

TEST_F(ObjectStoreTest, HiddenObjectsAreReadOnlyIfTheyAreNamed) {
  for (const absl::string_view name : {"c/a", "c/.b", "c/.d/e", "c/.d/f/g", "c/h/.i"}) {
    Write(name, "x");
  }
  const auto list = [](absl::string_view name) {
    return ListObjects(absl::StrCat("s3://bucket/", name));
  };
  EXPECT_THAT(list("c"), IsOkAndHolds(ElementsAre("s3://bucket/c/a")));
  EXPECT_THAT(list("c/**"), IsOkAndHolds(ElementsAre("s3://bucket/c/a")));
  EXPECT_THAT(list("c/.b"), IsOkAndHolds(ElementsAre("s3://bucket/c/.b")));
  EXPECT_THAT(list("c/.d"),
              IsOkAndHolds(ElementsAre("s3://bucket/c/.d/e", "s3://bucket/c/.d/f/g")));
}

}  // namespace
}  // namespace quipu::pipelines
