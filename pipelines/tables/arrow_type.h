// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Types of columns by name, and JSON values as Arrow's. Only for files that include Arrow.
//
//   ASSIGN_OR_RETURN(std::shared_ptr<arrow::DataType> type, TypeOf("list<int32>"));
//   RETURN_IF_ERROR(AppendJson(element, *type, "input_ids", builder));
//
// Pure.
#ifndef QUIPU_PIPELINES_TABLES_ARROW_TYPE_H_
#define QUIPU_PIPELINES_TABLES_ARROW_TYPE_H_

#include <arrow/builder.h>
#include <arrow/type.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/tables/table_writer.h"
#include "simdjson.h"

namespace quipu::pipelines {

// INVALID_ARGUMENT for a name that is not a type.
absl::StatusOr<std::shared_ptr<arrow::DataType>> TypeOf(absl::string_view name);

// Appends a value to a builder of `type`. INVALID_ARGUMENT, naming the column, if it has another
// type or is out of range.
absl::Status AppendJson(const simdjson::dom::element& value, const arrow::DataType& type,
                        absl::string_view column, arrow::ArrayBuilder* builder);

// The same for a value that is not JSON.
absl::Status AppendCell(const TableCell& cell, const arrow::DataType& type,
                        absl::string_view column, arrow::ArrayBuilder* builder);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_ARROW_TYPE_H_
