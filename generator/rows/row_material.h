// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a long row is made of, whatever its kind: the delimited texts of its context, and its turns
// with the place of each answer. MaterialOf makes it from stored records; building a row, exporting
// it and checking it all begin here, so that they cannot differ. Pure.
//
//   ASSIGN_OR_RETURN(const RowMaterial material, MaterialOf(details, records, spec));
//   const RowConversation conversation = ConversationOf(material, spec);
//   Write(conversation.messages);
//
// A new kind of row is a new function behind MaterialOf, and something that chooses its details.
#ifndef QUIPU_GENERATOR_ROWS_ROW_MATERIAL_H_
#define QUIPU_GENERATOR_ROWS_ROW_MATERIAL_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "generator/chunks/document_cut.h"
#include "generator/languages/table.h"
#include "generator/prompts/prompts.h"
#include "inference/text/chat_template.h"
#include "protos/document.pb.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// The stored records of a row. What it points to must outlive it and its material.
struct RowRecords {
  // Segment.source_id.
  std::string source_id;
  // The row's own document; null if the kind has none.
  const v1::Document* document = nullptr;
  // In order of turns; none if the kind has none.
  std::vector<const v1::Result*> pairs;
  // Those of LongDetails.context, in order.
  std::vector<const v1::Document*> context;
};

// Bytes of a document that are in a text from `at`.
struct ContextPiece {
  TextRange document;
  size_t at = 0;
};

// A delimited text of the context.
struct ContextBlock {
  absl::string_view text;
  std::shared_ptr<const std::string> owned;  // Holds the text, unless a record does.
  std::string document_id;
  TextRange span;  // The stretch of the document.
  std::vector<ContextPiece> pieces;

  // Where bytes of the document are in the text; nothing if they are not there in one piece.
  std::optional<TextRange> Find(TextRange document) const;
};

struct RowTurn {
  std::string task_id;  // Empty if there is none.
  std::string question;
  std::string answer;  // As the sample has it.
  std::string user;    // The question with its requests.
  std::string assistant;
  // Where the answer is, in the text of the own block: the first of RowChunks (task_chunks.h). Empty
  // if it was cut out there.
  TextRange place;
};

struct RowMaterial {
  std::string pattern;  // Of the first message, with {document} and {question}.
  std::string delimiter;
  Language language = Language::kUnknown;
  std::vector<ContextBlock> blocks;
  size_t own = 0;  // The block that the turns are about.
  std::vector<RowTurn> turns;
  // Parts of the document that must be nowhere in the own block.
  std::vector<absl::string_view> absent;
};

// Returns INVALID_ARGUMENT for records that contradict each other: another document, a context
// without its chunks, an entry that does not exist.
absl::StatusOr<RowMaterial> MaterialOf(const v1::LongDetails& details, const RowRecords& records,
                                       const RowSpec& spec);

struct RowConversation {
  std::vector<inference::Message> messages;
  size_t first_user = 0;  // The message that has the context.
  // Where the text of each block begins in it.
  std::vector<size_t> block_begins;
};
RowConversation ConversationOf(const RowMaterial& material, const RowSpec& spec);

// The id of a long row's conversation in an export. Of an answered row it is the first task's.
absl::StatusOr<Fingerprint> ConversationId(v1::RowKind kind, absl::string_view source_id);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_ROW_MATERIAL_H_
