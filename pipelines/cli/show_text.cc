// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/show_text.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/task_chunks.h"
#include "pipelines/cli/show_row.h"
#include "pipelines/core/names.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kMinIdDigits = 4;

// The chunk in its document, with some text around it.
std::string MarkedChunk(const v1::Document& document, const generator::TextRange& chunk,
                        const ShowOptions& options) {
  const absl::string_view text = document.text();
  const size_t begin = std::min(chunk.begin, text.size());
  const size_t end = std::min(std::max(chunk.end, chunk.begin), text.size());
  const size_t from =
      FloorToCodePoint(text, begin > options.around_bytes ? begin - options.around_bytes : 0);
  const size_t to = FloorToCodePoint(text, std::min(text.size(), end + options.around_bytes));
  const absl::string_view open = options.colour ? "\x1b[32m" : "[[[";
  const absl::string_view close = options.colour ? "\x1b[0m" : "]]]";
  return absl::StrCat(from > 0 ? "... " : "", Printable(text.substr(from, begin - from)), open,
                      Printable(text.substr(begin, end - begin)), close,
                      Printable(text.substr(end, to - end)), to < text.size() ? " ..." : "");
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
  for (const generator::TextRange& chunk : chunks) {
    absl::StrAppend(&text, MarkedChunk(document, chunk, options), "\n\n");
  }
  return text;
}

bool Matches(const v1::Result& result, const ShowOptions& options) {
  if (!options.id.empty()) {
    return absl::StartsWith(absl::BytesToHexString(result.task().id()),
                            absl::AsciiStrToLower(options.id));
  }
  if (result.has_reject() != (options.rejects || !options.reason.empty())) return false;
  return options.reason.empty() || RejectLabel(result.reject().reason()) == options.reason;
}

absl::Status CheckOptions(const ShowOptions& options) {
  if (!options.id.empty()) {
    if (options.id.size() < kMinIdDigits || options.id.size() > 32 ||
        !std::all_of(options.id.begin(), options.id.end(),
                     [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); })) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", Snippet(options.id), "\" is not a task id: 4 to 32 hexadecimal digits"));
    }
  }
  if (options.reason.empty()) return absl::OkStatus();
  std::string known;
  for (int i = v1::RejectReason_MIN + 1; i <= v1::RejectReason_MAX; ++i) {
    if (!v1::RejectReason_IsValid(i)) continue;
    const std::string name = RejectLabel(static_cast<v1::RejectReason>(i));
    if (name == options.reason) return absl::OkStatus();
    absl::StrAppend(&known, known.empty() ? "" : ", ", name);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", Snippet(options.reason), "\" is not a reject reason; want one of: ", known));
}

}  // namespace

absl::StatusOr<std::string> ShowText(const storage::StoreView& store, const ShowOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  std::string rows;
  if (!options.id.empty()) {
    ASSIGN_OR_RETURN(rows, ShowRows(store, options.id));
  }
  uint64_t matching = 0;
  RETURN_IF_ERROR(store.ForEachResult([&](const v1::Result& result) {
    matching += Matches(result, options) ? 1 : 0;
    return absl::OkStatus();
  }));
  if (matching == 0) {
    if (!rows.empty()) return rows;
    if (!options.id.empty()) {
      return absl::NotFoundError(absl::StrCat("no result and no row with id ", options.id));
    }
    return std::string(options.rejects || !options.reason.empty() ? "no such reject\n"
                                                                  : "no accepted pair\n");
  }
  // Every stride-th match, so that a few stand for the whole run.
  const uint64_t wanted = std::max(1, options.limit);
  const uint64_t stride = std::max<uint64_t>(1, matching / wanted);
  std::string text;
  uint64_t position = 0;
  uint64_t shown = 0;
  RETURN_IF_ERROR(store.ForEachResult([&](const v1::Result& result) -> absl::Status {
    if (!Matches(result, options)) return absl::OkStatus();
    if (position++ % stride != 0 || shown == wanted) return absl::OkStatus();
    ++shown;
    ASSIGN_OR_RETURN(const std::string one, ShowOne(store, result, options));
    absl::StrAppend(&text, one);
    return absl::OkStatus();
  }));
  return absl::StrCat(text, rows);
}

}  // namespace quipu::pipelines
