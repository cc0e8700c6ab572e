// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The list of tokens of a GGUF file: texts, kinds, special ids. Both kinds of
// tokenizer are built on it.
//
//   ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::FromGguf(gguf));
//   std::optional<TokenId> id = vocabulary.Find("<|im_end|>");
//
// Owns its texts: the file may be closed. Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_TEXT_VOCABULARY_H_
#define QUIPU_INFERENCE_TEXT_VOCABULARY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "inference/gguf/gguf.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// Values are GGUF's own; do not renumber.
enum class TokenKind : uint8_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

// Many strings in one piece of memory.
class StringTable {
 public:
  void Add(absl::string_view text);
  absl::string_view operator[](size_t i) const {
    return absl::string_view(bytes_).substr(ends_[i], ends_[i + 1] - ends_[i]);
  }
  size_t size() const { return ends_.size() - 1; }

 private:
  std::string bytes_;
  std::vector<uint64_t> ends_ = {0};
};

class Vocabulary {
 public:
  // Reads tokenizer.ggml.tokens, token_type and the special ids. Returns
  // NOT_FOUND if tokens or types are missing, INVALID_ARGUMENT if they differ
  // in length, are duplicated or out of range.
  static absl::StatusOr<Vocabulary> FromGguf(const GgufFile& gguf);

  Vocabulary(Vocabulary&&) = default;
  Vocabulary& operator=(Vocabulary&&) = default;

  int size() const { return static_cast<int>(kinds_.size()); }
  bool Contains(TokenId id) const { return id >= 0 && id < size(); }
  // The text as stored in the file (byte-level or with "▁"). REQUIRES:
  // Contains(id).
  absl::string_view text(TokenId id) const { return texts_[static_cast<size_t>(id)]; }
  TokenKind kind(TokenId id) const { return kinds_[static_cast<size_t>(id)]; }
  // Anything except ordinary text and single bytes.
  bool IsSpecial(TokenId id) const {
    return kind(id) != TokenKind::kNormal && kind(id) != TokenKind::kByte;
  }
  // The token with exactly this text, whatever its kind.
  std::optional<TokenId> Find(absl::string_view text) const;

  std::optional<TokenId> bos() const { return bos_; }
  std::optional<TokenId> eos() const { return eos_; }
  std::optional<TokenId> unknown() const { return unknown_; }
  TokenId pad() const { return pad_; }
  bool IsEndOfTurn(TokenId id) const { return end_of_turn_[static_cast<size_t>(id)]; }
  // What the file says about adding BOS; nothing if it says nothing.
  std::optional<bool> add_bos() const { return add_bos_; }

  // Adds everything above to a fingerprint.
  void AddTo(FingerprintBuilder* builder) const;

 private:
  Vocabulary() = default;
  absl::Status ReadTokens(const GgufFile& gguf);
  absl::Status ReadSpecialIds(const GgufFile& gguf);
  absl::Status ReadId(const GgufFile& gguf, absl::string_view key, std::optional<TokenId>* out);
  TokenId ChoosePad() const;

  StringTable texts_;
  std::vector<TokenKind> kinds_;
  std::vector<bool> end_of_turn_;
  absl::flat_hash_map<std::string, TokenId> by_text_;
  std::optional<TokenId> bos_;
  std::optional<TokenId> eos_;
  std::optional<TokenId> unknown_;
  TokenId pad_ = 0;
  std::optional<bool> add_bos_;
};

// What all tokenizers made from a Vocabulary share.
class VocabularyTokenizer : public Tokenizer {
 public:
  std::vector<TokenId> Encode(absl::string_view text, bool fragment_start) const override;
  Encoding EncodeWithOffsets(absl::string_view text, bool fragment_start) const override;
  absl::string_view TokenBytes(TokenId id) const override;
  std::string Decode(absl::Span<const TokenId> ids, bool fragment_start) const override;
  std::optional<TokenId> ControlId(absl::string_view spelling) const override;
  absl::string_view ControlSpelling(TokenId id) const override;
  bool IsControl(TokenId id) const override;
  int vocab_size() const override { return vocabulary_.size(); }
  std::optional<TokenId> bos() const override { return vocabulary_.bos(); }
  std::optional<TokenId> eos() const override { return vocabulary_.eos(); }
  TokenId pad() const override { return vocabulary_.pad(); }
  bool IsEndOfTurn(TokenId id) const override;

 protected:
  explicit VocabularyTokenizer(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}

  // Appends the tokens of `text` to `ids` and, unless `begins` is nullptr, the
  // offset at which each begins to `begins`.
  virtual void EncodeTo(absl::string_view text, bool fragment_start, std::vector<TokenId>* ids,
                        std::vector<uint32_t>* begins) const = 0;
  // Whether Encode adds a space before a fragment.
  virtual bool adds_space() const = 0;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  // The bytes of each token in order; the derived class's constructor calls it
  // once per id.
  void AddTokenBytes(absl::string_view bytes) { bytes_.Add(bytes); }

 private:
  Vocabulary vocabulary_;
  StringTable bytes_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_VOCABULARY_H_
