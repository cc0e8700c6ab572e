// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/dataset_checks.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/sha256.h"
#include "gtest/gtest.h"
#include "pipelines/core/engine_factory.h"
#include "pipelines/export/check/check.h"
#include "pipelines/run/stages.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {

std::vector<std::string> CheckDataset(const v1::RunSpec& spec) {
  auto store = storage::Store::Open(spec.store(), {});
  EXPECT_OK(store.status());
  auto target = pipelines::MakeTargetModel(spec.engine(), spec.instances());
  EXPECT_OK(target.status());
  if (!store.ok() || !target.ok()) return {"not checked"};
  auto findings = (*store)->CheckIntegrity();
  EXPECT_OK(findings.status());
  auto more = pipelines::CheckExport(**store, *target, pipelines::ExportDirOf(spec));
  EXPECT_OK(more.status());
  if (!findings.ok() || !more.ok()) return {"not checked"};
  findings->insert(findings->end(), more->begin(), more->end());
  return *findings;
}

std::string DirDigest(const std::string& dir) {
  const auto files = ExpandInputs(dir);
  EXPECT_OK(files.status());
  if (!files.ok()) return std::string(files.status().message());
  std::string digest;
  for (const std::string& file : *files) {
    absl::StrAppend(&digest, file.substr(dir.size()), " ",
                    Sha256HexOfFile(file).value_or("unreadable"), "\n");
  }
  return digest;
}

}  // namespace quipu::testing
