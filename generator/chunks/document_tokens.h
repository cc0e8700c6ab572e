// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The one tokenisation of a document. It gives the document's length, which is stored with it, and
// the offsets for choosing its chunks.
//
//   const DocumentTokenizer tokenize(tokenizer);
//   const DocumentTokens tokens = tokenize(text);
//   document.set_tokens(tokens.count);
//   ASSIGN_OR_RETURN(const v1::DocumentPlan plan, planner.Plan(document, tokens.begins));
//
// Thread-safe (immutable). The tokenizer must outlive a DocumentTokenizer.
#ifndef QUIPU_GENERATOR_CHUNKS_DOCUMENT_TOKENS_H_
#define QUIPU_GENERATOR_CHUNKS_DOCUMENT_TOKENS_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "inference/text/tokenizer.h"

namespace quipu::generator {

struct DocumentTokens {
  // Number of tokens if the document is at the beginning of a text.
  uint64_t count = 0;
  // The byte at which each token begins if the document is inside a text.
  std::vector<uint32_t> begins;
};

class DocumentTokenizer {
 public:
  explicit DocumentTokenizer(const inference::Tokenizer& tokenizer);

  // REQUIRES: text.size() < 4 GiB.
  DocumentTokens operator()(absl::string_view text) const;

 private:
  const inference::Tokenizer& tokenizer_;
  // Whether a text has other tokens at a beginning, as with SentencePiece. Only then are both
  // tokenisations made.
  const bool differs_at_beginning_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHUNKS_DOCUMENT_TOKENS_H_
