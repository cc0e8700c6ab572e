// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/score_text.h"

#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/core/names.h"

namespace quipu::pipelines {
namespace {

void WriteOptional(absl::string_view key, const std::string& value, JsonWriter* json) {
  if (!value.empty()) json->Key(key).String(value);
}

void WriteScores(const v1::Scores& scores, JsonWriter* json) {
  json->Key("grounded_share").Double(scores.grounded_share());
  json->Key("copied_share").Double(scores.copied_share());
  if (!scores.scored()) return;
  json->Key("verdict_margin").Double(scores.verdict_margin());
  if (scores.verdict_only()) return;
  json->Key("answer_log_prob").Double(scores.answer_log_prob());
  json->Key("min_log_prob").Double(scores.min_log_prob());
  json->Key("greedy_share").Double(scores.greedy_share());
  json->Key("answer_tokens").Uint(scores.answer_tokens());
  if (scores.closed_book()) {
    json->Key("closed_book_log_prob").Double(scores.closed_book_log_prob());
    json->Key("gain").Double(scores.gain());
    json->Key("closed_book_margin").Double(scores.closed_book_margin());
  }
  json->Key("probability").Double(scores.probability());
  if (scores.second_asked()) json->Key("second_overlap").Double(scores.second_overlap());
}

}  // namespace

absl::StatusOr<std::string> ScoreLine(const ScoredPair& scored) {
  const PairEntry& entry = scored.entry;
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.Key("line").Uint(entry.line);
  if (!entry.status.ok()) {
    json.Key("error").String(std::string(entry.status.message()));
  } else {
    const v1::Result& result = scored.result;
    WriteOptional("id", entry.pair.id, &json);
    WriteOptional("label", entry.pair.label, &json);
    WriteOptional("language", entry.pair.language, &json);
    json.Key("form").String(entry.pair.form == v1::ANSWER_FORM_SHORT ? "short" : "long");
    json.Key("accepted").Bool(!result.has_reject());
    if (result.has_reject()) {
      json.Key("reason").String(RejectLabel(result.reject().reason()));
      WriteOptional("detail", result.reject().detail(), &json);
    }
    WriteScores(result.scores(), &json);
    json.Key("chunk_tokens").Int(scored.chunk_tokens);
    json.Key("own_tokens").Int(scored.own_tokens);
  }
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  return line;
}

}  // namespace quipu::pipelines
