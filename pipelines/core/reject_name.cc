// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/reject_name.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace quipu::pipelines {

std::string RejectName(v1::RejectReason reason) {
  const std::string& name = v1::RejectReason_Name(reason);
  if (name.empty()) return absl::StrCat("REASON_", reason);
  return std::string(absl::StripPrefix(name, "REJECT_REASON_"));
}

}  // namespace quipu::pipelines
