// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The fields of a short row or of one of its messages, as people's files name them: of
// several names for one thing the one that has something, and what nobody asked for.
//
//   RowFields fields(object);
//   ASSIGN_OR_RETURN(const absl::string_view key, fields.OneOf({"output", "response"}));
//   for (const std::string& name : fields.Unused()) Use(name);
//
// Refers to the object. Thread-compatible. All errors are INVALID_ARGUMENT.
#ifndef QUIPU_PIPELINES_INGEST_ROW_FIELDS_H_
#define QUIPU_PIPELINES_INGEST_ROW_FIELDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "simdjson.h"

namespace quipu::pipelines {

// Whether a text has no character that is seen: spaces and characters without width at most.
bool IsBlank(absl::string_view text);

// Whether a value says nothing: null, false, blank text, "[]" and the like, an empty list or object.
bool IsNothing(const simdjson::dom::element& value);

// Whether a text is a mark for none: Self-Instruct's "<noinput>", and what pandas and people write.
bool IsNoneMark(absl::string_view text);

// Whether a text begins as the JSON of a list of messages, or as Python shows one.
bool IsTextOfMessages(absl::string_view text);

class RowFields {
 public:
  explicit RowFields(const simdjson::dom::object& object) : object_(object) {}

  const simdjson::dom::object& object() const { return object_; }

  // Whether the field says something.
  bool Has(absl::string_view key) const;

  // The value, or nullopt if it is absent or null. An error if the key is duplicated.
  absl::StatusOr<std::optional<simdjson::dom::element>> Find(absl::string_view key);
  // The value, and an error if it is absent.
  absl::StatusOr<simdjson::dom::element> Required(absl::string_view key);

  // The one of `keys` that says something; if none does, the first that is not null; if there is
  // none either, an empty name. An error if two have different values: one would be lost.
  absl::StatusOr<absl::string_view> OneOf(absl::Span<const absl::string_view> keys);
  // The string under that key; empty if there is none.
  absl::StatusOr<absl::string_view> OneText(absl::Span<const absl::string_view> keys);

  // An error if one of `keys` says something.
  absl::Status Refuse(absl::Span<const absl::string_view> keys);

  // Fields that say something and that no call above has named, in the object's order.
  std::vector<std::string> Unused() const;

 private:
  const simdjson::dom::object object_;
  std::vector<absl::string_view> used_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_ROW_FIELDS_H_
