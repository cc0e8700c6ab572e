// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/show_text.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/chunks/task_chunks.h"
#include "pipelines/cli/show_row.h"
#include "pipelines/core/names.h"
#include "pipelines/report/evidence_window.h"
#include "pipelines/report/score_list.h"

namespace quipu::pipelines {
namespace {

// What comes before and behind each piece of a document.
struct Marks {
  absl::string_view around;
  absl::string_view chunk;
  absl::string_view evidence;
  absl::string_view end;
};

constexpr Marks kColours = {"\x1b[2m", "\x1b[2;32m", "\x1b[1;32m", "\x1b[0m"};

// The chunk in its document, with some text around it.
std::string ColouredWindow(const EvidenceWindow& window) {
  std::string text = window.cut_before ? "... " : "";
  for (const WindowPiece& piece : window.pieces) {
    absl::string_view mark = kColours.around;
    if (piece.kind == WindowPiece::kChunk) mark = kColours.chunk;
    if (piece.kind == WindowPiece::kEvidence) mark = kColours.evidence;
    absl::StrAppend(&text, mark, Printable(piece.text), kColours.end);
  }
  return absl::StrCat(text, window.cut_after ? " ..." : "");
}

// The same without colours.
std::string MarkedWindow(const EvidenceWindow& window) {
  std::string text = window.cut_before ? "... " : "";
  bool in_chunk = false;
  for (const WindowPiece& piece : window.pieces) {
    const bool of_chunk = piece.kind != WindowPiece::kAround;
    if (of_chunk != in_chunk) absl::StrAppend(&text, of_chunk ? "[[[" : "]]]");
    in_chunk = of_chunk;
    const bool evidence = piece.kind == WindowPiece::kEvidence;
    absl::StrAppend(&text, evidence ? ">>>" : "", Printable(piece.text), evidence ? "<<<" : "");
  }
  return absl::StrCat(text, in_chunk ? "]]]" : "", window.cut_after ? " ..." : "");
}

WindowSize SizeOf(const ShowOptions& options) {
  return {options.around_bytes, std::numeric_limits<size_t>::max()};
}

// "10-20", or "10-20 and 40-60".
std::string PlacesOf(const std::vector<generator::TextRange>& chunks) {
  std::string places;
  for (const generator::TextRange& chunk : chunks) {
    absl::StrAppend(&places, places.empty() ? "" : " and ", chunk.begin, "-", chunk.end);
  }
  return places;
}

absl::string_view KindPrefix(v1::TaskKind kind) {
  switch (kind) {
    case v1::TASK_KIND_TWO_CHUNKS:
      return "two chunks, ";
    case v1::TASK_KIND_SUMMARY:
      return "summary, ";
    default:
      return "";
  }
}

void AppendScores(const v1::Scores& scores, std::string* text) {
  absl::StrAppendFormat(text, "scores:   verdict margin %.2f, ", scores.verdict_margin());
  if (scores.verdict_only()) {
    absl::StrAppend(text, "no likelihood (the engine cannot score text), ");
  } else if (scores.answer_tokens() > 0) {
    absl::StrAppendFormat(text, "answer log-prob %.2f a token, least %.2f, ",
                          scores.answer_log_prob(), scores.min_log_prob());
  }
  if (scores.chunks_alone() > 0) {
    absl::StrAppendFormat(text, "%.2f with the first chunk alone, ", scores.first_chunk_log_prob());
  }
  if (scores.chunks_alone() > 1) {
    absl::StrAppendFormat(text, "%.2f with the second, ", scores.second_chunk_log_prob());
  }
  // A reject ends the measuring.
  if (scores.closed_book()) {
    absl::StrAppendFormat(text, "gain %.2f, margin without the chunk %.2f, ", scores.gain(),
                          scores.closed_book_margin());
  }
  if (scores.probability() > 0) {
    absl::StrAppendFormat(text, "probability %.3f%s, ", scores.probability(),
                          scores.closed_book() ? "" : " at most");
  }
  if (scores.second_asked()) {
    absl::StrAppendFormat(text, "second answer %.0f %% alike, ", 100 * scores.second_overlap());
  }
  absl::StrAppendFormat(text, "grounded %.0f %%, copied %.0f %%\n", 100 * scores.grounded_share(),
                        100 * scores.copied_share());
}

absl::StatusOr<std::string> ShowOne(const storage::StoreView& store, const v1::Result& result,
                                    const ShowOptions& options) {
  ASSIGN_OR_RETURN(const v1::Document document, store.GetDocument(result.task().document_id()));
  const v1::Scores& scores = result.scores();
  const std::vector<generator::TextRange> chunks =
      generator::RowChunks(result.task(), document.text().size());
  std::string text = absl::StrCat(
      "=== ", absl::BytesToHexString(result.task().id()), "  ", KindPrefix(result.task().kind()),
      result.task().form() == v1::ANSWER_FORM_LONG ? "long answer" : "short answer",
      result.question_kind().empty() ? "" : absl::StrCat(", ", Snippet(result.question_kind())),
      result.repaired() ? ", repaired" : "", "\n",
      "source:   ", Snippet(document.provenance().source(), kMaxPathBytes),
      document.provenance().line() > 0 ? absl::StrCat(":", document.provenance().line()) : "",
      "  bytes ", PlacesOf(chunks), " of ", document.text().size(), "\n");
  if (result.has_reject()) {
    absl::StrAppend(&text, "rejected: ", RejectLabel(result.reject().reason()), " (",
                    Snippet(result.reject().detail(), 200), ")\n");
  }
  absl::StrAppend(&text, "question: ", Printable(result.question()),
                  "\nanswer:   ", Printable(result.answer()), "\n");
  if (scores.scored()) AppendScores(scores, &text);
  if (result.task().kind() == v1::TASK_KIND_SUMMARY) {
    return absl::StrCat(text, "evidence: the whole document\n\n");
  }
  absl::StrAppend(&text, "evidence:\n");
  for (const EvidenceWindow& window : WindowsOf(document, result, SizeOf(options))) {
    absl::StrAppend(&text, options.colour ? ColouredWindow(window) : MarkedWindow(window), "\n\n");
  }
  return text;
}

absl::Status NoSuchId(const std::string& id) {
  return absl::NotFoundError(
      absl::StrCat("no pair and no long row has the id ", id,
                   " (short rows and packs are in the export, with their sources)"));
}

// ---- JSON. ----

void WriteWhere(const v1::Document& document, const v1::Result& result, JsonWriter* json) {
  const v1::Provenance& from = document.provenance();
  json->Key("source").String(from.source());
  if (from.line() > 0) json->Key("line").Uint(from.line());
  json->Key("document_id").String(absl::BytesToHexString(document.id()));
  json->Key("chunks").BeginArray();
  const absl::string_view text = document.text();
  for (const generator::TextRange& chunk : generator::RowChunks(result.task(), text.size())) {
    const size_t begin = std::min(chunk.begin, text.size());
    const size_t end = std::min(std::max(chunk.end, begin), text.size());
    json->BeginObject().Key("begin").Uint(begin).Key("end").Uint(end);
    json->Key("text").String(text.substr(begin, end - begin)).EndObject();
  }
  json->EndArray();
}

void WriteEvidence(const v1::Document& document, const v1::Result& result, JsonWriter* json) {
  json->Key("evidence").BeginArray();
  if (result.task().kind() != v1::TASK_KIND_SUMMARY) {
    for (const EvidenceWindow& window :
         WindowsOf(document, result, {0, std::numeric_limits<size_t>::max()})) {
      for (const WindowPiece& piece : window.pieces) {
        if (piece.kind == WindowPiece::kEvidence) json->String(piece.text);
      }
    }
  }
  json->EndArray();
}

absl::Status AppendJson(const storage::StoreView& store, const v1::Result& result,
                        std::string* text) {
  ASSIGN_OR_RETURN(const v1::Document document, store.GetDocument(result.task().document_id()));
  JsonWriter json(text);
  json.BeginObject().Key("id").String(absl::BytesToHexString(result.task().id()));
  json.Key("outcome").String(result.has_reject() ? "rejected" : "accepted");
  if (result.has_reject()) {
    json.Key("reason").String(RejectLabel(result.reject().reason()));
    json.Key("detail").String(result.reject().detail());
  }
  json.Key("form").String(PairFormName(result.task()));
  if (!result.question_kind().empty()) json.Key("kind").String(result.question_kind());
  json.Key("language").String(result.task().language().empty() ? "en" : result.task().language());
  WriteWhere(document, result, &json);
  json.Key("question").String(result.question()).Key("answer").String(result.answer());
  WriteEvidence(document, result, &json);
  json.Key("scores").BeginObject();
  for (const ReportedScore& score : ReportedScores()) {
    const std::optional<double> value = score.value(result);
    if (value.has_value()) json.Key(score.key).Double(*value);
  }
  json.EndObject().EndObject();
  RETURN_IF_ERROR(json.Finish());
  text->push_back('\n');
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ShowText(const storage::StoreView& store, const ShowOptions& options) {
  const ShowChoice& choice = options.choice;
  ASSIGN_OR_RETURN(const std::vector<v1::Result> pairs, ChoosePairs(store, choice));
  std::string rows;
  if (!choice.id.empty()) {
    ASSIGN_OR_RETURN(rows, ShowRows(store, choice.id));
    if (pairs.empty() && rows.empty()) return NoSuchId(choice.id);
  } else if (pairs.empty()) {
    return std::string(choice.rejects || !choice.reason.empty() ? "no such reject\n"
                                                                : "no such accepted pair\n");
  }
  std::string text;
  for (const v1::Result& pair : pairs) {
    ASSIGN_OR_RETURN(const std::string one, ShowOne(store, pair, options));
    absl::StrAppend(&text, one);
  }
  return absl::StrCat(text, rows);
}

absl::StatusOr<std::string> ShowJson(const storage::StoreView& store, const ShowOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<v1::Result> pairs, ChoosePairs(store, options.choice));
  std::string rows;
  if (!options.choice.id.empty()) {
    ASSIGN_OR_RETURN(rows, RowsJson(store, options.choice.id));
    if (pairs.empty() && rows.empty()) return NoSuchId(options.choice.id);
  }
  std::string text;
  for (const v1::Result& pair : pairs) RETURN_IF_ERROR(AppendJson(store, pair, &text));
  return absl::StrCat(text, rows);
}

}  // namespace quipu::pipelines
