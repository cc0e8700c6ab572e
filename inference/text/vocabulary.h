// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The list of tokens of a model: texts, kinds, special ids. All tokenizers are built on
// it.
//
//   ASSIGN_OR_RETURN(const VocabularyData data, VocabularyFromGguf(gguf));
//   ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::Create(data));
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
#include "inference/text/token_id.h"

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

// A vocabulary as files give it.
struct VocabularyData {
  std::string source;  // The file, for messages.
  std::vector<std::string> texts;
  std::vector<TokenKind> kinds;  // Same length.
  std::optional<TokenId> bos;
  std::optional<TokenId> eos;
  std::optional<TokenId> unknown;
  std::optional<TokenId> pad;
  std::vector<TokenId> ends;  // More tokens that end a turn.
  std::optional<bool> add_bos;
};

// Reads tokenizer.ggml.tokens, token_type and the special ids. NOT_FOUND if tokens or
// types are missing.
absl::StatusOr<VocabularyData> VocabularyFromGguf(const GgufFile& gguf);

// Whether a token is spelled as models' control tokens are: <...> and [...], but not as
// a tag of HTML. A user-defined token that is not is text.
bool ReadsAsMarkup(absl::string_view text);

class Vocabulary {
 public:
  // INVALID_ARGUMENT if tokens and kinds differ in length, are duplicated or out of range.
  static absl::StatusOr<Vocabulary> Create(const VocabularyData& data);

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
    return kind(id) != TokenKind::kNormal && kind(id) != TokenKind::kByte && !IsTextToken(id);
  }
  // A user-defined token that is text (line breaks, an HTML tag) and not markup of a
  // model: it is found in texts, before anything else.
  bool IsTextToken(TokenId id) const;
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
  absl::Status AddTokens(const VocabularyData& data);
  absl::Status AddSpecialIds(const VocabularyData& data);
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

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_VOCABULARY_H_
