// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which of the known shapes a short row has, by the names of its fields: a list of messages, a
// prompt with its completion, an instruction with its output, or a pair of other names.
//
//   ASSIGN_OR_RETURN(const RowShape shape, ShapeOf(object, v1::ShortInput::AUTO));
//   if (shape.format == v1::ShortInput::MESSAGES) Use(shape.list);
//
// Pure. All errors are INVALID_ARGUMENT.
#ifndef QUIPU_PIPELINES_INGEST_ROW_SHAPE_H_
#define QUIPU_PIPELINES_INGEST_ROW_SHAPE_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"
#include "simdjson.h"

namespace quipu::pipelines {

// Names of fields that both the shape and its reading look at.
inline constexpr absl::string_view kInstruction = "instruction";
inline constexpr absl::string_view kQuestion = "question";
inline constexpr absl::string_view kQuery = "query";
inline constexpr absl::string_view kPrompt = "prompt";
inline constexpr absl::string_view kCompletion = "completion";
inline constexpr absl::string_view kAnswer = "answer";
inline constexpr absl::string_view kSolution = "solution";
inline constexpr absl::string_view kInputKeys[] = {"input", "context"};
inline constexpr absl::string_view kOutputKeys[] = {"output", "response", kAnswer, kCompletion};
inline constexpr absl::string_view kPreferences =
    "preferences (\"chosen\" and \"rejected\"), which are not instruction data";

// The names of a question and its answer that are neither Alpaca's nor a prompt's.
struct PairKeys {
  absl::string_view question;
  absl::string_view answer;
};

struct RowShape {
  v1::ShortInput::Format format = v1::ShortInput::AUTO;  // Never AUTO when it is returned.
  // Of MESSAGES and SHAREGPT: the field that has the turns, whether the row has it or not.
  absl::string_view list;
  // The turns are texts, the user's and the assistant's in turn: UltraChat's.
  bool texts = false;
  // Of ALPACA.
  std::optional<PairKeys> pair;
};

// The shape of a row in that format; with AUTO the keys of the row decide, and it is an error, which
// names them, if no shape has them.
absl::StatusOr<RowShape> ShapeOf(const simdjson::dom::object& row, v1::ShortInput::Format format);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_ROW_SHAPE_H_
