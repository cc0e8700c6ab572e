// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/no_arrow.h"
#include "pipelines/tables/object_store.h"

namespace quipu::pipelines {

absl::StatusOr<std::unique_ptr<ObjectReader>> OpenObject(absl::string_view url) {
  return NoArrow(url);
}
absl::StatusOr<ObjectInfo> StatObject(absl::string_view url) { return NoArrow(url); }
absl::StatusOr<std::vector<std::string>> ListObjects(absl::string_view url) { return NoArrow(url); }
absl::Status PublishObjects(const std::string&, const std::vector<std::string>&, const std::string&,
                            absl::string_view url, const ReplaceCheck&) {
  return NoArrow(url);
}

}  // namespace quipu::pipelines
