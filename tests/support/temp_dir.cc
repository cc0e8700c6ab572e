// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/temp_dir.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"

namespace quipu::testing {
namespace {

std::string Parent(TempDir::Length length) {
  if (length == TempDir::Length::kShort) return "/tmp";
  for (const char* name : {"TEST_TMPDIR", "TMPDIR"}) {
    const char* value = getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "/tmp";
}

}  // namespace

TempDir::TempDir(Length length) : path_(JoinPath(Parent(length), "quipu_test_XXXXXX")) {
  QUIPU_CHECK(mkdtemp(&path_[0]) != nullptr) << "cannot create " << path_;
}

TempDir::~TempDir() {
  const absl::Status status = RemoveTree(path_);
  if (!status.ok()) LogWarning(status.ToString());
}

std::string TempDir::Path(absl::string_view name) const { return JoinPath(path_, name); }

}  // namespace quipu::testing
