// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What commands that read a finished store have in common.
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
#include "generator/instance_builder.h"
#include "storage/store.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// Opens a store that another process may own. NOT_FOUND if there is none.
absl::StatusOr<std::unique_ptr<storage::Store>> OpenReadOnly(absl::string_view path);

// The run's target model: from `model`, a GGUF, if the file is not where the spec
// says; else from where it says. FAILED_PRECONDITION if it is another model.
absl::StatusOr<generator::TargetModel> TargetOf(const storage::StoreView& store,
                                                absl::string_view model);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_STORE_ACCESS_H_
