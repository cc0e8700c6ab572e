// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/json_fields.h"

#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
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

// The names of a part's heading, from the outermost: of articles, of parsed papers, of CORD-19.
constexpr absl::string_view kTitleKeys[] = {"title", "heading", "section"};

// The parts of a text, put together.
class JoinedParts {
 public:
  JoinedParts(absl::string_view field, absl::string_view separator)
      : field_(field), separator_(separator) {}

  absl::Status Add(const dom::element& part) {
    ++number_;
    if (part.is_null()) return absl::OkStatus();
    dom::object object;
    if (part.get(object) == simdjson::SUCCESS) return AddObject(part, object);
    if (!part.is_string()) return WrongPart(field_, number_, part);
    ASSIGN_OR_RETURN(const absl::string_view text, AsString(part, field_));
    Append(text);
    return absl::OkStatus();
  }

  std::string Finish() { return std::move(joined_); }

 private:
  absl::Status AddObject(const dom::element& part, const dom::object& object) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(object, "text"));
    if (!value.has_value() || !value->is_string()) return WrongPart(field_, number_, part);
    ASSIGN_OR_RETURN(const absl::string_view text, AsString(*value, "text"));
    for (size_t i = 0; i < std::size(kTitleKeys); ++i) {
      std::string_view title;
      const bool found = object.at_key(ToStd(kTitleKeys[i])).get(title) == simdjson::SUCCESS;
      SetTitle(i, found ? absl::StripAsciiWhitespace(ToAbsl(title)) : absl::string_view());
    }
    if (text.empty()) return absl::OkStatus();
    const absl::string_view begin = absl::StripLeadingAsciiWhitespace(text);
    for (const absl::string_view title : due_) {
      if (!absl::StartsWith(begin, title)) Append(title);
    }
    due_.clear();
    Append(text);
    return absl::OkStatus();
  }

  // The paragraphs of a section may each have its title. That of a part without a text, whose own
  // parts follow, is due before the next text; of the last part, never.
  void SetTitle(size_t level, absl::string_view title) {
    if (title == titles_[level]) return;
    titles_[level] = title;
    if (!title.empty()) due_.push_back(title);
  }

  void Append(absl::string_view text) {
    if (text.empty()) return;
    absl::StrAppend(&joined_, joined_.empty() ? "" : separator_, text);
  }

  const absl::string_view field_;
  const absl::string_view separator_;
  size_t number_ = 0;
  absl::string_view titles_[std::size(kTitleKeys)];  // Of the part before; of the parsed JSON.
  std::vector<absl::string_view> due_;
  std::string joined_;
};

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
  JoinedParts joined(field, separator);
  for (const dom::element part : parts) RETURN_IF_ERROR(joined.Add(part));
  return joined.Finish();
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
