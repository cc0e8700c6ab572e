// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Some chunks of a run's corpus, chosen at random from the spec's seed: documents by
// their ids, chunks as a build chooses them (with another key, so they are others).
//
//   ASSIGN_OR_RETURN(const std::vector<std::string> chunks, SampleChunks(spec, tokenizer, 50));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_SCORE_CORPUS_SAMPLE_H_
#define QUIPU_PIPELINES_SCORE_CORPUS_SAMPLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "inference/text/tokenizer.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

// Up to `count` chunks, first one of each document. Reads all documents of the spec and holds at
// most `count` of them. Bad records and documents that are too short are left out.
// INVALID_ARGUMENT if there is no chunk; errors of the files; CANCELLED after a stop request.
absl::StatusOr<std::vector<std::string>> SampleChunks(const v1::RunSpec& spec,
                                                      const inference::Tokenizer& tokenizer,
                                                      size_t count);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_CORPUS_SAMPLE_H_
