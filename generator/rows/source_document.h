// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A document that long rows are made from.
//
//   const SourceDocument document(source, target);
//   if (document.EstimateTokens() > context) Cut(document.TokenBegins());
//
// The tokenisation for cutting it is made when the first row needs it, and kept for the others; a
// document that fits needs none. Thread-compatible.
#ifndef QUIPU_GENERATOR_ROWS_SOURCE_DOCUMENT_H_
#define QUIPU_GENERATOR_ROWS_SOURCE_DOCUMENT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/rows/target_model.h"
#include "protos/document.pb.h"

namespace quipu::generator {

class SourceDocument {
 public:
  // `counted`: document.tokens() counts the target's tokens, because the target has the generating
  // model's tokenizer. Document and target must outlive it.
  SourceDocument(const v1::Document& document, const TargetModel& target, bool counted = false)
      : document_(&document), target_(&target), counted_(counted) {}

  const v1::Document& document() const { return *document_; }
  absl::string_view text() const { return document_->text(); }
  // A lower bound on its tokens, up to a few, that needs no tokenisation.
  uint64_t EstimateTokens() const;
  // Its tokens, up to a few; tokenises unless they are counted.
  uint64_t CountTokens() const;
  // The byte at which each token begins.
  absl::Span<const uint32_t> TokenBegins() const;
  // Whether TokenBegins was ever called.
  bool tokenized() const { return begins_.has_value(); }

 private:
  const v1::Document* document_;
  const TargetModel* target_;
  bool counted_;
  mutable std::optional<std::vector<uint32_t>> begins_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_SOURCE_DOCUMENT_H_
