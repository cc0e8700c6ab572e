// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Reads the benchmark files of a spec into a Decontaminator. JSON Lines or JSON, plain or
// compressed (byte_source.h).
//
//   ASSIGN_OR_RETURN(const v1::RunSpec resolved, WithBenchmarksHash(spec));
//   ASSIGN_OR_RETURN(const std::unique_ptr<generator::Decontaminator> benchmarks,
//                    LoadBenchmarks(resolved.decontamination()));
//
// Files are read in order of their hashes, so the result does not depend on their paths
// (only the file names appear in messages). A record that is not understood is an error:
// a benchmark that is read in part would be protected in part. Thread-safe.
#ifndef QUIPU_PIPELINES_INGEST_BENCHMARK_READER_H_
#define QUIPU_PIPELINES_INGEST_BENCHMARK_READER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "generator/corpus/decontaminator.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

// SHA-256, in hexadecimal, over the sorted SHA-256s of the files, a line each. Errors of
// ExpandInputs, with the field's name.
absl::StatusOr<std::string> HashBenchmarks(const v1::DecontaminationSpec& spec);

// The spec with the hash of its benchmarks, if it has any. FAILED_PRECONDITION if it has
// another one.
absl::StatusOr<v1::RunSpec> WithBenchmarksHash(const v1::RunSpec& spec);

// INVALID_ARGUMENT, with file and line or record, if a record cannot be read;
// FAILED_PRECONDITION if the files do not have spec.benchmarks_sha256, if that is set.
absl::StatusOr<std::unique_ptr<generator::Decontaminator>> LoadBenchmarks(
    const v1::DecontaminationSpec& spec);

// Calls `fn` for each record of a file, in order.
absl::Status ReadBenchmarkFile(
    absl::string_view path, absl::FunctionRef<absl::Status(const generator::BenchmarkRecord&)> fn,
    uint64_t max_record_bytes = kMaxBenchmarkRecordBytes);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_BENCHMARK_READER_H_
