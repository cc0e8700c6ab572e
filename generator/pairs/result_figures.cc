// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/result_figures.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <cmath>
#include <string>

#include "absl/strings/ascii.h"
#include "base/escape.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

// Log-probabilities are at most 0, up to rounding.
constexpr double kMaxLogProb = 1e-3;
// Some tokenizers put a space in front, for example.
constexpr uint64_t kTokenSlack = 8;

// Texts as the response parser returns them.
// Nothing that a terminal or an editor acts on.
absl::Status CheckPlain(absl::string_view what, absl::string_view text) {
  if (!IsValidUtf8(text)) return WrongResult(absl::StrCat(what, " is not valid UTF-8"));
  std::string found = FirstTextControl(text);
  if (found.empty() && text.find('\r') != absl::string_view::npos) found = "\\r";
  if (found.empty()) return absl::OkStatus();
  return WrongResult(absl::StrCat(what, " has the control character ", found));
}

absl::Status CheckText(absl::string_view what, absl::string_view text) {
  if (text.size() > kMaxResponseBytes) {
    return OverResultLimit(absl::StrCat(what, ", bytes"), uint64_t{text.size()}, kMaxResponseBytes);
  }
  RETURN_IF_ERROR(CheckPlain(what, text));
  if (absl::StripAsciiWhitespace(text) != text) {
    return WrongResult(absl::StrCat(what, " begins or ends with a space"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WrongResult(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::Status CheckResultTexts(const v1::Result& result) {
  RETURN_IF_ERROR(CheckText("question", result.question()));
  RETURN_IF_ERROR(CheckText("answer", result.answer()));
  if (result.question().find_first_of("\r\n") != std::string::npos) {
    return WrongResult("question has more than one line");
  }
  const std::string& detail = result.reject().detail();
  if (detail.size() > kMaxRejectDetailBytes) {
    return OverResultLimit("reject detail, bytes", uint64_t{detail.size()}, kMaxRejectDetailBytes);
  }
  return CheckPlain("reject detail", detail);
}

absl::Status CheckFiniteScores(const v1::Scores& scores) {
  const google::protobuf::Descriptor& descriptor = *v1::Scores::descriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = descriptor.field(i);
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE) continue;
    if (!std::isfinite(scores.GetReflection()->GetDouble(scores, field))) {
      return WrongResult(absl::StrCat(field->name(), " is no finite number"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSameScores(const v1::Scores& claimed, const v1::Scores& right) {
  // The same bytes are the same fields; what differs is found more slowly.
  if (claimed.SerializeAsString() == right.SerializeAsString()) return absl::OkStatus();
  google::protobuf::util::MessageDifferencer differencer;
  std::string report;
  differencer.ReportDifferencesToString(&report);
  if (differencer.Compare(claimed, right)) return absl::OkStatus();
  return WrongResult(absl::StrCat("scores differ from what the pair's course makes them: ",
                                  Snippet(absl::StripAsciiWhitespace(report), 200)));
}

absl::Status CheckShare(absl::string_view what, double share) {
  if (share >= 0 && share <= 1) return absl::OkStatus();
  return WrongResult(absl::StrCat(what, ": ", share, ", must be from 0 to 1"));
}

absl::Status CheckLogProb(absl::string_view what, double value) {
  if (!std::isfinite(value)) return WrongResult(absl::StrCat(what, " is no finite number"));
  if (value > kMaxLogProb) return OverResultLimit(what, value, kMaxLogProb);
  return absl::OkStatus();
}

absl::Status CheckAnswerFigures(const v1::Result& result) {
  const v1::Scores& scores = result.scores();
  if (!scores.scored()) return absl::OkStatus();
  if (scores.answer_tokens() < 1) return WrongResult("answer_tokens: 0, least 1");
  RETURN_IF_ERROR(CheckLogProb("answer_log_prob", scores.answer_log_prob()));
  // The least of some numbers is at most their mean.
  const double most_of_least = scores.answer_log_prob() + kMaxLogProb;
  if (scores.min_log_prob() > most_of_least) {
    return OverResultLimit("min_log_prob", scores.min_log_prob(), most_of_least);
  }
  RETURN_IF_ERROR(CheckShare("greedy_share", scores.greedy_share()));
  const uint64_t most = result.answer().size() + kTokenSlack;
  if (scores.answer_tokens() > most) {
    return OverResultLimit("answer_tokens", uint64_t{scores.answer_tokens()}, most);
  }
  return absl::OkStatus();
}

}  // namespace quipu::generator
