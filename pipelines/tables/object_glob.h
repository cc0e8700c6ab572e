// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Patterns of objects' names: as those of files, "**" for any number of folders.
//
//   MatchesGlob("a/**/*.jsonl", "a/b/c/d.jsonl");  // true
//   GlobBase("bucket/a/*.jsonl");                  // "bucket/a"
//
// Pure.
#ifndef QUIPU_PIPELINES_TABLES_OBJECT_GLOB_H_
#define QUIPU_PIPELINES_TABLES_OBJECT_GLOB_H_

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// Whether a pattern matches a path as a whole. "*", "?" and "[...]" match within one folder. As in
// patterns of files, only a dot matches a dot at the beginning of a name.
bool MatchesGlob(absl::string_view pattern, absl::string_view path);
// Whether a name or a folder of the path is hidden: begins with a dot.
bool IsHidden(absl::string_view path);

// Whether a path has characters of patterns.
bool IsGlob(absl::string_view path);

// The folders before the first that has such characters, and before the last name.
absl::string_view GlobBase(absl::string_view pattern);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_OBJECT_GLOB_H_
