// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// `quipu calibrate`: fits the judge's weights for a spec's model, to pairs that it
// makes of the spec's own documents, or to a file of labelled pairs.
//
//   CalibrateOptions options;
//   options.pairs = 200;
//   ASSIGN_OR_RETURN(const std::string fragment, Calibrate(spec, engine, options));
//   Use(fragment);  // "# ...\nverification { judge { ... } }"
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_SCORE_CALIBRATE_H_
#define QUIPU_PIPELINES_SCORE_CALIBRATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

struct CalibrateOptions {
  int pairs = 200;     // Right pairs to make of the documents; 0: none.
  std::string labels;  // JSONL of labelled pairs; empty: none.
};

// The weights as a fragment of a spec in text format, with what was measured as comments.
// FAILED_PRECONDITION, with the counts, if no form has enough pairs; INVALID_ARGUMENT if a line of
// the labels is bad; errors of the files and of the engine.
absl::StatusOr<std::string> Calibrate(const v1::RunSpec& spec, inference::Engine* engine,
                                      const CalibrateOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_CALIBRATE_H_
