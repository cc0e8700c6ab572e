// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// All that a report says of a run, collected in one pass over each of the store's tables.
//
//   FactOptions options;
//   options.seed = 1;
//   ASSIGN_OR_RETURN(const Facts facts, CollectFacts(store, options));
//   Print(facts.status.tasks().accepted(), facts.question_characters.total());
//
// The counts are those of `quipu status`. Memory: ten bytes a document, the drawn samples, and a
// few megabytes. Pure, except for reading the store.
#ifndef QUIPU_PIPELINES_REPORT_FACTS_H_
#define QUIPU_PIPELINES_REPORT_FACTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pipelines/report/draw.h"
#include "pipelines/report/histogram.h"
#include "pipelines/report/tally.h"
#include "protos/coordinator.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct FactOptions {
  uint64_t seed = 0;
  // Accepted pairs drawn, and as many rejected ones.
  size_t samples = 30;
  // Examples drawn of each reason.
  size_t examples = 2;
  // Asked at each record, from two threads; true ends the reading with CANCELLED. May be empty.
  std::function<bool()> stop;
};

// A pair and the input that its document is from.
struct DrawnPair {
  v1::Result result;
  std::string source;
};

// Rows of one kind.
struct RowFacts {
  uint64_t rows = 0;
  uint64_t conversations = 0;  // Long rows, or the short rows in packs.
  uint64_t tokens = 0;         // Without padding.
  uint64_t padding = 0;
  uint64_t trained = 0;  // Tokens that are targets, whatever their weight.
  bool trains_prompts = false;
};

struct Facts {
  explicit Facts(const FactOptions& options);

  v1::StatusReply status;  // As quipu status has it.

  Histogram document_tokens;
  uint64_t planned_documents = 0;
  uint64_t documents_with_pairs = 0;
  uint64_t documents_with_accepted = 0;
  std::map<v1::NoChunkReason, Draw<std::string>> no_chunk_examples;  // Ids of documents.

  uint64_t read_results = 0;
  Histogram question_characters;
  Histogram answer_characters;
  std::vector<Histogram> scores;  // As ReportedScores().
  Tally sources;
  Tally languages;
  Tally forms;
  Tally kinds;
  Tally first_words;
  std::map<v1::RejectReason, Draw<DrawnPair>> reject_examples;
  Draw<DrawnPair> accepted;
  Draw<DrawnPair> rejected;

  RowFacts long_rows;
  RowFacts packs;
  Tally row_kinds;
  uint64_t pairs_in_rows = 0;
  Histogram context_tokens;
  Histogram evidence_depth;
  Histogram pack_fill;
};

// The store's errors.
absl::StatusOr<Facts> CollectFacts(const storage::StoreView& store, const FactOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_FACTS_H_
