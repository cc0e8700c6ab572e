// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/answer_style.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace quipu::generator {
namespace {

constexpr absl::string_view kAskEvidenceFirst =
    "First quote the sentences of the document that hold the answer, each on a line that begins "
    "with \">\". Then leave a line empty and answer.";
constexpr absl::string_view kAskCited =
    "After the answer, cite the sentences of the document that hold it as [1], [2] and so on. Then "
    "leave a line empty and quote each sentence after its number.";

// A sentence on one line.
std::string OneLine(absl::string_view sentence) {
  std::string line(sentence);
  absl::RemoveExtraAsciiWhitespace(&line);
  return line;
}

}  // namespace

std::string StyledQuestion(v1::InstanceSpec::AnswerStyle style, absl::string_view question,
                           bool has_evidence) {
  if (!has_evidence || style == v1::InstanceSpec::PLAIN) return std::string(question);
  return absl::StrCat(question, "\n\n",
                      style == v1::InstanceSpec::CITED ? kAskCited : kAskEvidenceFirst);
}

std::string StyledAnswer(v1::InstanceSpec::AnswerStyle style, absl::string_view answer,
                         absl::Span<const absl::string_view> sentences) {
  if (sentences.empty() || style == v1::InstanceSpec::PLAIN) return std::string(answer);
  std::string styled;
  if (style == v1::InstanceSpec::EVIDENCE_FIRST) {
    for (const absl::string_view sentence : sentences) {
      absl::StrAppend(&styled, "> ", OneLine(sentence), "\n");
    }
    absl::StrAppend(&styled, "\n", answer);
    return styled;
  }
  absl::StrAppend(&styled, answer, " ");
  for (size_t i = 1; i <= sentences.size(); ++i) absl::StrAppend(&styled, "[", i, "]");
  styled.push_back('\n');
  for (size_t i = 1; i <= sentences.size(); ++i) {
    absl::StrAppend(&styled, "\n[", i, "] ", OneLine(sentences[i - 1]));
  }
  return styled;
}

}  // namespace quipu::generator
