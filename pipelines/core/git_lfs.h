// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Files that a clone without Git LFS has in place of large ones.
//
//   const bool is_pointer = absl::StartsWith(bytes, kGitLfsPointer);
#ifndef QUIPU_PIPELINES_CORE_GIT_LFS_H_
#define QUIPU_PIPELINES_CORE_GIT_LFS_H_

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// The first bytes of a pointer of any version.
inline constexpr absl::string_view kGitLfsPointer = "version https://git-lfs";

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_GIT_LFS_H_
