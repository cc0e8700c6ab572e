// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/jsonl_check.h"

#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/line_reader.h"
#include "pipelines/tables/table_reader.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

// Whether an object has exactly these string fields, in order.
bool HasStrings(const dom::element& element, const std::vector<std::string>& keys) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS || object.size() != keys.size()) return false;
  size_t at = 0;
  for (const dom::key_value_pair field : object) {
    if (field.key != keys[at++] || !field.value.is_string()) return false;
  }
  return true;
}

bool IsSegment(const dom::element& element) {
  dom::object object;
  return element.get(object) == simdjson::SUCCESS && object.size() == 2 &&
         object["label"].is_bool() && object["text"].is_string();
}

bool IsElement(const dom::element& element, JsonColumn::Type type) {
  int64_t number = 0;
  switch (type) {
    case JsonColumn::kInts:
      return element.get(number) == simdjson::SUCCESS &&
             number >= std::numeric_limits<int32_t>::min() &&
             number <= std::numeric_limits<int32_t>::max();
    case JsonColumn::kFloats:
      return element.type() == dom::element_type::DOUBLE;
    case JsonColumn::kMessages:
      return HasStrings(element, {"role", "content"});
    case JsonColumn::kTurns:
      return HasStrings(element, {"from", "value"});
    case JsonColumn::kSegments:
      return IsSegment(element);
    default:
      return true;
  }
}

bool HasType(const dom::element& value, JsonColumn::Type type) {
  if (type == JsonColumn::kAny) return !value.is_null();
  if (type == JsonColumn::kString) return value.is_string();
  if (type == JsonColumn::kBool) return value.is_bool();
  dom::array array;
  // An empty list has no type.
  if (value.get(array) != simdjson::SUCCESS || array.size() == 0) return false;
  for (const dom::element element : array) {
    if (!IsElement(element, type)) return false;
  }
  return true;
}

std::string FaultOfColumns(const JsonRow& row, const std::vector<JsonColumn>& columns) {
  size_t at = 0;
  for (const dom::key_value_pair field : row) {
    const absl::string_view key = ToAbsl(field.key);
    if (at >= columns.size() || columns[at].name != key) {
      return absl::StrCat("key \"", Snippet(key, 40), "\", want ",
                          at < columns.size() ? columns[at].name : "no more keys");
    }
    if (!HasType(field.value, columns[at].type)) {
      return absl::StrCat("\"", key, "\" has another type than in this format");
    }
    ++at;
  }
  return at == columns.size() ? "" : absl::StrCat("no \"", columns[at].name, "\"");
}

}  // namespace

std::vector<int32_t> IntsOf(const JsonRow& row, absl::string_view key) {
  std::vector<int32_t> ints;
  dom::array array;
  if (row[ToStd(key)].get(array) != simdjson::SUCCESS) return ints;
  for (const dom::element element : array) {
    int64_t number = 0;
    if (element.get(number) == simdjson::SUCCESS) ints.push_back(static_cast<int32_t>(number));
  }
  return ints;
}

namespace {

// The same of a table's rows.
absl::StatusOr<uint64_t> CheckTable(const FormatFolder& folder, const ShardInfo& file,
                                    const std::function<std::string(const JsonRow&)>& fault_of,
                                    Findings* findings) {
  absl::StatusOr<std::unique_ptr<TableReader>> reader =
      TableReader::Open(folder.PathOf(file), /*columns=*/{}, /*first_row=*/0);
  if (absl::IsFailedPrecondition(reader.status())) return reader.status();  // No Arrow.
  if (!reader.ok()) {
    findings->Add({file.name}, reader.status().message());
    return 0;
  }
  JsonParser parser;
  std::string json;
  uint64_t rows = 0;
  while (true) {
    if (StopRequested()) return absl::CancelledError("stopped while checking");
    const absl::StatusOr<bool> more = (*reader)->Next(&json);
    if (!more.ok()) findings->Add({file.name}, more.status().message());
    if (!more.ok() || !*more) return rows;
    ++rows;
    const size_t size = json.size();
    json.resize(size + simdjson::SIMDJSON_PADDING);
    const absl::StatusOr<JsonRow> row = parser.ParseObject(absl::string_view(json.data(), size));
    const std::string fault = row.ok() ? fault_of(*row) : std::string(row.status().message());
    if (!fault.empty()) findings->Add({file.name, rows}, fault);
  }
}

bool IsTable(absl::string_view name) {
  return absl::EndsWith(name, ".parquet") || absl::EndsWith(name, ".arrow");
}

// Checks the lines of one shard; returns how many it has.
absl::StatusOr<uint64_t> CheckShard(const FormatFolder& folder, const ShardInfo& file,
                                    const std::function<std::string(const JsonRow&)>& fault_of,
                                    Findings* findings) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenByteSource(folder.PathOf(file));
  if (!source.ok()) {
    findings->Add({file.name}, source.status().message());
    return 0;
  }
  LineReader lines(*std::move(source), 0, 0, kMaxExportedRowBytes);
  JsonParser parser;
  Line line;
  uint64_t rows = 0;
  while (true) {
    if (StopRequested()) return absl::CancelledError("stopped while checking");
    const absl::StatusOr<bool> more = lines.Next(&line);
    if (!more.ok()) findings->Add({file.name}, more.status().message());
    if (!more.ok() || !*more) return rows;
    ++rows;
    const absl::StatusOr<JsonRow> row = parser.ParseObject(line.text);
    const std::string fault = row.ok() ? fault_of(*row) : std::string(row.status().message());
    if (!fault.empty()) findings->Add({file.name, line.number}, fault);
  }
}

}  // namespace

absl::Status CheckJsonlRows(const FormatFolder& folder,
                            const std::function<std::string(const JsonRow&)>& fault_of,
                            Findings* findings) {
  for (const generator::Split split : generator::kSplits) {
    uint64_t rows = 0;
    for (const ShardInfo& file : folder.FilesOf(split)) {
      if (absl::EndsWith(file.name, ".json")) continue;  // A configuration.
      ASSIGN_OR_RETURN(const uint64_t found, IsTable(file.name)
                                                 ? CheckTable(folder, file, fault_of, findings)
                                                 : CheckShard(folder, file, fault_of, findings));
      rows += found;
    }
    folder.CheckRows(split, rows, findings);
  }
  return absl::OkStatus();
}

absl::Status CheckJsonl(const FormatFolder& folder, const std::vector<JsonColumn>& columns,
                        const std::function<std::string(const JsonRow&)>& fault_of,
                        Findings* findings) {
  return CheckJsonlRows(
      folder,
      [&](const JsonRow& row) {
        const std::string fault = FaultOfColumns(row, columns);
        return fault.empty() ? fault_of(row) : fault;
      },
      findings);
}

absl::Status CheckMaskedRows(const FormatFolder& folder, Findings* findings) {
  return CheckJsonl(
      folder,
      {{"input_ids", JsonColumn::kInts},
       {"attention_mask", JsonColumn::kInts},
       {"labels", JsonColumn::kInts}},
      [](const JsonRow& row) {
        TokenColumns columns;
        columns.input_ids = IntsOf(row, "input_ids");
        columns.attention_mask = IntsOf(row, "attention_mask");
        columns.labels = IntsOf(row, "labels");
        return FaultOf(columns);
      },
      findings);
}

}  // namespace quipu::pipelines
