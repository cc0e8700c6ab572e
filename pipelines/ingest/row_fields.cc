// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/row_fields.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

// JSON inside a string, as files with one type a column have it.
constexpr absl::string_view kNothingAsText[] = {"[]", "{}", "null", "None"};

// Spaces, and what has no width.
bool IsInvisible(uint32_t c) {
  return c <= 0x20 || c == 0x85 || c == 0xa0 || c == 0xad || (c >= 0x2000 && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x2064) || c == 0x3000 || c == 0xfeff;
}

}  // namespace

bool IsBlank(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (!IsInvisible(NextCodePoint(text, &at))) return false;
  }
  return true;
}

bool IsNothing(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::NULL_VALUE:
      return true;
    case dom::element_type::BOOL:
      return !value.get_bool().value_unsafe();
    case dom::element_type::STRING: {
      const absl::string_view text = ToAbsl(value.get_string().value_unsafe());
      return IsBlank(text) || std::count(std::begin(kNothingAsText), std::end(kNothingAsText),
                                         absl::StripAsciiWhitespace(text)) > 0;
    }
    case dom::element_type::ARRAY:
      return value.get_array().size() == 0;
    case dom::element_type::OBJECT:
      return value.get_object().size() == 0;
    default:
      return false;
  }
}

bool IsNoneMark(absl::string_view text) {
  constexpr absl::string_view kMarks[] = {"<noinput>", "noinput", "<no input>", "no input",
                                          "nan",       "none",    "null",       "n/a"};
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
  return std::count(std::begin(kMarks), std::end(kMarks), lower) > 0;
}

bool IsTextOfMessages(absl::string_view text) {
  // Other lists of objects are JSON that people ask for.
  constexpr absl::string_view kPairs[][2] = {{"role", "content"}, {"from", "value"}};
  constexpr absl::string_view kRoles[] = {"user", "assistant", "system", "human", "gpt"};
  constexpr size_t kLooked = 400;
  text = absl::StripLeadingAsciiWhitespace(text).substr(0, kLooked);
  if (!absl::ConsumePrefix(&text, "[")) return false;
  text = absl::StripLeadingAsciiWhitespace(text);
  if (!absl::ConsumePrefix(&text, "{")) return false;
  text = absl::StripLeadingAsciiWhitespace(text);
  if (text.empty() || (text.front() != '"' && text.front() != '\'')) return false;
  const std::string quote(1, text.front());
  const auto has = [&](absl::string_view word) {
    return absl::StrContains(text, absl::StrCat(quote, word, quote));
  };
  const bool role = std::any_of(std::begin(kRoles), std::end(kRoles), has);
  return role && std::any_of(std::begin(kPairs), std::end(kPairs), [&](const auto& pair) {
           const absl::string_view key = text.substr(1, text.find(quote, 1) - 1);
           return (key == pair[0] || key == pair[1]) && has(pair[0]) && has(pair[1]);
         });
}

bool RowFields::Has(absl::string_view key) const {
  dom::element value;
  return object_.at_key(ToStd(key)).get(value) == simdjson::SUCCESS && !IsNothing(value);
}

absl::StatusOr<std::optional<dom::element>> RowFields::Find(absl::string_view key) {
  used_.push_back(key);
  return quipu::Find(object_, key);
}

absl::StatusOr<dom::element> RowFields::Required(absl::string_view key) {
  used_.push_back(key);
  return quipu::Required(object_, key);
}

absl::StatusOr<absl::string_view> RowFields::OneOf(absl::Span<const absl::string_view> keys) {
  absl::string_view found;
  std::optional<dom::element> value;
  for (const absl::string_view key : keys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> other, Find(key));
    if (!other.has_value()) continue;
    if (!value.has_value() || (IsNothing(*value) && !IsNothing(*other))) {
      found = key;
      value = other;
    } else if (!IsNothing(*other) && simdjson::minify(*other) != simdjson::minify(*value)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", found, "\" and \"", key, "\" have different values, and only one can be used"));
    }
  }
  return found;
}

absl::StatusOr<absl::string_view> RowFields::OneText(absl::Span<const absl::string_view> keys) {
  ASSIGN_OR_RETURN(const absl::string_view key, OneOf(keys));
  if (key.empty()) return absl::string_view();
  return OptionalString(object_, key);
}

absl::Status RowFields::Refuse(absl::Span<const absl::string_view> keys) {
  for (const absl::string_view key : keys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(key));
    if (value.has_value() && !IsNothing(*value)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" cannot be used"));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> RowFields::Unused() const {
  std::vector<std::string> unused;
  for (const dom::key_value_pair field : object_) {
    const absl::string_view key = ToAbsl(field.key);
    if (std::find(used_.begin(), used_.end(), key) != used_.end()) continue;
    if (!IsNothing(field.value)) unused.push_back(std::string(key));
  }
  return unused;
}

}  // namespace quipu::pipelines
