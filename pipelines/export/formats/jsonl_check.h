// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks shards of JSON lines, and tables, whose rows are read as JSON: each row has exactly these keys, in this order, each of its
// type, and nothing is null.
//
//   const std::vector<JsonColumn> columns = {{"prompt", JsonColumn::kMessages}};
//   RETURN_IF_ERROR(CheckJsonl(folder, columns, fault_of, findings));
//
// Pure functions, but for what reads files.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_JSONL_CHECK_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_JSONL_CHECK_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/json_parser.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"

namespace quipu::pipelines {

struct JsonColumn {
  enum Type { kString, kBool, kInts, kFloats, kMessages, kTurns, kSegments, kAny };
  std::string name;
  Type type = kString;
};

using JsonRow = simdjson::dom::object;

// Checks that every line is a JSON object, and nothing else than `fault_of` says.
absl::Status CheckJsonlRows(const FormatFolder& folder,
                            const std::function<std::string(const JsonRow&)>& fault_of,
                            Findings* findings);

// `fault_of`: what else is wrong with a row whose columns are right; empty if nothing is.
absl::Status CheckJsonl(const FormatFolder& folder, const std::vector<JsonColumn>& columns,
                        const std::function<std::string(const JsonRow&)>& fault_of,
                        Findings* findings);

// Checks rows of one conversation with the columns input_ids, attention_mask and labels.
absl::Status CheckMaskedRows(const FormatFolder& folder, Findings* findings);

// The numbers of a column of kInts.
std::vector<int32_t> IntsOf(const JsonRow& row, absl::string_view key);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_JSONL_CHECK_H_
