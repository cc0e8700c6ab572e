// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/json_parser.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace quipu {
namespace {

namespace dom = simdjson::dom;

// How much of the line's beginning a message quotes. (Messages are stored with
// bad records: do not change them.)
constexpr size_t kShownBytes = 60;

absl::string_view SkipSpace(absl::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == absl::string_view::npos ? absl::string_view() : text.substr(begin);
}

absl::Status ParseError(simdjson::error_code code, absl::string_view text) {
  switch (code) {
    case simdjson::UTF8_ERROR:
      return absl::InvalidArgumentError(
          absl::StrCat("invalid UTF-8 at byte ", FirstInvalidUtf8(text)));
    case simdjson::DEPTH_ERROR:
      return absl::InvalidArgumentError(
          absl::StrCat("JSON nested too deep, the limit is ", kMaxJsonDepth));
    case simdjson::STRING_ERROR:
      return absl::InvalidArgumentError(
          "not valid JSON: a string with a broken escape or half a surrogate "
          "pair");
    case simdjson::NUMBER_ERROR:
      return absl::InvalidArgumentError("not valid JSON: a malformed number, or one out of range");
    case simdjson::UNESCAPED_CHARS:
      return absl::InvalidArgumentError("not valid JSON: a control character inside a string");
    case simdjson::UNCLOSED_STRING:
      return absl::InvalidArgumentError("not valid JSON: a string without its closing quote");
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
      return absl::InvalidArgumentError("not valid JSON: a word other than true, false and null");
    case simdjson::CAPACITY:
      return absl::InvalidArgumentError(
          absl::StrCat("JSON of ", text.size(), " bytes is too long"));
    default:
      break;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("not valid JSON (commas, braces, quotes or something behind the end): ",
                   Snippet(SkipSpace(text), kShownBytes)));
}

absl::Status WrongType(absl::string_view key, absl::string_view wanted, const dom::element& value) {
  return absl::InvalidArgumentError(
      absl::StrCat("field \"", Snippet(key), "\" is ", JsonTypeName(value), ", not ", wanted));
}

}  // namespace

absl::StatusOr<dom::object> JsonParser::ParseObject(absl::string_view text) {
  if (parser_.capacity() < text.size() || parser_.capacity() == 0) {
    // Doubled, so that slowly growing lines do not allocate each time.
    const size_t capacity = std::max<size_t>(std::min<size_t>(2 * text.size(), kMaxRecordBytes),
                                             std::max<size_t>(text.size(), 1 << 16));
    const simdjson::error_code code = parser_.allocate(capacity, kMaxJsonDepth);
    if (code != simdjson::SUCCESS) return ParseError(code, text);
  }
  dom::element root;
  const simdjson::error_code code =
      parser_.parse(text.data(), text.size(), /*realloc_if_needed=*/false).get(root);
  if (code != simdjson::SUCCESS) return ParseError(code, text);
  dom::object object;
  if (root.get(object) == simdjson::SUCCESS) return object;
  if (root.is_array()) {
    return absl::InvalidArgumentError(
        "a JSON array, not an object: one object a line is wanted (JSON "
        "Lines)");
  }
  return absl::InvalidArgumentError(absl::StrCat("not a JSON object but ", JsonTypeName(root)));
}

absl::string_view JsonTypeName(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::ARRAY:
      return "an array";
    case dom::element_type::OBJECT:
      return "an object";
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return "a number";
    case dom::element_type::STRING:
      return "a string";
    case dom::element_type::BOOL:
      return "a boolean";
    case dom::element_type::NULL_VALUE:
      break;
  }
  return "null";
}

absl::StatusOr<std::optional<dom::element>> Find(const dom::object& object, absl::string_view key) {
  std::optional<dom::element> found;
  for (const dom::key_value_pair field : object) {
    if (absl::string_view(field.key.data(), field.key.size()) != key) continue;
    if (found.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("field \"", Snippet(key), "\" stands there twice"));  // taste-ok: stored.
    }
    found = field.value;
  }
  if (found.has_value() && found->is_null()) found.reset();
  return found;
}

absl::StatusOr<dom::element> Required(const dom::object& object, absl::string_view key) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> found, Find(object, key));
  if (found.has_value()) return *found;
  dom::element null_value;
  if (object.at_key(ToStd(key)).get(null_value) == simdjson::SUCCESS) return null_value;
  return absl::InvalidArgumentError(absl::StrCat("no field \"", Snippet(key), "\""));
}

absl::StatusOr<absl::string_view> AsString(const dom::element& value, absl::string_view key) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return WrongType(key, "a string", value);
  return ToAbsl(text);
}

absl::StatusOr<absl::string_view> RequiredString(const dom::object& object, absl::string_view key) {
  ASSIGN_OR_RETURN(const dom::element value, Required(object, key));
  return AsString(value, key);
}

absl::StatusOr<absl::string_view> OptionalString(const dom::object& object, absl::string_view key) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(object, key));
  if (!value.has_value()) return absl::string_view();
  return AsString(*value, key);
}

absl::StatusOr<dom::array> AsArray(const dom::element& value, absl::string_view key) {
  dom::array array;
  if (value.get(array) != simdjson::SUCCESS) return WrongType(key, "an array", value);
  return array;
}

absl::StatusOr<dom::object> AsObject(const dom::element& value, absl::string_view key) {
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return WrongType(key, "an object", value);
  return object;
}

}  // namespace quipu
