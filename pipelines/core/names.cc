// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace quipu::pipelines {

std::string RejectName(v1::RejectReason reason) {
  const std::string& name = v1::RejectReason_Name(reason);
  if (name.empty()) return absl::StrCat("REASON_", reason);
  return std::string(absl::StripPrefix(name, "REJECT_REASON_"));
}

std::string RejectLabel(v1::RejectReason reason) {
  return absl::AsciiStrToLower(RejectName(reason));
}

std::string NoChunkName(v1::NoChunkReason reason) {
  if (reason == v1::NO_CHUNK_REASON_UNSPECIFIED) return "UNKNOWN";
  const std::string& name = v1::NoChunkReason_Name(reason);
  if (name.empty()) return absl::StrCat("REASON_", reason);
  return std::string(absl::StripPrefix(name, "NO_CHUNK_REASON_"));
}

std::string NoChunkLabel(v1::NoChunkReason reason) {
  return absl::AsciiStrToLower(NoChunkName(reason));
}

std::string StageName(v1::Stage stage) {
  if (stage == v1::STAGE_UNSPECIFIED || !v1::Stage_IsValid(stage)) return "none";
  return absl::AsciiStrToLower(absl::StripPrefix(v1::Stage_Name(stage), "STAGE_"));
}

}  // namespace quipu::pipelines
