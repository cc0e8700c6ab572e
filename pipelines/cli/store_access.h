// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Helpers of the commands that read a finished store.
//
//   ASSIGN_OR_RETURN(const auto store, OpenReadOnly("out/demo/store"));
//   ASSIGN_OR_RETURN(const auto target, TargetOf(*store, /*model=*/""));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_CLI_STORE_ACCESS_H_
#define QUIPU_PIPELINES_CLI_STORE_ACCESS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/rows/instance_builder.h"
#include "storage/store.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// Opens a store that another process may own. NOT_FOUND if there is none.
absl::StatusOr<std::unique_ptr<storage::Store>> OpenReadOnly(absl::string_view path);

// The run's target model: from the GGUF `model` if that is not empty, else from
// the spec's path. FAILED_PRECONDITION if it is a different model.
absl::StatusOr<generator::TargetModel> TargetOf(const storage::StoreView& store,
                                                absl::string_view model);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_STORE_ACCESS_H_
