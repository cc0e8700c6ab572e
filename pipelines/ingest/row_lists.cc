// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/row_lists.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

}  // namespace quipu::pipelines
