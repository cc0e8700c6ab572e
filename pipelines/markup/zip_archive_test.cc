// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/zip_archive.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/compress.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::Zip;

TEST(ZipArchive, ReadsAFileUpToALimit) {
  const std::string text(100000, 'x');
  const std::string bytes = Zip({{"a.txt", text}, {"empty", ""}});
  ASSERT_OK_AND_ASSIGN(const auto archive, ZipArchive::Open(bytes));

  EXPECT_TRUE(archive->Has("a.txt"));
  EXPECT_FALSE(archive->Has("b.txt"));
  EXPECT_THAT(archive->Read("a.txt", text.size()), IsOkAndHolds(text));
  EXPECT_THAT(archive->Read("empty", 0), IsOkAndHolds(std::string()));
  EXPECT_THAT(archive->Read("b.txt", 1), StatusIs(absl::StatusCode::kNotFound, "no file b.txt"));
  // It compresses to a hundredth.
  EXPECT_THAT(archive->Read("a.txt", text.size() - 1),
              StatusIs(absl::StatusCode::kResourceExhausted, "a.txt: more than 99999 bytes"));
}

TEST(ZipArchive, NamesTheFileThatCannotBeRead) {
  const std::string good = Zip({{"a.txt", std::string(1000, 'x')}});
  // Two bytes of each header are its flags, of which the first says that the file is encrypted.
  std::string encrypted = good;
  encrypted[6] |= 1;
  encrypted[good.find("PK\x01\x02") + 8] |= 1;
  ASSERT_OK_AND_ASSIGN(auto archive, ZipArchive::Open(encrypted));
  EXPECT_THAT(archive->Read("a.txt", 1000),
              StatusIs(absl::StatusCode::kInvalidArgument, "a.txt: No password"));

  std::string damaged = good;
  damaged[30 + 5 + 2] ^= 0x55;  // Behind the header and the name.
  ASSERT_OK_AND_ASSIGN(archive, ZipArchive::Open(damaged));
  EXPECT_THAT(archive->Read("a.txt", 1000),
              StatusIs(absl::StatusCode::kInvalidArgument, "a.txt: "));
}

TEST(ZipArchive, RefusesWhatIsNoArchive) {
  EXPECT_THAT(ZipArchive::Open("no archive"),
              StatusIs(absl::StatusCode::kInvalidArgument, "not a zip archive: "));
}

}  // namespace
}  // namespace quipu::pipelines
