// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The JSON of a short row with other fields than its file has: without those that the spec ignores,
// or with small letters in their names.
//
//   const std::string json = WithoutFields(row, {"context"});
//
// Pure.
#ifndef QUIPU_PIPELINES_INGEST_REWRITTEN_ROW_H_
#define QUIPU_PIPELINES_INGEST_REWRITTEN_ROW_H_

#include <optional>
#include <string>

#include "absl/types/span.h"
#include "simdjson.h"

namespace quipu::pipelines {

// The JSON of an object without the fields of these names. A name that is not UTF-8 is none of
// anybody's: its field is left out too.
std::string WithoutFields(const simdjson::dom::object& row, absl::Span<const std::string> names);

// The JSON of an object with the names of its fields in small letters; nullopt if they are.
std::optional<std::string> WithSmallNames(const simdjson::dom::object& row);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_REWRITTEN_ROW_H_
