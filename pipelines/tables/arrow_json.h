// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Arrow's values as JSON. Only for files that include Arrow.
//
//   RETURN_IF_ERROR(CheckArray(*column));
//   RETURN_IF_ERROR(AppendCell(*column, row, &json));
//
// Pure.
#ifndef QUIPU_PIPELINES_TABLES_ARROW_JSON_H_
#define QUIPU_PIPELINES_TABLES_ARROW_JSON_H_

#include <arrow/array.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// Appends one value of an array. INVALID_ARGUMENT if Arrow cannot format it.
// REQUIRES: the array is valid (CheckArray), apart from the UTF-8 of its strings, which is
// appended as it is.
absl::Status AppendCell(const arrow::Array& array, int64_t row, std::string* json);

// Appends a string in quotes.
void AppendJsonString(absl::string_view text, std::string* json);

// INVALID_ARGUMENT if lengths or offsets of the array would lead outside its buffers. Strings may
// be invalid UTF-8: that is the fault of one row.
absl::Status CheckArray(const arrow::Array& array);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_ARROW_JSON_H_
