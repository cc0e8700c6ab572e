// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What all tokenizers made from a Vocabulary share: special ids, bytes of tokens, and
// what is done to a text before the tokenizer itself sees it. Text tokens are found
// first, what is between them is normalised, and each such fragment is encoded.
//
//   class SpmTokenizer final : public VocabularyTokenizer { ... };
//
// Thread-safe (immutable) if EncodeTo is.
#ifndef QUIPU_INFERENCE_TEXT_VOCABULARY_TOKENIZER_H_
#define QUIPU_INFERENCE_TEXT_VOCABULARY_TOKENIZER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "inference/text/normalizer.h"
#include "inference/text/text_tokens.h"
#include "inference/text/tokenizer.h"
#include "inference/text/vocabulary.h"

namespace quipu::inference {

// What is done before and around the tokenizer itself.
struct TextRules {
  Normalizer normalizer;
  // Text tokens that are looked for in the normalised text; the others before. REQUIRES: the
  // normalizer leaves something of each.
  std::vector<TokenId> found_normalized;
  // The tokenizer's own writing of spaces as "▁", and of one before each fragment, is part of the
  // normalisation: such tokens are looked for in what it makes.
  bool normalizes_spaces = false;
  bool normalizes_begin = false;
  // Whether what follows a text token begins a fragment (see Tokenizer::Encode).
  bool fragment_after_text_token = false;
  // See Tokenizer::fragment_after_control.
  bool fragment_after_control = true;
  // See Tokenizer::StripsBefore and StripsAfter.
  std::vector<TokenId> strips_before;
  std::vector<TokenId> strips_after;
};

class VocabularyTokenizer : public Tokenizer {
 public:
  std::vector<TokenId> Encode(absl::string_view text, bool fragment_start) const override;
  Encoding EncodeWithOffsets(absl::string_view text, bool fragment_start) const override;
  absl::string_view TokenBytes(TokenId id) const override;
  std::string Decode(absl::Span<const TokenId> ids, bool fragment_start) const override;
  std::optional<TokenId> ControlId(absl::string_view spelling) const override;
  absl::string_view ControlSpelling(TokenId id) const override;
  bool IsControl(TokenId id) const override;
  bool fragment_after_control() const override { return rules_.fragment_after_control; }
  bool StripsBefore(TokenId id) const override;
  bool StripsAfter(TokenId id) const override;
  int vocab_size() const override { return vocabulary_.size(); }
  std::optional<TokenId> bos() const override { return vocabulary_.bos(); }
  std::optional<TokenId> eos() const override { return vocabulary_.eos(); }
  TokenId pad() const override { return vocabulary_.pad(); }
  bool IsEndOfTurn(TokenId id) const override;

 protected:
  VocabularyTokenizer(Vocabulary vocabulary, TextRules rules);

  // Appends the tokens of a fragment to `ids` and, unless `begins` is nullptr, the
  // offset at which each begins to `begins`.
  virtual void EncodeTo(absl::string_view text, bool fragment_start, std::vector<TokenId>* ids,
                        std::vector<uint32_t>* begins) const = 0;
  // Whether Encode adds a space before a fragment.
  virtual bool adds_space() const = 0;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const TextRules& rules() const { return rules_; }
  // Adds the rules to a fingerprint; nothing if they are the default ones.
  void AddRulesTo(FingerprintBuilder* builder) const;
  // The bytes of each token in order; the derived class's constructor calls it
  // once per id.
  void AddTokenBytes(absl::string_view bytes) { bytes_.Add(bytes); }
  // REQUIRES: all bytes are added. Now text tokens are found in texts: as they are written or, if
  // `as_bytes`, with spaces for "▁".
  void FindTextTokens(bool as_bytes);

 private:
  // Where tokens are written, and where the fragment begins in the whole text.
  struct Sink {
    std::vector<TokenId>* ids;
    std::vector<uint32_t>* begins;
  };
  void EncodeAll(absl::string_view text, bool fragment_start, Sink sink) const;
  void EncodeGap(absl::string_view gap, size_t offset, bool fragment_start, Sink sink) const;
  void EncodeNormalized(absl::string_view text, bool fragment_start, Sink sink) const;
  // What normalised text tokens are looked for in.
  struct Searched;
  Searched SearchedIn(absl::string_view text, bool fragment_start) const;
  void PushSpaceMark(Sink sink) const;

  Vocabulary vocabulary_;
  TextRules rules_;
  StringTable bytes_;
  TextTokens text_tokens_;
  TextTokens normalized_text_tokens_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_VOCABULARY_TOKENIZER_H_
