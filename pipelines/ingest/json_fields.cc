// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/json_fields.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/json_parser.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

constexpr absl::string_view kParagraphs = "\n\n";

// One step of a pointer.
absl::StatusOr<std::optional<dom::element>> Step(const dom::element& value,
                                                 absl::string_view token) {
  dom::object object;
  if (value.get(object) == simdjson::SUCCESS) return Find(object, token);
  dom::array array;
  uint64_t index = 0;
  if (value.get(array) == simdjson::SUCCESS && absl::SimpleAtoi(token, &index)) {
    dom::element found;
    if (array.at(index).get(found) == simdjson::SUCCESS && !found.is_null()) {
      return std::optional<dom::element>(found);
    }
  }
  return std::optional<dom::element>();
}

absl::Status NoField(absl::string_view field) {
  return absl::InvalidArgumentError(absl::StrCat("no field \"", Snippet(field), "\""));
}

absl::Status WrongPart(absl::string_view field, size_t number, const dom::element& part) {
  return absl::InvalidArgumentError(absl::StrCat("field \"", Snippet(field), "\": part ", number,
                                                 " is ", JsonTypeName(part),
                                                 ", not a string or an object with \"text\""));
}

absl::StatusOr<absl::string_view> PartText(const dom::element& part, absl::string_view field,
                                           size_t number) {
  if (part.is_null()) return absl::string_view();
  dom::object object;
  if (part.get(object) == simdjson::SUCCESS) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> text, Find(object, "text"));
    if (!text.has_value() || !text->is_string()) return WrongPart(field, number, part);
    return AsString(*text, "text");
  }
  if (!part.is_string()) return WrongPart(field, number, part);
  return AsString(part, field);
}

}  // namespace

absl::StatusOr<std::optional<dom::element>> FindField(const dom::object& object,
                                                      absl::string_view field) {
  if (!absl::ConsumePrefix(&field, "/")) return Find(object, field);
  std::optional<dom::element> value;
  bool first = true;
  for (const absl::string_view escaped : absl::StrSplit(field, '/')) {
    const std::string token = absl::StrReplaceAll(escaped, {{"~1", "/"}, {"~0", "~"}});
    if (first) {
      ASSIGN_OR_RETURN(value, Find(object, token));
      first = false;
    } else {
      ASSIGN_OR_RETURN(value, Step(*value, token));
    }
    if (!value.has_value()) break;
  }
  return value;
}

absl::StatusOr<std::string> JoinText(const dom::element& value, absl::string_view field,
                                     absl::string_view separator) {
  dom::array parts;
  if (value.get(parts) != simdjson::SUCCESS) {
    ASSIGN_OR_RETURN(const absl::string_view text, AsString(value, field));
    return std::string(text);
  }
  std::string joined;
  size_t number = 0;
  for (const dom::element part : parts) {
    ASSIGN_OR_RETURN(const absl::string_view text, PartText(part, field, ++number));
    if (text.empty()) continue;
    absl::StrAppend(&joined, joined.empty() ? "" : separator, text);
  }
  return joined;
}

absl::StatusOr<std::string> TextOf(const dom::object& object, absl::string_view field) {
  ASSIGN_OR_RETURN(std::optional<dom::element> value, FindField(object, field));
  if (!value.has_value()) {
    // To say "null" where it is.
    dom::element null_value;
    if (object.at_key(ToStd(field)).get(null_value) != simdjson::SUCCESS) return NoField(field);
    value = null_value;
  }
  ASSIGN_OR_RETURN(std::string text, JoinText(*value, field, kParagraphs));
  if (text.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("field \"", Snippet(field), "\" is empty"));
  }
  return text;
}

absl::StatusOr<std::string> MetadataOf(
    const dom::object& object, const google::protobuf::RepeatedPtrField<std::string>& fields) {
  std::string json;
  for (const std::string& field : fields) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, FindField(object, field));
    if (!value.has_value()) continue;
    std::string key;
    JsonWriter writer(&key);
    writer.String(field);
    RETURN_IF_ERROR(writer.Finish());
    absl::StrAppend(&json, json.empty() ? "{" : ",", key, ":", simdjson::minify(*value));
  }
  if (json.empty()) return json;
  json.push_back('}');
  if (json.size() > kMaxMetadataBytes) {
    return absl::InvalidArgumentError(absl::StrCat("metadata_fields have ", json.size(),
                                                   " bytes, the limit is ", kMaxMetadataBytes));
  }
  return json;
}

}  // namespace quipu::pipelines
