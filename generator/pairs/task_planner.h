// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Plans the tasks of a document: picks chunks at random (from the run id and the
// document id), and the pairs to make from each; detects the document's language, so
// that all its chunks have the same. Pure.
//
//   const TaskPlanner planner(spec.chunks(), spec.generation(), run_id, tokenizer,
//                             spec.instances().context_tokens());
//   ASSIGN_OR_RETURN(const v1::DocumentPlan plan, planner.Plan(document, tokens.begins));
#ifndef QUIPU_GENERATOR_PAIRS_TASK_PLANNER_H_
#define QUIPU_GENERATOR_PAIRS_TASK_PLANNER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "generator/chunks/chunker.h"
#include "inference/text/tokenizer.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

// Thread-safe (immutable). The tokenizer and the parts of the spec must outlive it.
class TaskPlanner {
 public:
  // `context_tokens` of a row: nothing is planned that would not fit it. 0: not known.
  TaskPlanner(const v1::ChunkSpec& chunks, const v1::GenerationSpec& generation,
              const Fingerprint& run_id, const inference::Tokenizer& tokenizer,
              uint32_t context_tokens = 0)
      : chunks_(chunks),
        generation_(generation),
        run_id_(run_id),
        tokenizer_(tokenizer),
        context_tokens_(context_tokens) {}

  // Plans one document. `token_begins` has the byte at which each of its tokens begins
  // (document_tokens.h). A document without a usable chunk gets a plan without tasks,
  // with the reason. Tasks are in order of chunk position, then of pair; those of two chunks and a
  // summary come last. Forms alternate so that short_share is kept over the document.
  // INVALID_ARGUMENT if the document's id or text is malformed.
  absl::StatusOr<v1::DocumentPlan> Plan(const v1::Document& document,
                                        absl::Span<const uint32_t> token_begins) const;

  // The same for a document that is not tokenised yet.
  absl::StatusOr<v1::DocumentPlan> Plan(const v1::Document& document) const;

 private:
  // The code of the language that the document's pairs are written in.
  std::string LanguageOf(const v1::Document& document) const;
  void AddTasks(const v1::Document& document, const Fingerprint& document_id,
                absl::Span<const uint32_t> token_begins, absl::Span<const Chunk> chunks,
                const Fingerprint& key, v1::DocumentPlan* plan) const;

  const v1::ChunkSpec& chunks_;
  const v1::GenerationSpec& generation_;
  const Fingerprint run_id_;
  const inference::Tokenizer& tokenizer_;
  const uint32_t context_tokens_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_TASK_PLANNER_H_
