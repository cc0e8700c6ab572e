// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Fits the judge's weights for a spec's model, to pairs that it makes of the spec's own
// documents, or to a file of labelled pairs: `quipu calibrate`, and the beginning of a
// run whose spec says AT_START.
//
//   CalibrateOptions options;
//   options.pairs = 200;
//   ASSIGN_OR_RETURN(const Calibration calibration, Calibrate(spec, engine, options));
//   ASSIGN_OR_RETURN(const std::string fragment, FragmentOf(calibration));
//   Use(fragment);  // "# ...\nverification { judge { ... } }"
//
// The same documents, spec and model give the same calibration on every machine, if the
// engine's results can be reproduced. Thread-compatible.
#ifndef QUIPU_PIPELINES_SCORE_CALIBRATE_H_
#define QUIPU_PIPELINES_SCORE_CALIBRATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

struct CalibrateOptions {
  int pairs = 200;               // Right pairs to make of the documents; 0: none.
  std::string labels;            // JSONL of labelled pairs; empty: none.
  Clock* clock = Clock::Real();  // For the time left, in the log.
};

struct Calibration {
  v1::Judge judge;     // A form with too few pairs is absent.
  std::string report;  // For people: what was measured, in lines.
  // What this model has not earned, and what the target precision then means.
  std::vector<std::string> warnings;
};

// FAILED_PRECONDITION if the engine cannot score given texts; INVALID_ARGUMENT if no document has a
// chunk, or a line of the labels is bad; errors of the files and of the engine; CANCELLED after a
// stop request. After an error the engine may be shut down.
absl::StatusOr<Calibration> Calibrate(const v1::RunSpec& spec, inference::Engine* engine,
                                      const CalibrateOptions& options);

// The weights as a fragment of a spec in text format, with the report as comments.
// FAILED_PRECONDITION, with the report, if there are no weights.
absl::StatusOr<std::string> FragmentOf(const Calibration& calibration);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_CALIBRATE_H_
