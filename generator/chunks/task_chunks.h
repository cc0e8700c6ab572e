// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The chunks of a task: where they are in their document, how they are sent to a worker, and which
// parts of the document a row of the task must contain. Pure, thread-safe.
//
//   ASSIGN_OR_RETURN(const std::string sent, LeasedText(document.text(), task));
//   ASSIGN_OR_RETURN(const auto chunks, SplitChunks(task, sent));  // On the worker.
//   const TextRange needed = HullOf(RowChunks(task, document.text().size()));
#ifndef QUIPU_GENERATOR_CHUNKS_TASK_CHUNKS_H_
#define QUIPU_GENERATOR_CHUNKS_TASK_CHUNKS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/chunks/document_cut.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// The chunk and all others, in order.
std::vector<TextRange> ChunksOf(const v1::Task& task);

// The texts of all chunks, one directly after the other. DATA_LOSS if they are not in order and
// inside the document, or cut a character.
absl::StatusOr<std::string> LeasedText(absl::string_view document, const v1::Task& task);

// The chunks in their leased text, which must outlive them. The only chunk is the whole text;
// INVALID_ARGUMENT if several have other lengths than the text.
absl::StatusOr<std::vector<absl::string_view>> SplitChunks(const v1::Task& task,
                                                           absl::string_view text);

// Two chunks as one text for the model, with a sign that something is left out between them.
std::string JoinChunks(absl::Span<const absl::string_view> chunks);

// The parts of a document of this many bytes that the task's row must contain: its chunks; of a
// summary the whole document. The first is the one whose tokens and depth the row records.
std::vector<TextRange> RowChunks(const v1::Task& task, size_t document_bytes);

// From the first byte to the last of some ranges. REQUIRES: not empty.
TextRange HullOf(absl::Span<const TextRange> ranges);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHUNKS_TASK_CHUNKS_H_
