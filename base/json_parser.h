// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One JSON object from an untrusted source, fully checked: UTF-8, grammar,
// depth, and no duplicate of a key that is read. Uses simdjson's DOM.
//
//   JsonParser parser;
//   ASSIGN_OR_RETURN(simdjson::dom::object object, parser.ParseObject(line));
//   ASSIGN_OR_RETURN(absl::string_view text, RequiredString(object, "text"));
//
// All errors are INVALID_ARGUMENT. They say what is wrong, not where the text
// came from. Thread-compatible. Parsed values are valid until the next call.
#ifndef QUIPU_BASE_JSON_PARSER_H_
#define QUIPU_BASE_JSON_PARSER_H_

#include <cstddef>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "simdjson.h"

namespace quipu {

class JsonParser {
 public:
  // Parses one object surrounded by white space at most. Refuses nesting deeper
  // than kMaxJsonDepth, integers that do not fit in 64 bits, and floats out of
  // range. REQUIRES: 64 more bytes are readable after `text`.
  absl::StatusOr<simdjson::dom::object> ParseObject(absl::string_view text);

 private:
  simdjson::dom::parser parser_;
};

// The type of a value: "a string", "null", ...
absl::string_view JsonTypeName(const simdjson::dom::element& value);

// Returns the value of `key`, or nullopt if it is absent or null. An error if
// the key is duplicated.
absl::StatusOr<std::optional<simdjson::dom::element>> Find(const simdjson::dom::object& object,
                                                           absl::string_view key);
// The same, but an error if it is absent (null counts as a value here).
absl::StatusOr<simdjson::dom::element> Required(const simdjson::dom::object& object,
                                                absl::string_view key);

// The value as a string. If it is something else, an error that names the key.
absl::StatusOr<absl::string_view> AsString(const simdjson::dom::element& value,
                                           absl::string_view key);
absl::StatusOr<absl::string_view> RequiredString(const simdjson::dom::object& object,
                                                 absl::string_view key);
// Empty if it is absent or null.
absl::StatusOr<absl::string_view> OptionalString(const simdjson::dom::object& object,
                                                 absl::string_view key);
absl::StatusOr<simdjson::dom::array> AsArray(const simdjson::dom::element& value,
                                             absl::string_view key);
absl::StatusOr<simdjson::dom::object> AsObject(const simdjson::dom::element& value,
                                               absl::string_view key);

}  // namespace quipu

#endif  // QUIPU_BASE_JSON_PARSER_H_
