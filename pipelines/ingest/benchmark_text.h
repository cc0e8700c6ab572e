// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What benchmarks put into one string: options under a question, passages of a context.
//
//   const auto question = ResolveOptions("Why?\nA. Rain\nB. Frost", {"B"});
//   question.answers;  // {"Frost"}
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_INGEST_BENCHMARK_TEXT_H_
#define QUIPU_PIPELINES_INGEST_BENCHMARK_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/corpus/decontaminator.h"

namespace quipu::pipelines {

// Splits a question from the options under it ("A. ...", "(B) ..."), and replaces answers
// that are letters by the options they name. A question without two options is unchanged.
generator::BenchmarkRecord::Question ResolveOptions(absl::string_view question,
                                                    absl::Span<const std::string> answers);

// The passages of a context that has two or more under headings of their own
// ("Passage 1:"); otherwise the context itself.
std::vector<std::string> SplitPassages(absl::string_view context);

// The code points [begin, end) of a text.
std::string CodePoints(absl::string_view text, uint64_t begin, uint64_t end);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_BENCHMARK_TEXT_H_
