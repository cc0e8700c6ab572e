// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Rows whose file has another form than JSON with the usual names: lists that are JSON in a string,
// names of fields in capitals; fields that the spec ignores.
//
//   simdjson::dom::parser parser;
//   ASSIGN_OR_RETURN(const simdjson::dom::array turns, ListOf(value, "history", &parser));
//
// Pure. All errors are INVALID_ARGUMENT.
#ifndef QUIPU_PIPELINES_INGEST_ROW_LISTS_H_
#define QUIPU_PIPELINES_INGEST_ROW_LISTS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "simdjson.h"

namespace quipu::pipelines {

// A list, or the one that a string has as JSON, which `parser` keeps. `key` is named in errors.
absl::StatusOr<simdjson::dom::array> ListOf(const simdjson::dom::element& value,
                                            absl::string_view key, simdjson::dom::parser* parser);

// Whether a value is a list, or the text of a list of messages.
bool IsMessages(const simdjson::dom::element& value);

// The JSON of an object without the fields of these names, and those whose names JSON must escape.
std::string WithoutFields(const simdjson::dom::object& row, absl::Span<const std::string> names);

// The JSON of an object with the names of its fields in small letters; nullopt if they are.
std::optional<std::string> WithSmallNames(const simdjson::dom::object& row);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_ROW_LISTS_H_
