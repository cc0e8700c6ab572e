// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/row_lists.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/strings.h"
#include "pipelines/ingest/row_fields.h"

namespace quipu::pipelines {

namespace dom = simdjson::dom;

namespace {

// Names that JSON must escape are none of ours: such a field is left out.
void AppendField(absl::string_view name, const dom::element& value, std::string* json) {
  const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  });
  if (!plain) return;
  absl::StrAppend(json, json->size() > 1 ? "," : "", "\"", name, "\":", simdjson::minify(value));
}

}  // namespace

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
