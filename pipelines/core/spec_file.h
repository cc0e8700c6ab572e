// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A run's spec from the file that a user names.
//
//   ASSIGN_OR_RETURN(const v1::RunSpec spec, LoadRunSpec("examples/demo.textproto"));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_CORE_SPEC_FILE_H_
#define QUIPU_PIPELINES_CORE_SPEC_FILE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

// Reads, parses and checks a spec file; "~" and "~user" at the beginning of its
// paths become home directories. NOT_FOUND, or INVALID_ARGUMENT with every fault's
// line and column.
absl::StatusOr<v1::RunSpec> LoadRunSpec(absl::string_view path);

// The same for a spec that judges given pairs: it may have no documents and no store.
absl::StatusOr<v1::RunSpec> LoadPairSpec(absl::string_view path);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_SPEC_FILE_H_
