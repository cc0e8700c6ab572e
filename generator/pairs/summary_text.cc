// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/summary_text.h"

#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/rng.h"
#include "base/strings.h"
#include "generator/checks/filters.h"
#include "generator/checks/reject.h"
#include "generator/languages/tables.h"
#include "generator/text/one_line.h"
#include "generator/text/outline.h"
#include "generator/text/sentences.h"

namespace quipu::generator {
namespace {

// One sentence is no summary of a long document.
constexpr size_t kLeastSentences = 2;

struct SummarySentence {
  absl::string_view text;
  std::string fault;  // Why it is not supported; empty if it is.
};

std::string FaultOf(absl::string_view sentence, bool complete, absl::string_view source,
                    Language language, const v1::FilterSpec& filters) {
  if (!complete) return absl::StrCat("breaks off: ", Snippet(sentence, 60));
  const Grounding grounding =
      MeasureGrounding({"", sentence, source, v1::ANSWER_FORM_LONG, language});
  if (!grounding.missing.empty()) {
    return absl::StrCat("not in the document: ", Snippet(grounding.missing, 60));
  }
  const double least = filters.min_grounded_share_long();
  if (language == Language::kUnknown || grounding.share >= least) return "";
  return absl::StrFormat("share %.3f, least %.3f: %s", grounding.share, least,
                         Snippet(sentence, 60));
}

// `line` is on one line.
std::vector<SummarySentence> ReadSentences(absl::string_view line, absl::string_view source,
                                           Language language, const v1::FilterSpec& filters) {
  Block block;
  block.kind = BlockKind::kProse;
  block.end = line.size();
  block.sentences = true;
  block.words = true;
  std::vector<SummarySentence> sentences;
  for (const Sentence& sentence : SplitSentences(line, block)) {
    const absl::string_view text = line.substr(sentence.begin, sentence.end - sentence.begin);
    sentences.push_back({text, FaultOf(text, sentence.complete, source, language, filters)});
  }
  return sentences;
}

std::vector<absl::string_view> Supported(const std::vector<SummarySentence>& sentences) {
  std::vector<absl::string_view> supported;
  for (const SummarySentence& sentence : sentences) {
    if (sentence.fault.empty()) supported.push_back(sentence.text);
  }
  return supported;
}

absl::string_view Separator(Language language) { return TableOf(language).spaces ? " " : ""; }

}  // namespace

std::string SummaryRequest(Language language, const Fingerprint& task_id) {
  const std::vector<absl::string_view> requests =
      absl::StrSplit(TableOf(language).summary_requests, '\n', absl::SkipEmpty());
  if (requests.empty()) return "";
  Rng rng(task_id, "summary-request");
  return std::string(requests[rng.Below(requests.size())]);
}

std::string SupportedSentences(absl::string_view text, absl::string_view source, Language language,
                               const v1::FilterSpec& filters) {
  const std::string line = OnOneLine(text);
  return absl::StrJoin(Supported(ReadSentences(line, source, language, filters)),
                       Separator(language));
}

RepairedSummary RepairSummary(absl::string_view text, absl::string_view source, Language language,
                              const v1::FilterSpec& filters) {
  const std::string line = OnOneLine(text);
  const std::vector<SummarySentence> sentences = ReadSentences(line, source, language, filters);
  const std::vector<absl::string_view> supported = Supported(sentences);
  const bool enough =
      supported.size() >= kLeastSentences && 2 * supported.size() >= sentences.size();
  if (!enough || supported.size() == sentences.size()) return {line, false};
  return {absl::StrJoin(supported, Separator(language)), true};
}

std::optional<v1::Reject> FilterSummary(const PairView& summary, absl::string_view instruction,
                                        const v1::FilterSpec& filters, v1::Scores* scores) {
  std::optional<v1::Reject> reject = FilterAnswer(summary, instruction, filters);
  if (reject.has_value()) return reject;
  MeasurePair(summary, scores);
  const std::vector<SummarySentence> sentences =
      ReadSentences(summary.answer, summary.chunk, summary.language, filters);
  if (sentences.size() < kLeastSentences) {
    return MakeReject(
        v1::REJECT_REASON_NOT_GROUNDED,
        absl::StrCat("sentences of the summary: ", sentences.size(), ", least ", kLeastSentences));
  }
  for (const SummarySentence& sentence : sentences) {
    if (sentence.fault.empty()) continue;
    return MakeReject(v1::REJECT_REASON_NOT_GROUNDED, sentence.fault);
  }
  return std::nullopt;
}

}  // namespace quipu::generator
