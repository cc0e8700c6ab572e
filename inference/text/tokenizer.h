// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Text to token ids and back, as the model's GGUF file or directory specifies: byte-level
// BPE (GPT-2, Llama 3, SmolLM, Qwen2) and SentencePiece (Llama 2).
//
//   ASSIGN_OR_RETURN(auto tokenizer, CreateTokenizer(gguf));
//   std::vector<TokenId> ids = tokenizer->Encode("A quipu.", /*fragment_start=*/true);
//
// Text is never parsed for control tokens: "<|im_end|>" in a document becomes
// ordinary tokens that spell it. Control tokens are only ever inserted as ids.
// Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_TEXT_TOKENIZER_H_
#define QUIPU_INFERENCE_TEXT_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

class GgufFile;

// Token ids, each with the byte at which it begins in the encoded text. Offsets
// never decrease; a token that holds only a space added by SentencePiece begins
// at 0. Tokens of a split multi-byte character begin at the byte that each
// spells.
struct Encoding {
  std::vector<TokenId> ids;
  std::vector<uint32_t> begins;  // Same length as ids.
};

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // Encodes `text` (valid UTF-8; other bytes are encoded unchanged if the
  // vocabulary can). `fragment_start`: the text is at the very beginning or
  // directly after a control token, where SentencePiece vocabularies add a
  // leading space; byte-level BPE ignores it. Adds no BOS or EOS.
  virtual std::vector<TokenId> Encode(absl::string_view text, bool fragment_start) const = 0;

  // The same with byte offsets. REQUIRES: text.size() < 4 GiB.
  virtual Encoding EncodeWithOffsets(absl::string_view text, bool fragment_start) const = 0;

  // The bytes that `id` represents in text; empty for control tokens and ids
  // out of range. A SentencePiece token's "▁" is a space.
  virtual absl::string_view TokenBytes(TokenId id) const = 0;

  // The bytes of all ids in order. With `fragment_start`, removes the one space
  // that Encode added. The bytes may end inside a character.
  virtual std::string Decode(absl::Span<const TokenId> ids, bool fragment_start) const = 0;

  // The id of the control token (or user-defined special token) with exactly
  // this spelling, e.g. "<|im_end|>".
  virtual std::optional<TokenId> ControlId(absl::string_view spelling) const = 0;
  // The spelling of a control token; empty for ordinary ones.
  virtual absl::string_view ControlSpelling(TokenId id) const = 0;
  virtual bool IsControl(TokenId id) const = 0;

  // Whether text after a control token begins a fragment. Not so for vocabularies that
  // add a space at the very beginning of a text alone.
  virtual bool fragment_after_control() const { return true; }
  // Whether a control token takes the white space before or after it with it, where
  // both are parts of one rendered conversation.
  virtual bool StripsBefore(TokenId /*id*/) const { return false; }
  virtual bool StripsAfter(TokenId /*id*/) const { return false; }

  virtual int vocab_size() const = 0;
  virtual std::optional<TokenId> bos() const = 0;
  virtual std::optional<TokenId> eos() const = 0;
  // Padding: the file's own padding token; otherwise a control token that does
  // not end a turn (unused ones preferred); otherwise EOS. Never a trained
  // label.
  virtual TokenId pad() const = 0;
  // Whether the model expects BOS before everything.
  virtual bool adds_bos() const = 0;
  // Tokens that end a turn: EOS, EOT, <|im_end|>, <|eot_id|>...; never sampled inside text.
  virtual bool IsEndOfTurn(TokenId id) const = 0;

  // Fingerprint of vocabulary, merges or scores, kinds and pre-tokeniser.
  virtual Fingerprint fingerprint() const = 0;
  // For manifests, e.g. "bpe/smollm".
  virtual std::string description() const = 0;
};

// Reads the tokenizer of a model file. Returns INVALID_ARGUMENT if the metadata
// are malformed, and UNIMPLEMENTED, naming the model or pre-tokeniser, if it is
// of an unsupported kind.
absl::StatusOr<std::shared_ptr<const Tokenizer>> CreateTokenizer(const GgufFile& gguf);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_TOKENIZER_H_
