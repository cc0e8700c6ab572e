// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The known chat formats.
#ifndef QUIPU_INFERENCE_TEXT_TEMPLATE_KIND_H_
#define QUIPU_INFERENCE_TEXT_TEMPLATE_KIND_H_

namespace quipu::inference {

enum class TemplateKind {
  kLlama2,
  kLlama3,
  kLlama31,
  kMistralV1,
  kMistralV3,
  kMistralTekken,
  kMistralV7Tekken,
  kChatMl,
  kQwen3,
  kPhi4,
  kJinja,  // By its template alone.
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_TEMPLATE_KIND_H_
