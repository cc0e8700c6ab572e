// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/spec_file.h"

#include <string>

#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/run_spec.h"

namespace quipu::pipelines {

namespace {

absl::StatusOr<v1::RunSpec> Load(absl::string_view path,
                                 absl::Status (*validate)(const v1::RunSpec&)) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxSpecBytes);
  if (!text.ok()) return Annotate(text.status(), "spec");
  ASSIGN_OR_RETURN(v1::RunSpec spec, generator::ParseRunSpec(*text, path));
  absl::Status valid = validate(spec);
  if (!valid.ok()) return Annotate(valid, path);
  return spec;
}

}  // namespace

absl::StatusOr<v1::RunSpec> LoadRunSpec(absl::string_view path) {
  return Load(path, &generator::ValidateRunSpec);
}

absl::StatusOr<v1::RunSpec> LoadPairSpec(absl::string_view path) {
  return Load(path, &generator::ValidatePairSpec);
}

}  // namespace quipu::pipelines
