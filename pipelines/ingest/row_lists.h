// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Lists of a short row, which some files have as JSON in a string.
//
//   simdjson::dom::parser parser;
//   ASSIGN_OR_RETURN(const simdjson::dom::array turns, ListOf(value, "history", &parser));
//
// Pure. All errors are INVALID_ARGUMENT.
#ifndef QUIPU_PIPELINES_INGEST_ROW_LISTS_H_
#define QUIPU_PIPELINES_INGEST_ROW_LISTS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "simdjson.h"

namespace quipu::pipelines {

// A list, or the one that a string has as JSON, which `parser` keeps. `key` is named in errors.
absl::StatusOr<simdjson::dom::array> ListOf(const simdjson::dom::element& value,
                                            absl::string_view key, simdjson::dom::parser* parser);

// Whether a value is a list, or the text of a list of messages.
bool IsMessages(const simdjson::dom::element& value);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_ROW_LISTS_H_
