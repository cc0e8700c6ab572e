// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Has the model write questions whose right answers are known: the answer is an
// extract of the chunk, forced into the reply, and the question follows. The model's
// own greedy answer is added where it says the same as the extract.
//
//   ASSIGN_OR_RETURN(const std::vector<WrittenPair> pairs, WritePairs(engine, spec, chunks, nullptr));
//
// Thread-safe; blocks.
#ifndef QUIPU_PIPELINES_SCORE_PAIR_WRITER_H_
#define QUIPU_PIPELINES_SCORE_PAIR_WRITER_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "generator/judge/extracts.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

// Extracts of each form from one chunk.
inline constexpr int kExtractsOfEachForm = 2;

struct WrittenPair {
  size_t chunk = 0;  // Which of the chunks.
  generator::Extract extract;
  std::string question;
  std::string greedy_answer;  // Empty: the model's own answer says something else.
};

// Calls `on_progress`, if there is one, with the number of chunks that are done.
// Pairs in order of their chunks, without those of a chunk too large for the engine and those whose
// question is cut or has its answer in it. Errors of the engine; CANCELLED after a stop request.
absl::StatusOr<std::vector<WrittenPair>> WritePairs(inference::Engine* engine,
                                                    const v1::RunSpec& spec,
                                                    absl::Span<const std::string> chunks,
                                                    const std::function<void(size_t)>& on_progress);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_PAIR_WRITER_H_
