// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// `quipu score`: scores a file of given pairs and writes a line of JSON for each.
//
//   ASSIGN_OR_RETURN(const ScoreSummary summary, ScoreFile(spec, engine, "pairs.jsonl", write));
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_SCORE_SCORE_H_
#define QUIPU_PIPELINES_SCORE_SCORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json_parser.h"
#include "inference/engine.h"
#include "pipelines/ingest/line_reader.h"
#include "pipelines/score/label_table.h"
#include "pipelines/score/pair_scorer.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

// Reads given pairs from JSONL (plain or compressed, byte_source.h; "-": standard input), line by line.
// Thread-compatible. The tokenizer must outlive it.
class PairReader {
 public:
  // Errors of OpenByteSource.
  static absl::StatusOr<std::unique_ptr<PairReader>> Open(absl::string_view path,
                                                          const v1::RunSpec& spec,
                                                          const inference::Tokenizer& tokenizer);
  // The next line that is not blank; nothing at the end. A line without a usable pair has a status,
  // "file:line: what". Errors are those of the file.
  absl::StatusOr<std::optional<PairEntry>> Next();

 private:
  PairReader(absl::string_view path, LineReader lines, uint32_t max_tokens,
             const inference::Tokenizer& tokenizer)
      : path_(path), lines_(std::move(lines)), max_tokens_(max_tokens), tokenizer_(tokenizer) {}

  absl::StatusOr<GivenPair> Parse(const Line& line, absl::string_view text);

  const std::string path_;
  LineReader lines_;
  const uint32_t max_tokens_;
  const inference::Tokenizer& tokenizer_;
  JsonParser parser_;
};

struct ScoreSummary {
  uint64_t pairs = 0;
  uint64_t accepted = 0;
  uint64_t bad_lines = 0;
  LabelTable labels;
};

// Scores all pairs of the file. `write` gets a line for each line of the file, without its end, in
// the file's order. Bad lines are logged and counted. Errors of PairReader and PairScorer.
absl::StatusOr<ScoreSummary> ScoreFile(const v1::RunSpec& spec, inference::Engine* engine,
                                       absl::string_view path,
                                       absl::FunctionRef<absl::Status(absl::string_view)> write);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_SCORE_H_
