// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/score.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/score/given_pair.h"
#include "pipelines/score/score_text.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";
// Bytes of a path in a message.
constexpr size_t kShownPathBytes = 300;

bool IsBlank(absl::string_view text) {
  return text.find_first_not_of(" \t\r") == absl::string_view::npos;
}

}  // namespace

absl::StatusOr<std::unique_ptr<PairReader>> PairReader::Open(
    absl::string_view path, const v1::RunSpec& spec, const inference::Tokenizer& tokenizer) {
  constexpr int kStandardInput = 0;
  ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                   path == "-" ? OpenDescriptor(kStandardInput, path) : OpenByteSource(path));
  return absl::WrapUnique(new PairReader(path, LineReader(std::move(source), 0, 0),
                                         spec.chunks().max_tokens(), tokenizer));
}

absl::StatusOr<std::optional<PairEntry>> PairReader::Next() {
  Line line;
  absl::string_view text;
  do {
    absl::StatusOr<bool> more = lines_.Next(&line);
    if (!more.ok()) return Annotate(more.status(), Snippet(path_, kShownPathBytes));
    if (!*more) return std::optional<PairEntry>();
    text = line.text;
    if (line.offset == 0) absl::ConsumePrefix(&text, kByteOrderMark);
  } while (!line.too_long && IsBlank(text));
  PairEntry entry;
  entry.line = line.number;
  absl::StatusOr<GivenPair> pair = Parse(line, text);
  if (pair.ok()) {
    entry.pair = *std::move(pair);
  } else {
    entry.status =
        Annotate(pair.status(), absl::StrCat(Snippet(path_, kShownPathBytes), ":", line.number));
  }
  return std::optional<PairEntry>(std::move(entry));
}

absl::StatusOr<GivenPair> PairReader::Parse(const Line& line, absl::string_view text) {
  if (line.too_long) {
    return absl::InvalidArgumentError(absl::StrCat(
        "line of ", line.length, " bytes is too long, the limit is ", kMaxRecordBytes));
  }
  ASSIGN_OR_RETURN(const simdjson::dom::object object, parser_.ParseObject(text));
  ASSIGN_OR_RETURN(GivenPair pair, ParseGivenPair(object));
  RETURN_IF_ERROR(CheckChunkLength(pair, tokenizer_, max_tokens_));
  return pair;
}

absl::StatusOr<ScoreSummary> ScoreFile(const v1::RunSpec& spec, inference::Engine* engine,
                                       absl::string_view path,
                                       absl::FunctionRef<absl::Status(absl::string_view)> write) {
  const std::shared_ptr<const inference::Tokenizer> tokenizer = engine->tokenizer();
  ASSIGN_OR_RETURN(const std::unique_ptr<PairReader> reader,
                   PairReader::Open(path, spec, *tokenizer));
  ASSIGN_OR_RETURN(const std::unique_ptr<PairScorer> scorer, PairScorer::Create(engine, spec));
  ScoreSummary summary;
  const auto next = [&reader] { return reader->Next(); };
  const auto sink = [&summary, write](const ScoredPair& scored) -> absl::Status {
    if (!scored.entry.status.ok()) {
      LogError(std::string(scored.entry.status.message()));
      ++summary.bad_lines;
    } else {
      ++summary.pairs;
      summary.accepted += scored.result.has_reject() ? 0 : 1;
      const std::string& label = scored.entry.pair.label;
      if (!label.empty()) summary.labels.Add(label, scored.result);
    }
    ASSIGN_OR_RETURN(const std::string line, ScoreLine(scored));
    return write(line);
  };
  RETURN_IF_ERROR(scorer->Score(next, sink));
  return summary;
}

}  // namespace quipu::pipelines
