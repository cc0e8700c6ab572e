// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/store_access.h"

#include <string>

#include "base/status_macros.h"
#include "generator/spec/model_identity.h"
#include "pipelines/core/engine_factory.h"

namespace quipu::pipelines {

absl::StatusOr<std::unique_ptr<storage::Store>> OpenReadOnly(absl::string_view path) {
  storage::StoreOptions options;
  options.read_only = true;
  return storage::Store::Open(path, options);
}

absl::StatusOr<generator::TargetModel> TargetOf(const storage::StoreView& store,
                                                absl::string_view model) {
  v1::EngineSpec engine = store.header().spec().engine();
  v1::InstanceSpec instances = store.header().spec().instances();
  if (!model.empty()) {
    if (instances.target_model().empty()) {
      engine.set_model(std::string(model));
    } else {
      instances.set_target_model(std::string(model));
    }
  }
  ASSIGN_OR_RETURN(generator::TargetModel target, MakeTargetModel(engine, instances));
  RETURN_IF_ERROR(
      generator::CheckSameTarget(store.header().target_model(), generator::IdentityOf(target)));
  return target;
}

}  // namespace quipu::pipelines
