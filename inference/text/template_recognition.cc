// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/template_recognition.h"

#include "absl/strings/match.h"

namespace quipu::inference {
namespace {

// The system message that a ChatML template contains literally: the text
// between "<|im_start|>system\n" and "<|im_end|>", if it contains no Jinja.
std::string DefaultSystemOf(absl::string_view jinja) {
  constexpr absl::string_view kBegin = "<|im_start|>system";
  for (size_t at = jinja.find(kBegin); at != absl::string_view::npos;
       at = jinja.find(kBegin, at + 1)) {
    absl::string_view rest = jinja.substr(at + kBegin.size());
    // A line break in the file is literal or escaped.
    if (absl::StartsWith(rest, "\n")) {
      rest.remove_prefix(1);
    } else if (absl::StartsWith(rest, "\\n")) {
      rest.remove_prefix(2);
    } else {
      continue;
    }
    const absl::string_view text = rest.substr(0, rest.find("<|im_end|>"));
    if (text.size() < rest.size() && text.find_first_of("'\"{}\\") == absl::string_view::npos) {
      return std::string(text);
    }
  }
  return "";
}

std::optional<TemplateKind> RecogniseKind(absl::string_view jinja, const Tokenizer& tokenizer) {
  if (absl::StrContains(jinja, "<|im_start|>")) return TemplateKind::kChatMl;
  if (absl::StrContains(jinja, "<|start_header_id|>")) {
    return absl::StrContains(jinja, "Cutting Knowledge Date") ? TemplateKind::kLlama31
                                                              : TemplateKind::kLlama3;
  }
  if (!absl::StrContains(jinja, "[INST]") || absl::StrContains(jinja, "[SYSTEM_PROMPT]")) {
    return std::nullopt;
  }
  if (absl::StrContains(jinja, "<<SYS>>")) return TemplateKind::kLlama2;
  if (!tokenizer.ControlId("[INST]")) return TemplateKind::kMistralV1;
  return absl::StartsWith(tokenizer.description(), "bpe") ? TemplateKind::kMistralTekken
                                                          : TemplateKind::kMistralV3;
}

}  // namespace

std::optional<RecognisedTemplate> RecogniseTemplate(absl::string_view jinja,
                                                    const Tokenizer& tokenizer) {
  const std::optional<TemplateKind> kind = RecogniseKind(jinja, tokenizer);
  if (!kind) return std::nullopt;
  return RecognisedTemplate{*kind, *kind == TemplateKind::kChatMl ? DefaultSystemOf(jinja) : ""};
}

}  // namespace quipu::inference
