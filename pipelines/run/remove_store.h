// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Removes a store in such a way that a process which is killed meanwhile leaves nothing that
// looks like a damaged store: it is first renamed, in one step, to a hidden name beside its
// place.
//
//   RETURN_IF_ERROR(RemoveStore("out/mine/store"));
//
// Errors are those of files (base/file.h).
#ifndef QUIPU_PIPELINES_RUN_REMOVE_STORE_H_
#define QUIPU_PIPELINES_RUN_REMOVE_STORE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// Removes the store, or what its path links to; the link stays. When it returns OK, an empty
// directory is at the place. FAILED_PRECONDITION, and nothing is changed, if a process has it open
// for writing.
absl::Status RemoveStore(absl::string_view path);

// Removes what a killed RemoveStore of this path left. OK if there is nothing.
absl::Status FinishRemoval(absl::string_view path);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_REMOVE_STORE_H_
