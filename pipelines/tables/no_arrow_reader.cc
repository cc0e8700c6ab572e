// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/no_arrow.h"
#include "pipelines/tables/table_reader.h"

namespace quipu::pipelines {

absl::StatusOr<std::unique_ptr<TableReader>> TableReader::Open(absl::string_view path,
                                                               const std::vector<std::string>&,
                                                               uint64_t) {
  return NoArrow(path);
}

}  // namespace quipu::pipelines
