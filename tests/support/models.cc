// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0

#include "tests/support/models.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu {
namespace {

namespace fs = std::filesystem;

struct ModelFile {
  const char* name;  // as tools/fetch_model.py calls it
  const char* file;
};

constexpr ModelFile kSmall = {"small", "smollm2-135m-instruct-q4_1.gguf"};
constexpr ModelFile kLarge = {"large", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"};

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// The repository's root directory, or an empty path. This library has WORKSPACE
// among its run-time files, which Bazel makes a link to the real one.
fs::path Repository() {
  const std::string from_bazel_run = Environment("BUILD_WORKSPACE_DIRECTORY");
  if (!from_bazel_run.empty()) return from_bazel_run;
  std::vector<fs::path> links = {"WORKSPACE"};
  const std::string runfiles = Environment("TEST_SRCDIR");
  if (!runfiles.empty()) {
    links.push_back(fs::path(runfiles) / "quipu" / "WORKSPACE");
  }
  for (const fs::path& link : links) {
    std::error_code error;
    const fs::path real = fs::canonical(link, error);
    if (!error) return real.parent_path();
  }
  return {};
}

absl::StatusOr<std::string> Find(const ModelFile& model) {
  const std::string fetch = absl::StrCat("run tools/setup.sh ", model.name, " to fetch it");
  const std::string given = Environment("QUIPU_MODEL_DIR");
  fs::path directory = given;
  if (given.empty()) {
    const fs::path root = Repository();
    if (root.empty()) {
      return absl::NotFoundError(
          absl::StrCat("the ", model.name,
                       " model: QUIPU_MODEL_DIR is not set, and "
                       "the repository was not found from the current directory; ",
                       fetch));
    }
    directory = root / ".cache" / "models";
  } else if (directory.is_relative()) {
    return absl::NotFoundError(absl::StrCat("the ", model.name, " model: QUIPU_MODEL_DIR is \"",
                                            given, "\", which is not an absolute path"));
  }
  const fs::path path = directory / model.file;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    return absl::NotFoundError(
        absl::StrCat("the ", model.name, " model is missing: ", path.string(), "; ", fetch));
  }
  return path.string();
}

std::string FindOrFailTest(const ModelFile& model) {
  absl::StatusOr<std::string> path = Find(model);
  if (path.ok()) return *path;
  ADD_FAILURE() << path.status().message();
  return absl::StrCat("missing-", model.file);
}

}  // namespace

absl::StatusOr<std::string> FindSmallModel() { return Find(kSmall); }

absl::StatusOr<std::string> FindLargeModel() { return Find(kLarge); }

std::string SmallModelPath() { return FindOrFailTest(kSmall); }

std::string LargeModelPath() { return FindOrFailTest(kLarge); }

}  // namespace quipu
