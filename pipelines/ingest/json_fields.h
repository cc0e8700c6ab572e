// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Fields of a record as a spec names them: by name, or by JSON pointer (RFC 6901).
//
//   ASSIGN_OR_RETURN(const std::string text, TextOf(object, "/content/body"));
//   ASSIGN_OR_RETURN(const std::string metadata, MetadataOf(object, input.metadata_fields()));
//
// Pure. All errors are INVALID_ARGUMENT and name the field.
#ifndef QUIPU_PIPELINES_INGEST_JSON_FIELDS_H_
#define QUIPU_PIPELINES_INGEST_JSON_FIELDS_H_

#include <google/protobuf/repeated_field.h>

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "simdjson.h"

namespace quipu::pipelines {

// Bytes of the metadata that a document keeps: enough for any record's figures and names; a longer
// one is a text.
inline constexpr size_t kMaxMetadataBytes = 64 << 10;

// The value of a field, or nullopt if it is absent or null. `field`: a name, or a JSON pointer if
// it begins with "/".
absl::StatusOr<std::optional<simdjson::dom::element>> FindField(const simdjson::dom::object& object,
                                                                absl::string_view field);

// A string, or the strings of a list and the "text" of its parts, joined by `separator`; empty ones
// are left out. A part's "title", "heading" and "section" are before its text, where they differ from
// those of the part before and the text does not begin with them. An error if it has anything else.
absl::StatusOr<std::string> JoinText(const simdjson::dom::element& value, absl::string_view field,
                                     absl::string_view separator);

// The text of a document: the parts of a list are its paragraphs. An error if the field is absent
// or empty.
absl::StatusOr<std::string> TextOf(const simdjson::dom::object& object, absl::string_view field);

// The fields as a JSON object, each under the name that asked for it, in that order; those that are
// absent or null are left out. Empty if there are none.
absl::StatusOr<std::string> MetadataOf(
    const simdjson::dom::object& object,
    const google::protobuf::RepeatedPtrField<std::string>& fields);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_JSON_FIELDS_H_
