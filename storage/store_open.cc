// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The factories of store.h, in a separate file so that the interface does not
// depend on its implementation.
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "storage/high_water.h"
#include "storage/store.h"
#include "storage/store_impl.h"

namespace quipu::storage {

absl::StatusOr<std::unique_ptr<Store>> Store::Open(absl::string_view path,
                                                   const StoreOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, StoreImpl::Open(path, options, Clock::Real()));
  return store;
}

absl::StatusOr<std::unique_ptr<Store>> Store::Create(absl::string_view path,
                                                     const v1::RunHeader& header,
                                                     StoreMemory memory) {
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store,
                   StoreImpl::Create(path, header, Clock::Real(), memory));
  return store;
}

bool Store::Exists(absl::string_view path) {
  // The mark is written after the header, so usually this is enough.
  if (FileExists(JoinPath(path, kRunStateName))) return true;
  StoreOptions options;
  options.read_only = true;
  // A store that cannot be read still exists; Open says what is wrong.
  return !absl::IsNotFound(StoreImpl::Open(path, options, Clock::Real()).status());
}

}  // namespace quipu::storage
