// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The texts of a summary: the request that is its question, the repair that drops what the document
// does not support, and the checks that need no model. Pure, thread-safe.
//
//   const std::string question = SummaryRequest(language, task_id);
//   const std::string answer = RepairSummary(reply, source, language, spec.filters()).text;
//   std::optional<v1::Reject> reject =
//       FilterSummary({question, answer, source}, instruction, spec.filters(), &scores);
#ifndef QUIPU_GENERATOR_PAIRS_SUMMARY_TEXT_H_
#define QUIPU_GENERATOR_PAIRS_SUMMARY_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "generator/checks/pair_view.h"
#include "generator/languages/table.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"

namespace quipu::generator {

// One of the language's requests, drawn from the task's id; empty for kUnknown.
std::string SummaryRequest(Language language, const Fingerprint& task_id);

// The complete sentences whose numbers and names, and enough of whose other content words, are in
// `source`: on one line. Empty if there is none.
std::string SupportedSentences(absl::string_view text, absl::string_view source, Language language,
                               const v1::FilterSpec& filters);

// The summary without its unsupported sentences, if at least two and at least half of them remain;
// else all of it, on one line, for FilterSummary to refuse.
struct RepairedSummary {
  std::string text;
  bool shortened = false;
};
RepairedSummary RepairSummary(absl::string_view text, absl::string_view source, Language language,
                              const v1::FilterSpec& filters);

// The first reason to refuse a summary: those of FilterAnswer, then NOT_GROUNDED for fewer than two
// sentences or one that is not supported. `summary.chunk` is its source. Sets grounded_share,
// copied_share and longest_copy if it gets that far.
std::optional<v1::Reject> FilterSummary(const PairView& summary, absl::string_view instruction,
                                        const v1::FilterSpec& filters, v1::Scores* scores);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_SUMMARY_TEXT_H_
