// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Contexts, questions and answers of a benchmark's record, whatever its layout. The keys
// of the record decide; docs/decontamination.md lists the layouts.
//
//   ASSIGN_OR_RETURN(const ParsedBenchmark parsed, ParseBenchmark(object));
//   for (const generator::BenchmarkRecord& record : parsed.records) Use(record);
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_INGEST_BENCHMARK_LAYOUT_H_
#define QUIPU_PIPELINES_INGEST_BENCHMARK_LAYOUT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/corpus/decontaminator.h"
#include "simdjson.h"

namespace quipu::pipelines {

struct ParsedBenchmark {
  // One for each passage, article or paper in the record; most have one.
  std::vector<generator::BenchmarkRecord> records;  // Without names.
  absl::string_view layout;                         // "L-Eval"; for logs.
};

// INVALID_ARGUMENT if the keys are those of no layout (with the keys and the layouts), or
// if a value has the wrong type.
absl::StatusOr<ParsedBenchmark> ParseBenchmark(const simdjson::dom::object& object);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_BENCHMARK_LAYOUT_H_
