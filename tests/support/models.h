// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0

// Where tests and benchmarks find the real models.
//
//   TEST(Tokenizer, ReadsTheSmallModel) {
//     auto file = GgufFile::Open(SmallModelPath());
//   }
//
// Looks in the directory named by the environment variable QUIPU_MODEL_DIR or,
// if that is not set, in .cache/models of the repository (found from where
// Bazel links the test's files to). ./test puts the small model there, ./demo
// the large one. A test whose model is missing fails and names the command that
// fetches it. A test that needs the large model is tagged "manual", so ./test
// does not run it. Thread-safe.

#ifndef QUIPU_TESTS_SUPPORT_MODELS_H_
#define QUIPU_TESTS_SUPPORT_MODELS_H_

#include <string>

#include "absl/status/statusor.h"

namespace quipu {

// Returns the path of SmolLM2-135M-Instruct, Q4_1 (98 MB). If it is missing,
// the running test fails with the reason, and the returned path cannot be
// opened.
std::string SmallModelPath();

// As SmallModelPath for Qwen2.5-Coder-1.5B-Instruct, Q4_K_M (1.1 GB).
std::string LargeModelPath();

// The same without a test: kNotFound names the missing file and the command
// that fetches it.
absl::StatusOr<std::string> FindSmallModel();
absl::StatusOr<std::string> FindLargeModel();

}  // namespace quipu

#endif  // QUIPU_TESTS_SUPPORT_MODELS_H_
