// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/api_key.h"

#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class LoadApiKeyTest : public ::testing::Test {
 protected:
  void SetUp() override { unsetenv(kApiKeyVariable); }
  void TearDown() override { unsetenv(kApiKeyVariable); }

  std::string File(const std::string& content, mode_t mode = 0600) {
    const std::string path = dir_.Path("key");
    EXPECT_OK(WriteFileAtomic(path, content));
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }

  testing::TempDir dir_;
};

TEST_F(LoadApiKeyTest, ReadsTheFileBeforeTheEnvironment) {
  setenv(kApiKeyVariable, "sk-environment", 1);
  EXPECT_THAT(LoadApiKey(""), IsOkAndHolds("sk-environment"));
  EXPECT_THAT(LoadApiKey(File("  sk-file\n")), IsOkAndHolds("sk-file"));
}

TEST_F(LoadApiKeyTest, IsEmptyWithoutEither) { EXPECT_THAT(LoadApiKey(""), IsOkAndHolds("")); }

TEST_F(LoadApiKeyTest, RefusesAFileThatOthersCanRead) {
  for (const mode_t mode : {0604, 0644, 0660, 0601}) {
    EXPECT_THAT(LoadApiKey(File("sk-secret", mode)),
                StatusIs(absl::StatusCode::kPermissionDenied,
                         AllOf(HasSubstr("key file"), HasSubstr("others can access"),
                               Not(HasSubstr("sk-secret")))))
        << mode;
  }
  EXPECT_OK(LoadApiKey(File("sk-secret", 0400)));
}

TEST_F(LoadApiKeyTest, RefusesWhatIsNoKeyWithoutShowingIt) {
  for (const std::string& content :
       {std::string(), std::string(" \n"), std::string("sk secret"),
        std::string("sk-secret\r\nX-Header: 1"), std::string("sk-secret\0x", 11),
        std::string("schl\xc3\xbcssel-secret"), std::string(4097, 's') + "secret"}) {
    EXPECT_THAT(LoadApiKey(File(content)),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("key"), Not(HasSubstr("secret")))))
        << content.size();
  }
  EXPECT_OK(LoadApiKey(File(std::string(4096, 's'))));
  EXPECT_THAT(LoadApiKey(dir_.Path("none")), StatusIs(absl::StatusCode::kNotFound, "key file"));
  setenv(kApiKeyVariable, "a secret", 1);
  EXPECT_THAT(LoadApiKey(""), StatusIs(absl::StatusCode::kInvalidArgument, kApiKeyVariable));
}

TEST(WithoutKey, TakesTheKeyOutOfWhatServersSay) {
  EXPECT_EQ(WithoutKey("bad key sk-1, sk-1!", "sk-1"), "bad key [key], [key]!");
  EXPECT_EQ(WithoutKey("nothing", ""), "nothing");
}

}  // namespace
}  // namespace quipu::inference
