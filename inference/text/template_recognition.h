// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds out which known format a model file's chat template is, from its text
// and the vocabulary. The template, a Jinja program, is never run.
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
  std::string default_system;  // What ChatML adds, for known publishers.
};

// nullopt for an unknown template.
std::optional<RecognisedTemplate> RecogniseTemplate(absl::string_view jinja,
                                                    const Tokenizer& tokenizer);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_TEMPLATE_RECOGNITION_H_
