// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a build without Apache Arrow says when a table or an object is to be read or written.
//
//   return NoArrow("rows.parquet");
//
// Pure.
#ifndef QUIPU_PIPELINES_TABLES_NO_ARROW_H_
#define QUIPU_PIPELINES_TABLES_NO_ARROW_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/strings.h"

namespace quipu::pipelines {

inline absl::Status NoArrow(absl::string_view path) {
  return absl::FailedPreconditionError(
      absl::StrCat(Snippet(path, 300),
                   ": Parquet and Arrow files and objects in S3 need Apache Arrow, and this quipu "
                   "was built without "
                   "it; run tools/setup.sh, which fetches it, and build quipu again"));
}

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_NO_ARROW_H_
