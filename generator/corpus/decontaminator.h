// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a dataset must not contain: the items of benchmarks. docs/decontamination.md has
// the rules.
//
//   Decontaminator benchmarks(spec.decontamination());
//   for (const BenchmarkRecord& record : records) benchmarks.Add(record);
//   benchmarks.Finish();
//   const std::optional<std::string> found = benchmarks.FindPair(question, answer);
//   // "quality.jsonl:12: 0.92 of its question, 1.00 of its answer, limit 0.60"
//
// Thread-compatible; the Find functions are thread-safe. Memory: context_index.h and
// item_index.h.
#ifndef QUIPU_GENERATOR_CORPUS_DECONTAMINATOR_H_
#define QUIPU_GENERATOR_CORPUS_DECONTAMINATOR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/corpus/context_index.h"
#include "generator/corpus/item_index.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

// One record of a benchmark: contexts, and questions about them.
struct BenchmarkRecord {
  struct Question {
    std::string question;
    std::vector<std::string> answers;  // Any of them is right.
  };
  std::string name;  // For people: "quality.jsonl:12".
  std::vector<std::string> contexts;
  std::vector<Question> questions;
};

// The plan of a document that is left out. `found`: what FindDocument returned.
v1::DocumentPlan PlanOfContaminated(absl::string_view document_id, absl::string_view found);

class Decontaminator {
 public:
  explicit Decontaminator(const v1::DecontaminationSpec& spec);

  void Add(const BenchmarkRecord& record);
  // Call once, after all records and before the functions below.
  void Finish();

  // Here and below: the item that is contained and how much of it, or nullopt. REQUIRES:
  // a document's text is normalised (normalize.h).
  std::optional<std::string> FindDocument(absl::string_view text) const;
  std::optional<std::string> FindPair(absl::string_view question, absl::string_view answer) const;
  // What the assistant says is the answer, all else the question.
  std::optional<std::string> FindRow(const v1::ShortRow& row) const;

  // "12 contexts (2 under 50 words not compared), 34 questions, 1.2 MB".
  std::string Summary() const;

 private:
  const double least_context_;
  const double least_pair_;
  std::vector<std::string> names_;
  std::vector<uint32_t> name_of_context_;  // In names_.
  std::vector<uint32_t> name_of_item_;
  ContextIndex contexts_;
  ItemIndex items_;
  size_t short_contexts_ = 0;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CORPUS_DECONTAMINATOR_H_
