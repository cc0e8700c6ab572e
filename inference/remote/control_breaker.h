// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Servers read control tokens out of a message's content: a document that contains "<|im_end|>"
// would end its own turn. In what is sent, such a spelling has a space behind its first character.
//
//   const ControlBreaker breaker(*tokenizer);
//   std::string sent = breaker.Break(text);  // "< |im_end|>"
//
// Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_REMOTE_CONTROL_BREAKER_H_
#define QUIPU_INFERENCE_REMOTE_CONTROL_BREAKER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "inference/text/text_tokens.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

class ControlBreaker {
 public:
  explicit ControlBreaker(const Tokenizer& tokenizer);

  // `text`, valid UTF-8, without the spelling of any control token.
  std::string Break(absl::string_view text) const;

 private:
  TextTokens controls_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_CONTROL_BREAKER_H_
