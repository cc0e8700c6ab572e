// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/sha256.h"

#include <string>

#include "absl/strings/escaping.h"
#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu {
namespace {

using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::TempDir;

constexpr char kSha256OfNothing[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kSha256OfAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, GivesTheKnownAnswers) {
  EXPECT_EQ(Sha256Hex(""), kSha256OfNothing);
  EXPECT_EQ(Sha256Hex("abc"), kSha256OfAbc);
  EXPECT_EQ(Sha256Hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, TakesItsInputInPieces) {
  Sha256 hash;
  hash.Update("a");
  hash.Update("");
  hash.Update("bc");

  EXPECT_EQ(hash.FinishHex(), kSha256OfAbc);
}

TEST(Sha256, GivesTheBytesThatTheDigitsSay) {
  Sha256 hash;
  hash.Update("abc");

  EXPECT_EQ(hash.Finish(), absl::HexStringToBytes(kSha256OfAbc));
}

TEST(Sha256DeathTest, IsFinishedOnce) {
  Sha256 hash;
  hash.FinishHex();

  EXPECT_DEATH(hash.Finish(), "finished twice");
  EXPECT_DEATH(hash.Update("late"), "after it was finished");
}

TEST(Sha256HexOfFile, ReadsAllOfTheFile) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("empty"), ""));
  const std::string large(3 * 1000 * 1000, 'q');
  ASSERT_OK(WriteFileAtomic(dir.Path("large"), large));

  EXPECT_THAT(Sha256HexOfFile(dir.Path("empty")), IsOkAndHolds(kSha256OfNothing));
  EXPECT_THAT(Sha256HexOfFile(dir.Path("large")), IsOkAndHolds(Sha256Hex(large)));
}

TEST(Sha256HexOfFile, ReportsWhatCannotBeRead) {
  TempDir dir;

  EXPECT_THAT(Sha256HexOfFile(dir.Path("none")), StatusIs(absl::StatusCode::kNotFound, "none"));
  EXPECT_THAT(Sha256HexOfFile(dir.path()), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace quipu
