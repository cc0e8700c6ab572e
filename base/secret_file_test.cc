// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/secret_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu {
namespace {

using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::TempDir;

class SecretFileTest : public ::testing::Test {
 protected:
  std::string Write(mode_t mode, absl::string_view content = "hush") {
    const std::string path = dir_.Path("secret");
    EXPECT_OK(WriteFileAtomic(path, content));
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }

  TempDir dir_;
};

TEST_F(SecretFileTest, ReadsWhatOnlyItsOwnerMayUse) {
  for (const mode_t mode : {0600, 0400}) {
    EXPECT_THAT(ReadSecretFile(Write(mode), 4), IsOkAndHolds("hush")) << mode;
  }
}

TEST_F(SecretFileTest, RefusesEveryRightOfOthersAndSaysTheMode) {
  for (const mode_t mode : {0640, 0620, 0610, 0604, 0602, 0601, 0644, 0660, 0777}) {
    EXPECT_THAT(ReadSecretFile(Write(mode), 4),
                StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("its mode is 0")))
        << mode;
  }
  EXPECT_THAT(ReadSecretFile(Write(0644), 4),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("0644")));
}

TEST_F(SecretFileTest, RefusesAnotherUsersFile) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const std::string path = Write(0600);
  ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);

  EXPECT_THAT(ReadSecretFile(path, 4),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("of user 12345")));
}

TEST_F(SecretFileTest, FollowsALinkToASecretButJudgesTheSecret) {
  const std::string path = Write(0600);
  ASSERT_EQ(symlink(path.c_str(), dir_.Path("link").c_str()), 0);

  EXPECT_THAT(ReadSecretFile(dir_.Path("link"), 4), IsOkAndHolds("hush"));
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  EXPECT_THAT(ReadSecretFile(dir_.Path("link"), 4), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(SecretFileTest, RefusesWhatIsTooLargeMissingOrNoFile) {
  EXPECT_THAT(ReadSecretFile(Write(0600, "12345"), 4),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("more than 4 bytes")));
  EXPECT_THAT(ReadSecretFile(dir_.Path("none"), 4), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_EQ(mkfifo(dir_.Path("fifo").c_str(), 0600), 0);
  EXPECT_THAT(ReadSecretFile(dir_.Path("fifo"), 4),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(ReadSecretFile(dir_.path(), 4), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace quipu
