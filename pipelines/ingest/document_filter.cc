// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/document_filter.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/json_fields.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

// What a pattern is looked for in: a string, a list's joined strings, the JSON of all else.
absl::StatusOr<std::optional<std::string>> ValueOf(const dom::object& object,
                                                   const std::string& field) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> value, FindField(object, field));
  if (!value.has_value()) return std::optional<std::string>();
  absl::StatusOr<std::string> text = JoinText(*value, field, "\n");
  if (text.ok()) return std::optional<std::string>(*std::move(text));
  return std::optional<std::string>(simdjson::minify(*value));
}

}  // namespace

absl::StatusOr<DocumentFilter> DocumentFilter::Create(
    const google::protobuf::RepeatedPtrField<v1::DocumentCondition>& conditions) {
  DocumentFilter filter;
  for (const v1::DocumentCondition& condition : conditions) {
    auto pattern = std::make_shared<const RE2>(condition.pattern(), RE2::Quiet);
    if (!pattern->ok()) {
      return absl::InvalidArgumentError(absl::StrCat("keep_if.pattern: \"",
                                                     Snippet(condition.pattern()),
                                                     "\" is no RE2 pattern: ", pattern->error()));
    }
    filter.conditions_.push_back({condition.field(), std::move(pattern), condition.negate()});
  }
  return filter;
}

absl::StatusOr<bool> DocumentFilter::Keeps(const dom::object* object,
                                           absl::string_view text) const {
  for (const Condition& condition : conditions_) {
    bool found = false;
    if (condition.field.empty()) {
      found = RE2::PartialMatch(ToStd(text), *condition.pattern);
    } else if (object != nullptr) {
      ASSIGN_OR_RETURN(const std::optional<std::string> value, ValueOf(*object, condition.field));
      found = value.has_value() && RE2::PartialMatch(*value, *condition.pattern);
    }
    if (found == condition.negate) return false;
  }
  return true;
}

}  // namespace quipu::pipelines
