// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/document_tokens.h"

#include <utility>

namespace quipu::generator {

DocumentTokenizer::DocumentTokenizer(const inference::Tokenizer& tokenizer)
    : tokenizer_(tokenizer),
      // A tokenizer puts a space in front of every beginning or of none.
      differs_at_beginning_(tokenizer.Encode("a", /*fragment_start=*/true) !=
                            tokenizer.Encode("a", /*fragment_start=*/false)) {}

DocumentTokens DocumentTokenizer::operator()(absl::string_view text) const {
  inference::Encoding encoding = tokenizer_.EncodeWithOffsets(text, /*fragment_start=*/false);
  DocumentTokens tokens;
  tokens.count = differs_at_beginning_ ? tokenizer_.Encode(text, /*fragment_start=*/true).size()
                                       : encoding.ids.size();
  tokens.begins = std::move(encoding.begins);
  return tokens;
}

}  // namespace quipu::generator
