// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/match.h"
#include "pipelines/tables/object_store.h"

namespace quipu::pipelines {

bool IsObjectUrl(absl::string_view path) { return absl::StartsWith(path, "s3://"); }

}  // namespace quipu::pipelines
