// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/no_arrow.h"
#include "pipelines/tables/table_writer.h"

namespace quipu::pipelines {

absl::StatusOr<std::unique_ptr<TableWriter>> TableWriter::Create(absl::string_view path,
                                                                 const Options&) {
  return NoArrow(path);
}

}  // namespace quipu::pipelines
