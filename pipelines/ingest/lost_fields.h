// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a short row has beside its conversation, and a row of Quipu has no place for: tools,
// pictures, reasoning, the passage or the choices that a question is about; and the labels of
// answers that nobody should learn. Such a row is refused with that reason.
//
//   RowFields fields(object);
//   RETURN_IF_ERROR(RefuseLost(&fields));
//   RETURN_IF_ERROR(RefuseParts(fields, ""));
//
// Pure. All errors are INVALID_ARGUMENT.
#ifndef QUIPU_PIPELINES_INGEST_LOST_FIELDS_H_
#define QUIPU_PIPELINES_INGEST_LOST_FIELDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pipelines/ingest/row_fields.h"
#include "protos/document.pb.h"
#include "simdjson.h"

namespace quipu::pipelines {

// Refuses what no row of any shape may have: tools, pictures, files, reasoning.
absl::Status RefuseLost(RowFields* row);

// Refuses an answer that is labelled as bad. `pair`: the row is a prompt and its completion, whose
// "label" may be 0; elsewhere that may be a class.
absl::Status RefuseLabelledBad(RowFields* row, bool pair);

// Refuses the steps of an answer to a question, except what the answer has in it.
absl::Status RefuseSteps(RowFields* row, absl::string_view answer);

// Refuses what a question may be about or continue, except what `said`, the texts that are used,
// has in it.
absl::Status RefuseParts(const RowFields& row, absl::string_view said);

// Refuses a prompt, text or program beside an instruction that is a part of the question: in which
// the instruction does not stand, as it does in a rendered prompt, and which neither the question nor
// the answer has.
absl::Status RefuseWhole(const RowFields& row, absl::string_view instruction,
                         absl::string_view question, absl::string_view answer);

// Refuses a passage or context that no turn of a conversation has.
absl::Status RefuseContext(const RowFields& row, absl::Span<const v1::ChatMessage> messages);

// Refuses a message of the user that begins or ends with a place for a picture, sound or film, as in
// "<image>\nWhat is it?": what belongs there is not in the row.
absl::Status RefuseMediaPlaces(absl::Span<const v1::ChatMessage> messages);

// All strings in a value, a line each.
std::string StringsIn(const simdjson::dom::element& value);

// Whether `said` has all strings in a value.
bool SaysAll(absl::string_view said, const simdjson::dom::element& value);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_LOST_FIELDS_H_
