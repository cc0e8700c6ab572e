// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/source_document.h"

namespace quipu::generator {

uint64_t SourceDocument::EstimateTokens() const {
  if (begins_.has_value()) return begins_->size();
  return counted_ ? document_->tokens() : document_->text().size();
}

uint64_t SourceDocument::CountTokens() const {
  return counted_ ? document_->tokens() : TokenBegins().size();
}

absl::Span<const uint32_t> SourceDocument::TokenBegins() const {
  if (!begins_.has_value()) {
    begins_ =
        target_->tokenizer->EncodeWithOffsets(document_->text(), /*fragment_start=*/false).begins;
  }
  return *begins_;
}

}  // namespace quipu::generator
