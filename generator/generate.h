// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One task to its result: ask for a pair, parse, filter, verify. Pure but for
// the calls on the engine; called from many threads.
//
//   ASSIGN_OR_RETURN(auto prefixes, OpenChunk(*engine, spec, chunk_text,
//   without)); ASSIGN_OR_RETURN(v1::Result result, RunTask(*engine, *prefixes,
//   spec, chunk_text, task));
#ifndef QUIPU_GENERATOR_GENERATE_H_
#define QUIPU_GENERATOR_GENERATE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// What all calls on one chunk share. Thread-safe (immutable).
struct ChunkPrefixes {
  std::unique_ptr<inference::Prefix> with_chunk;
  // The same frame without the chunk, for the gain. May be shared by chunks.
  std::shared_ptr<inference::Prefix> without_chunk;
};

// Opens the prefix that measures answers without a chunk; one serves the whole
// run.
absl::StatusOr<std::shared_ptr<inference::Prefix>> OpenWithoutChunk(inference::Engine& engine,
                                                                    const v1::RunSpec& spec);

absl::StatusOr<std::unique_ptr<ChunkPrefixes>> OpenChunk(
    inference::Engine& engine, const v1::RunSpec& spec, absl::string_view chunk_text,
    std::shared_ptr<inference::Prefix> without_chunk);

// Runs one task. What is wrong with a reply is a reject inside the result; an
// error status means that the engine failed and the task is still to be done
// (RESOURCE_EXHAUSTED of the engine becomes a reject, ENGINE_LIMIT).
// Scores.scored says that the model was asked: all figures are there then, or,
// where the reason is VERDICT, the margin alone.
absl::StatusOr<v1::Result> RunTask(inference::Engine& engine, const ChunkPrefixes& prefixes,
                                   const v1::RunSpec& spec, absl::string_view chunk_text,
                                   const v1::Task& task);

// The result of a task whose chunk could not be opened for its size (OpenChunk
// returned RESOURCE_EXHAUSTED): a reject, ENGINE_LIMIT.
v1::Result EngineLimitResult(const v1::Task& task, const absl::Status& status);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_GENERATE_H_
