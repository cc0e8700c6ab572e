// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The totals of an export, shown in its manifest and its summary.
//
//   ExportCounts counts;
//   counts.Add(row, split);  // For every training row.
//   const double fill = counts.PackingFill(spec.packing().pack_tokens());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_COUNTS_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_COUNTS_H_

#include <cstdint>
#include <map>
#include <string>

#include "generator/corpus/split.h"
#include "protos/training_row.pb.h"

namespace quipu::pipelines {

// The code of a long row's language. Rows from before rows had one are English.
std::string LanguageOf(const v1::LongDetails& details);

// Rows of one split.
struct SplitCounts {
  uint64_t conversations = 0;
  uint64_t long_rows = 0;
  uint64_t packed_rows = 0;
  uint64_t tokens = 0;  // Without padding.
};

struct ExportCounts {
  uint64_t messages_rows = 0;
  uint64_t long_rows = 0;
  uint64_t packed_rows = 0;
  uint64_t short_rows = 0;  // Inside packed rows, or as long rows.
  uint64_t tokens = 0;      // Without padding.
  uint64_t padding_tokens = 0;
  uint64_t trained_tokens = 0;
  uint64_t packed_tokens = 0;                             // In packs, without padding.
  std::map<std::string, uint64_t> long_rows_by_language;  // By code.
  // Answered rows with evidence sentences, and these, of all their turns.
  uint64_t rows_with_evidence = 0;
  uint64_t evidence_sentences = 0;
  // Answered rows whose evidence the document holds elsewhere too, and these places.
  uint64_t rows_with_other_places = 0;
  uint64_t other_places = 0;
  std::map<std::string, uint64_t> long_rows_by_kind;  // By RowKindName.
  uint64_t pairs = 0;                                 // Accepted ones: the turns of answered rows.
  // Long rows whose context has other documents too, and these.
  uint64_t rows_with_other_documents = 0;
  uint64_t other_documents = 0;
  // Rows of the labelled view, and those whose answer is right.
  uint64_t labelled_rows = 0;
  uint64_t labelled_true = 0;

  SplitCounts splits[2];  // By generator::Split.
  // Conversations by length: the number of binary digits of their tokens.
  std::map<int, uint64_t> lengths;
  // Answered rows by the position of their first chunk: tenths of the context.
  uint64_t depths[10] = {};

  // Adds one training row and its messages rows.
  void Add(const v1::TrainingRow& row, generator::Split split);
  // Tokens in packs / (packs x `pack_tokens`); 0 without packs.
  double PackingFill(uint64_t pack_tokens) const;
  // A lower bound: no packing of these rows has fewer packs. REQUIRES:
  // pack_tokens > 0.
  uint64_t LeastPacks(uint64_t pack_tokens) const;

 private:
  void AddDetails(const v1::TrainingRow& row);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_COUNTS_H_
