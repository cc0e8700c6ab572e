// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/rewritten_row.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/json_writer.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

void AppendField(absl::string_view name, const dom::element& value, std::string* json) {
  std::string key;
  JsonWriter writer(&key);
  writer.String(name);
  if (!writer.Finish().ok()) return;
  absl::StrAppend(json, json->size() > 1 ? "," : "", key, ":", simdjson::minify(value));
}

}  // namespace

std::string WithoutFields(const dom::object& row, absl::Span<const std::string> names) {
  std::string json = "{";
  for (const dom::key_value_pair field : row) {
    const absl::string_view name = ToAbsl(field.key);
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    AppendField(name, field.value, &json);
  }
  return json + "}";
}

std::optional<std::string> WithSmallNames(const dom::object& row) {
  std::string json = "{";
  bool changed = false;
  for (const dom::key_value_pair field : row) {
    const std::string name = absl::AsciiStrToLower(ToAbsl(field.key));
    changed = changed || name != ToAbsl(field.key);
    AppendField(name, field.value, &json);
  }
  if (!changed) return std::nullopt;
  return json + "}";
}

}  // namespace quipu::pipelines
