// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/result_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/filters.h"
#include "generator/language.h"
#include "generator/prompts.h"
#include "generator/verdict.h"

namespace quipu::generator {
namespace {

// A server that does not constrain replies to the reply template adds text around
// the pair, and counts its own tokens.
constexpr uint32_t kRemoteSlackTokens = 4096;
// Log-probabilities are at most 0, up to rounding.
constexpr double kMaxLogProb = 1e-3;
// Some tokenizers put a space in front, for example.
constexpr uint64_t kTokenSlack = 8;

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

template <typename T>
absl::Status OverLimit(absl::string_view what, T actual, T limit) {
  return Wrong(absl::StrCat(what, ": ", actual, ", limit ", limit));
}

bool Short(const v1::Task& task) { return task.form() == v1::ANSWER_FORM_SHORT; }

uint32_t MaxAnswerTokens(const ResultRules& rules, const v1::Task& task) {
  return Short(task) ? rules.generation.max_short_answer_tokens()
                     : rules.generation.max_long_answer_tokens();
}

// Texts as the response parser returns them.
absl::Status CheckText(absl::string_view what, absl::string_view text) {
  if (text.size() > kMaxResponseBytes) {
    return OverLimit(absl::StrCat(what, ", bytes"), uint64_t{text.size()}, kMaxResponseBytes);
  }
  if (!IsValidUtf8(text)) return Wrong(absl::StrCat(what, " is not valid UTF-8"));
  if (absl::StripAsciiWhitespace(text) != text) {
    return Wrong(absl::StrCat(what, " begins or ends with a space"));
  }
  return absl::OkStatus();
}

absl::Status CheckTexts(const v1::Result& result) {
  RETURN_IF_ERROR(CheckText("question", result.question()));
  RETURN_IF_ERROR(CheckText("answer", result.answer()));
  if (result.question().find_first_of("\r\n") != std::string::npos) {
    return Wrong("question has more than one line");
  }
  const std::string& detail = result.reject().detail();
  if (detail.size() > kMaxRejectDetailBytes) {
    return OverLimit("reject detail, bytes", uint64_t{detail.size()}, kMaxRejectDetailBytes);
  }
  if (!IsValidUtf8(detail)) return Wrong("reject detail is not valid UTF-8");
  return absl::OkStatus();
}

absl::Status CheckSampledTokens(const ResultRules& rules, const v1::Result& result) {
  uint64_t most =
      uint64_t{rules.generation.max_question_tokens()} + MaxAnswerTokens(rules, result.task());
  if (rules.remote) most += kRemoteSlackTokens;
  if (result.sampled_tokens() > most) {
    return OverLimit("sampled_tokens", uint64_t{result.sampled_tokens()}, most);
  }
  return absl::OkStatus();
}

// Rejects from before the filters: they have no scores.
absl::Status CheckUnfiltered(const ResultRules& rules, const v1::Result& result) {
  const bool texts = !result.question().empty() || !result.answer().empty();
  switch (result.reject().reason()) {
    case v1::REJECT_REASON_MALFORMED:
      return texts ? Wrong("a malformed reply with a question or an answer") : absl::OkStatus();
    case v1::REJECT_REASON_ENGINE_LIMIT:
      if (texts) return Wrong("a reply that the engine had no room for, with a pair");
      if (result.sampled_tokens() != 0) {
        return Wrong("a reply that the engine had no room for, with sampled tokens");
      }
      return absl::OkStatus();
    case v1::REJECT_REASON_TOO_LONG: {
      // One of the parts has reached its limit; a server counts its own tokens.
      if (rules.remote) return absl::OkStatus();
      const uint32_t least =
          std::min(rules.generation.max_question_tokens(), MaxAnswerTokens(rules, result.task()));
      if (result.sampled_tokens() >= least) return absl::OkStatus();
      return Wrong(absl::StrCat("cut at ", result.sampled_tokens(),
                                " tokens, where the least limit is ", least));
    }
    default:
      return Wrong(absl::StrCat("no scores, and the reason is ",
                                v1::RejectReason_Name(result.reject().reason())));
  }
}

absl::Status CheckNoModelScores(const v1::Scores& scores) {
  if (scores.scored() || scores.verdict_only() || scores.verdict_margin() != 0 ||
      scores.answer_log_prob() != 0 || scores.gain() != 0 || scores.answer_tokens() != 0) {
    return Wrong("scores of a model that was not asked");
  }
  return absl::OkStatus();
}

absl::Status CheckNoLikelihood(const v1::Scores& scores) {
  if (scores.answer_log_prob() != 0 || scores.gain() != 0 || scores.answer_tokens() != 0) {
    return Wrong("likelihoods that were not measured");
  }
  return absl::OkStatus();
}

absl::Status CheckFinite(const v1::Scores& scores) {
  for (const double score : {scores.verdict_margin(), scores.answer_log_prob(), scores.gain(),
                             scores.grounded_share()}) {
    if (!std::isfinite(score)) return Wrong("a score that is no finite number");
  }
  return absl::OkStatus();
}

absl::Status CheckLikelihood(const v1::Result& result) {
  const v1::Scores& scores = result.scores();
  if (scores.answer_log_prob() > kMaxLogProb) {
    return OverLimit("answer_log_prob", scores.answer_log_prob(), kMaxLogProb);
  }
  const uint64_t most = result.answer().size() + kTokenSlack;
  if (scores.answer_tokens() < 1) return Wrong("answer_tokens: 0, least 1");
  if (scores.answer_tokens() > most) {
    return OverLimit("answer_tokens", uint64_t{scores.answer_tokens()}, most);
  }
  return absl::OkStatus();
}

// A pair that passed the filters.
absl::Status CheckVerified(const ResultRules& rules, const v1::Result& result) {
  const v1::Scores& scores = result.scores();
  const v1::RejectReason claimed = result.reject().reason();
  if (claimed == v1::REJECT_REASON_ENGINE_LIMIT) {
    if (!rules.verification.enabled()) return Wrong("ENGINE_LIMIT of a pair that is not verified");
    if (scores.verdict_only()) return Wrong("ENGINE_LIMIT of a pair whose verdict was enough");
    if (!scores.scored()) return CheckNoModelScores(scores);
    return CheckNoLikelihood(scores);
  }
  if (!rules.verification.enabled()) {
    if (result.has_reject()) {
      return Wrong(absl::StrCat("rejected with ", v1::RejectReason_Name(claimed),
                                ", but nothing is wrong with the pair"));
    }
    return CheckNoModelScores(scores);
  }
  if (!scores.scored()) return Wrong("a pair that the model was not asked about");
  if (scores.verdict_only() && !rules.remote) {
    return Wrong("verdict_only of an engine that scores texts");
  }
  const std::optional<v1::Reject> reject =
      RejectByScores(scores, result.task().form(), rules.verification);
  const v1::RejectReason decided =
      reject.has_value() ? reject->reason() : v1::REJECT_REASON_UNSPECIFIED;
  if (decided != claimed) {
    return Wrong(absl::StrCat(
        claimed == v1::REJECT_REASON_UNSPECIFIED ? "accepted" : v1::RejectReason_Name(claimed),
        ", where its scores say ",
        decided == v1::REJECT_REASON_UNSPECIFIED ? "accept" : v1::RejectReason_Name(decided)));
  }
  if (decided == v1::REJECT_REASON_VERDICT || scores.verdict_only()) {
    if (decided == v1::REJECT_REASON_VERDICT && scores.verdict_only()) {
      return Wrong("verdict_only of a pair that the verdict refused");
    }
    return CheckNoLikelihood(scores);
  }
  return CheckLikelihood(result);
}

absl::Status CheckFiltered(const ResultRules& rules, absl::string_view chunk,
                           const v1::Result& result) {
  double grounded_share = 0;
  const v1::AnswerForm form = result.task().form();
  const Language language = LanguageOfTaskCode(result.task().language());
  const std::optional<v1::Reject> reject =
      FilterPair({result.question(), result.answer(), chunk, form, language},
                 InstructionOf(rules.generation, language, form), rules.filters, &grounded_share);
  if (reject.has_value() && (result.reject().reason() != reject->reason() ||
                             result.reject().detail() != reject->detail())) {
    return Wrong(absl::StrCat(
        "the filters refuse the pair with ", v1::RejectReason_Name(reject->reason()), " (",
        Snippet(reject->detail(), 60), "), the result says ",
        result.has_reject() ? v1::RejectReason_Name(result.reject().reason()) : "accepted"));
  }
  if (result.scores().grounded_share() != grounded_share) {
    return Wrong(absl::StrCat("grounded_share: ", result.scores().grounded_share(), ", it is ",
                              grounded_share));
  }
  return reject.has_value() ? CheckNoModelScores(result.scores()) : CheckVerified(rules, result);
}

}  // namespace

ResultRules RulesOf(const v1::RunSpec& spec) {
  return {spec.generation(), spec.verification(), spec.filters(),
          spec.engine().kind() == v1::EngineSpec::OPENAI};
}

absl::Status CheckResult(const ResultRules& rules, const v1::Task& task, absl::string_view chunk,
                         const v1::Result& result) {
  if (result.task().SerializeAsString() != task.SerializeAsString()) {
    return Wrong("the result's task is not the planned one");
  }
  RETURN_IF_ERROR(CheckTexts(result));
  RETURN_IF_ERROR(CheckSampledTokens(rules, result));
  if (result.has_reject() && result.reject().reason() == v1::REJECT_REASON_UNSPECIFIED) {
    return Wrong("a reject without a reason");
  }
  if (!result.has_scores()) {
    if (!result.has_reject()) return Wrong("accepted without scores");
    return CheckUnfiltered(rules, result);
  }
  RETURN_IF_ERROR(CheckFinite(result.scores()));
  return CheckFiltered(rules, chunk, result);
}

}  // namespace quipu::generator
