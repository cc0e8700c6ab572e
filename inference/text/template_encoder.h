// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A rendered conversation, as parts, and its tokens. Control tokens are
// inserted by id; text is never parsed for them.
//
//   ASSIGN_OR_RETURN(RenderedTokens tokens, EncodeParts(tokenizer, parts));
//   tokens.ids[i], tokens.trained[i];
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_TEXT_TEMPLATE_ENCODER_H_
#define QUIPU_INFERENCE_TEXT_TEMPLATE_ENCODER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "inference/text/token_id.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

struct TemplatePart {
  // A control token's spelling, inserted as one id; otherwise text, which is
  // tokenised and never parsed for control tokens.
  bool control = false;
  std::string text;
  // Whether a trainer computes the loss here when it trains on answers only:
  // the assistant's content and the token that ends its turn.
  bool trained = false;
  // Index of the message whose content this text is (trimmed if the template
  // trims); -1 for the template's own text.
  int message = -1;
};

// The text of all parts concatenated, control tokens spelled out: the string
// that a publisher's Jinja template would give.
std::string PartsToString(absl::Span<const TemplatePart> parts);

// Tokens of a rendered conversation.
struct RenderedTokens {
  std::vector<TokenId> ids;
  std::vector<uint8_t> trained;  // Same length: 1 if TemplatePart::trained.
  // For each id, the byte in PartsToString(parts) at which it begins.
  std::vector<uint32_t> begins;
};

// Tokenises the parts. Adjacent text parts are joined and tokenised as one, so
// that no merge is lost at our own boundaries; a token that spans an edge
// between untrained and trained text counts as trained. The template's own
// space after a control token counts as the one that SentencePiece would add:
// never two. White space that a control token takes with it is dropped. Returns FAILED_PRECONDITION, with the spelling, if the vocabulary
// lacks a control token. `fragment_start`: the parts are at the beginning or
// after a control token.
absl::StatusOr<RenderedTokens> EncodeParts(const Tokenizer& tokenizer,
                                           absl::Span<const TemplatePart> parts,
                                           bool fragment_start = true);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_TEMPLATE_ENCODER_H_
