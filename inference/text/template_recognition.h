// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which of the known formats a model file's chat template is, by what it says
// and what the vocabulary has. The template, a Jinja program, is never run.
//
//   std::optional<RecognisedTemplate> found = RecogniseTemplate(jinja, tokenizer);
//   if (!found) ...  // The spec has to name one.
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_TEXT_TEMPLATE_RECOGNITION_H_
#define QUIPU_INFERENCE_TEXT_TEMPLATE_RECOGNITION_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "inference/text/template_kind.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

struct RecognisedTemplate {
  TemplateKind kind = TemplateKind::kChatMl;
  std::string default_system;  // What ChatML of known publishers puts in front.
};

// nullopt for a template that is not known.
std::optional<RecognisedTemplate> RecogniseTemplate(absl::string_view jinja,
                                                    const Tokenizer& tokenizer);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_TEMPLATE_RECOGNITION_H_
