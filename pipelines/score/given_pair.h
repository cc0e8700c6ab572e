// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A pair that somebody else made, from a line of JSON: a chunk (or a document, with
// the chunk's bytes), a question and an answer.
//
//   ASSIGN_OR_RETURN(simdjson::dom::object object, parser.ParseObject(line));
//   ASSIGN_OR_RETURN(const GivenPair pair, ParseGivenPair(object));
//   RETURN_IF_ERROR(CheckChunkLength(pair, *engine->tokenizer(), spec.chunks().max_tokens()));
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_SCORE_GIVEN_PAIR_H_
#define QUIPU_PIPELINES_SCORE_GIVEN_PAIR_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "inference/text/tokenizer.h"
#include "protos/task.pb.h"
#include "simdjson.h"

namespace quipu::pipelines {

struct GivenPair {
  std::string id;     // Empty: none.
  std::string chunk;  // Normalised.
  std::string question;
  std::string answer;
  v1::AnswerForm form = v1::ANSWER_FORM_LONG;
  std::string label;     // Empty: none; else a known one (labels.h).
  std::string rater;     // Who gave the label; empty: not said.
  std::string language;  // As given; empty: none.
  // Whether the chunk is a whole "document", which may be too long.
  bool whole_document = false;
};

// Reads {"id"?, "chunk" or "document" (with "chunk_begin" and "chunk_end"?), "question", "answer",
// "form"?, "label"?, "rater"?, "language"?}. Without "form", an answer of at most 12 words is short.
// INVALID_ARGUMENT names the field.
absl::StatusOr<GivenPair> ParseGivenPair(const simdjson::dom::object& object);

// INVALID_ARGUMENT, with limit and actual, if the chunk has more than `max_tokens`.
absl::Status CheckChunkLength(const GivenPair& pair, const inference::Tokenizer& tokenizer,
                              uint32_t max_tokens);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_GIVEN_PAIR_H_
