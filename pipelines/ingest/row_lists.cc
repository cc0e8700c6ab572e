// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/row_lists.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/escape.h"
#include "base/json_parser.h"
#include "base/strings.h"
#include "pipelines/ingest/row_fields.h"

namespace quipu::pipelines {

namespace dom = simdjson::dom;

absl::StatusOr<dom::array> ListOf(const dom::element& value, absl::string_view key,
                                  dom::parser* parser) {
  std::string_view text;
  dom::array list;
  if (value.get(text) == simdjson::SUCCESS &&
      absl::StartsWith(absl::StripLeadingAsciiWhitespace(ToAbsl(text)), "[")) {
    if (parser->parse(text.data(), text.size()).get(list) == simdjson::SUCCESS) return list;
    return absl::InvalidArgumentError(
        absl::StrCat("field \"", key, "\" is a string that is no JSON array"));
  }
  return AsArray(value, key);
}

bool IsMessages(const dom::element& value) {
  std::string_view text;
  return value.is_array() ||
         (value.get(text) == simdjson::SUCCESS && IsTextOfMessages(ToAbsl(text)));
}

std::string WithoutFields(const dom::object& row, absl::Span<const std::string> names) {
  std::string json = "{";
  for (const dom::key_value_pair field : row) {
    if (std::find(names.begin(), names.end(), ToAbsl(field.key)) != names.end()) continue;
    if (json.size() > 1) json.push_back(',');
    AppendJsonString(ToAbsl(field.key), &json);
    absl::StrAppend(&json, ":", simdjson::minify(field.value));
  }
  return json + "}";
}

std::optional<std::string> WithSmallNames(const dom::object& row) {
  std::string json = "{";
  bool changed = false;
  for (const dom::key_value_pair field : row) {
    const std::string name = absl::AsciiStrToLower(ToAbsl(field.key));
    changed = changed || name != ToAbsl(field.key);
    // Names with quotes and the like are none of ours.
    const bool plain = name.find_first_of("\"\\") == std::string::npos;
    if (!plain) continue;
    absl::StrAppend(&json, json.size() > 1 ? "," : "", "\"", name,
                    "\":", simdjson::minify(field.value));
  }
  if (!changed) return std::nullopt;
  return json + "}";
}

}  // namespace quipu::pipelines
