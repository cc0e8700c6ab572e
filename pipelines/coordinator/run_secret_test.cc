// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/run_secret.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/status/status.h"
#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;

mode_t ModeOf(const std::string& path) {
  struct stat info = {};
  EXPECT_EQ(lstat(path.c_str(), &info), 0);
  return info.st_mode & 07777;
}

TEST(RunSecretTest, IsMadeOnceAndReadAgain) {
  TempDir dir;
  const std::string path = SecretPathOf(dir.Path("store/"));
  EXPECT_EQ(path, dir.Path("store.secret"));

  // A group that may write everything has no part in the secret.
  const mode_t before = umask(0);
  const absl::StatusOr<std::string> made = LoadOrCreateRunSecret(path);
  umask(before);
  ASSERT_OK(made);
  EXPECT_EQ(made->size(), kRunSecretBytes);
  EXPECT_EQ(ModeOf(path), 0600u);
  EXPECT_FALSE(FileExists(path + ".new"));

  ASSERT_OK_AND_ASSIGN(const std::string read, LoadOrCreateRunSecret(path));
  EXPECT_EQ(read, *made);
  ASSERT_OK_AND_ASSIGN(const std::string other, LoadOrCreateRunSecret(dir.Path("other.secret")));
  EXPECT_NE(other, read);
  EXPECT_NE(NewRunSecret(), NewRunSecret());
}

TEST(RunSecretTest, RefusesOneThatOthersMayUse) {
  TempDir dir;
  const std::string path = dir.Path("store.secret");
  ASSERT_OK(LoadOrCreateRunSecret(path));
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0601, 0666}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_THAT(LoadOrCreateRunSecret(path),
                StatusIs(absl::StatusCode::kFailedPrecondition, "is accessible to others"))
        << mode;
  }
  for (const mode_t mode : {0600, 0400}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_OK(LoadOrCreateRunSecret(path)) << mode;
  }
}

TEST(RunSecretTest, RefusesAnotherSizeAndWhatIsNoFile) {
  TempDir dir;
  for (const size_t size : {0, 31, 33, 1 << 20}) {
    const std::string path = dir.Path("size");
    ASSERT_OK(WriteFileAtomic(path, std::string(size, 'x')));
    ASSERT_EQ(chmod(path.c_str(), 0600), 0);
    EXPECT_THAT(LoadOrCreateRunSecret(path), StatusIs(absl::StatusCode::kDataLoss, "want 32"))
        << size;
  }
  ASSERT_OK(MakeDirs(dir.Path("directory")));
  EXPECT_THAT(LoadOrCreateRunSecret(dir.Path("directory")),
              StatusIs(absl::StatusCode::kFailedPrecondition, "not a regular file"));
  ASSERT_EQ(mkfifo(dir.Path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(LoadOrCreateRunSecret(dir.Path("pipe")),
              StatusIs(absl::StatusCode::kFailedPrecondition, "not a regular file"));
  ASSERT_OK(LoadOrCreateRunSecret(dir.Path("real")));
  ASSERT_EQ(symlink("real", dir.Path("link").c_str()), 0);
  EXPECT_THAT(LoadOrCreateRunSecret(dir.Path("link")),
              StatusIs(absl::StatusCode::kFailedPrecondition, "not a regular file"));
  EXPECT_THAT(LoadOrCreateRunSecret(dir.Path("none/secret")),
              StatusIs(absl::StatusCode::kNotFound, "none/secret"));
}

TEST(RunSecretTest, RemovesTheRemainsOfAKill) {
  TempDir dir;
  const std::string path = dir.Path("store.secret");
  ASSERT_OK(WriteFileAtomic(path + ".new", "short"));

  ASSERT_OK_AND_ASSIGN(const std::string secret, LoadOrCreateRunSecret(path));

  EXPECT_EQ(secret.size(), kRunSecretBytes);
  EXPECT_EQ(ModeOf(path), 0600u);
  EXPECT_FALSE(FileExists(path + ".new"));
}

}  // namespace
}  // namespace quipu::pipelines
