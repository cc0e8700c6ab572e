// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/spec_file.h"

#include <glob.h>

#include <algorithm>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/spec/run_spec.h"

namespace quipu::pipelines {
namespace {

// Replaces "~" or "~user" at the beginning of a path, as a shell would and as globs of inputs do.
absl::Status ExpandHome(absl::string_view field, std::string* path) {
  if (!absl::StartsWith(*path, "~")) return absl::OkStatus();
  const size_t end = std::min(path->find('/'), path->size());
  const std::string user = path->substr(0, end);
  glob_t matches = {};
  const absl::Cleanup free_matches = [&matches] { globfree(&matches); };
  if (glob(user.c_str(), GLOB_TILDE_CHECK, nullptr, &matches) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(field, ": there is no home directory ", Snippet(user)));
  }
  path->replace(0, end, matches.gl_pathv[0]);
  return absl::OkStatus();
}

// The paths of the spec but those of inputs, which are globs.
absl::Status ExpandPaths(v1::RunSpec* spec) {
  // Reading a field that is absent would set it.
  if (spec->has_store()) RETURN_IF_ERROR(ExpandHome("store", spec->mutable_store()));
  if (spec->has_export_dir()) RETURN_IF_ERROR(ExpandHome("export_dir", spec->mutable_export_dir()));
  if (spec->has_engine()) {
    v1::EngineSpec& engine = *spec->mutable_engine();
    if (engine.has_model()) RETURN_IF_ERROR(ExpandHome("engine.model", engine.mutable_model()));
    if (engine.has_api_key_file()) {
      RETURN_IF_ERROR(ExpandHome("engine.api_key_file", engine.mutable_api_key_file()));
    }
    if (engine.has_ca_file()) {
      RETURN_IF_ERROR(ExpandHome("engine.ca_file", engine.mutable_ca_file()));
    }
    if (engine.has_chat_template()) {
      RETURN_IF_ERROR(ExpandHome("engine.chat_template", engine.mutable_chat_template()));
    }
  }
  if (!spec->has_instances()) return absl::OkStatus();
  v1::InstanceSpec& instances = *spec->mutable_instances();
  if (instances.has_target_model()) {
    RETURN_IF_ERROR(ExpandHome("instances.target_model", instances.mutable_target_model()));
  }
  if (instances.has_target_template()) {
    RETURN_IF_ERROR(ExpandHome("instances.target_template", instances.mutable_target_template()));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::RunSpec> Load(absl::string_view path,
                                 absl::Status (*validate)(const v1::RunSpec&)) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxSpecBytes);
  if (!text.ok()) return Annotate(text.status(), "spec");
  ASSIGN_OR_RETURN(v1::RunSpec spec, generator::ParseRunSpec(*text, path));
  const absl::Status expanded = ExpandPaths(&spec);
  if (!expanded.ok()) return Annotate(expanded, path);
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
