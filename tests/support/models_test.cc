// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0

#include "tests/support/models.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace quipu {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Sets QUIPU_MODEL_DIR for one test and puts it back.
class ModelDir {
 public:
  explicit ModelDir(const char* value) {
    const char* before = std::getenv("QUIPU_MODEL_DIR");
    if (before != nullptr) {
      was_set_ = true;
      before_ = before;
    }
    if (value == nullptr) {
      unsetenv("QUIPU_MODEL_DIR");
    } else {
      setenv("QUIPU_MODEL_DIR", value, 1);
    }
  }
  ~ModelDir() {
    if (was_set_) {
      setenv("QUIPU_MODEL_DIR", before_.c_str(), 1);
    } else {
      unsetenv("QUIPU_MODEL_DIR");
    }
  }
  ModelDir(const ModelDir&) = delete;
  ModelDir& operator=(const ModelDir&) = delete;

 private:
  bool was_set_ = false;
  std::string before_;
};

std::string EmptyDirectory(const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / name;
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path.string();
}

TEST(Models, FindsTheSmallModelThatSetUpFetched) {
  std::ifstream file(SmallModelPath(), std::ios::binary);
  char magic[4] = {};
  file.read(magic, sizeof(magic));
  EXPECT_EQ(std::string(magic, 4), "GGUF");
}

TEST(Models, LooksInTheRepositoryWhenNoDirectoryIsGiven) {
  const ModelDir dir(nullptr);
  const absl::StatusOr<std::string> path = FindSmallModel();
  const std::string said = path.ok() ? *path : std::string(path.status().message());
  EXPECT_THAT(said, HasSubstr("/.cache/models/smollm2-135m-instruct-q4_1.gguf"));
}

TEST(Models, TakesTheFileFromTheGivenDirectory) {
  const std::string directory = EmptyDirectory("given");
  const std::string file = directory + "/smollm2-135m-instruct-q4_1.gguf";
  std::ofstream(file) << "GGUF";
  const ModelDir dir(directory.c_str());
  const absl::StatusOr<std::string> path = FindSmallModel();
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(*path, file);
}

TEST(Models, SaysWhichCommandFetchesAMissingModel) {
  const ModelDir dir(EmptyDirectory("empty").c_str());
  const absl::StatusOr<std::string> path = FindLargeModel();
  ASSERT_EQ(path.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(path.status().message()),
              AllOf(HasSubstr("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
                    HasSubstr("tools/setup.sh large")));
}

TEST(Models, RefusesARelativeDirectory) {
  const ModelDir dir("models");
  EXPECT_EQ(FindSmallModel().status().code(), absl::StatusCode::kNotFound);
}

TEST(Models, AMissingModelFailsTheRunningTest) {
  const ModelDir dir(EmptyDirectory("empty").c_str());
  EXPECT_NONFATAL_FAILURE(SmallModelPath(), "tools/setup.sh small");
}

}  // namespace
}  // namespace quipu
