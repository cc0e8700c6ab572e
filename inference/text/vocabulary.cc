// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/vocabulary.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

// How the supported families spell the end of a turn or of the text.
constexpr absl::string_view kEndSpellings[] = {
    "<|im_end|>",      "<|eot_id|>",      "<|eom_id|>",    "<|end|>", "<|endoftext|>",
    "<|end_of_text|>", "<|end_of_turn|>", "<end_of_turn>", "</s>",
};

bool SpellsEnd(absl::string_view text) {
  return std::find(std::begin(kEndSpellings), std::end(kEndSpellings), text) !=
         std::end(kEndSpellings);
}

}  // namespace

void StringTable::Add(absl::string_view text) {
  bytes_.append(text.data(), text.size());
  ends_.push_back(bytes_.size());
}

absl::StatusOr<Vocabulary> Vocabulary::FromGguf(const GgufFile& gguf) {
  Vocabulary vocabulary;
  RETURN_IF_ERROR(vocabulary.ReadTokens(gguf));
  RETURN_IF_ERROR(vocabulary.ReadSpecialIds(gguf));
  return vocabulary;
}

absl::Status Vocabulary::ReadTokens(const GgufFile& gguf) {
  ASSIGN_OR_RETURN(const std::vector<absl::string_view> texts,
                   gguf.GetStrings("tokenizer.ggml.tokens"));
  if (texts.empty() || texts.size() > static_cast<size_t>(kMaxVocabulary)) {
    return absl::InvalidArgumentError(absl::StrCat(gguf.path(), ": vocabulary has ", texts.size(),
                                                   " tokens (want 1 to ", kMaxVocabulary, ")"));
  }
  ASSIGN_OR_RETURN(const std::vector<int32_t> kinds, gguf.GetInts("tokenizer.ggml.token_type"));
  if (kinds.size() != texts.size()) {
    return absl::InvalidArgumentError(absl::StrCat(gguf.path(), ": the vocabulary has ",
                                                   texts.size(), " tokens but ", kinds.size(),
                                                   " token types"));
  }
  kinds_.reserve(texts.size());
  by_text_.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (kinds[i] < 1 || kinds[i] > 6) {
      return absl::InvalidArgumentError(
          absl::StrCat(gguf.path(), ": token ", i, " has the unknown type ", kinds[i]));
    }
    TokenKind kind = static_cast<TokenKind>(kinds[i]);
    // Some converters have left these as ordinary text; the end of the model's
    // turn would then never be noticed.
    if (kind == TokenKind::kNormal && absl::StartsWith(texts[i], "<|") && SpellsEnd(texts[i])) {
      kind = TokenKind::kControl;
    }
    texts_.Add(texts[i]);
    kinds_.push_back(kind);
    if (texts[i].empty()) continue;  // Gaps in the numbering; never produced.
    const auto [it, inserted] = by_text_.emplace(std::string(texts[i]), static_cast<TokenId>(i));
    if (!inserted) {
      return absl::InvalidArgumentError(absl::StrCat(gguf.path(), ": tokens ", it->second, " and ",
                                                     i, " are both \"", Snippet(texts[i]), "\""));
    }
  }
  return absl::OkStatus();
}

absl::Status Vocabulary::ReadId(const GgufFile& gguf, absl::string_view key,
                                std::optional<TokenId>* out) {
  if (!gguf.Has(key)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const uint64_t id, gguf.GetUint(key));
  if (id == 0xFFFFFFFFu) return absl::OkStatus();  // Some converters' "none".
  if (id >= static_cast<uint64_t>(size())) {
    return absl::InvalidArgumentError(
        absl::StrCat(gguf.path(), ": ", key, " is ", id, ", but there are ", size(), " tokens"));
  }
  *out = static_cast<TokenId>(id);
  return absl::OkStatus();
}

absl::Status Vocabulary::ReadSpecialIds(const GgufFile& gguf) {
  std::optional<TokenId> eot, eom, pad;
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.bos_token_id", &bos_));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.eos_token_id", &eos_));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.unknown_token_id", &unknown_));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.eot_token_id", &eot));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.eom_token_id", &eom));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.padding_token_id", &pad));
  if (gguf.Has("tokenizer.ggml.add_bos_token")) {
    ASSIGN_OR_RETURN(add_bos_, gguf.GetBool("tokenizer.ggml.add_bos_token"));
  }
  end_of_turn_.assign(kinds_.size(), false);
  for (const std::optional<TokenId>& id : {eos_, eot, eom}) {
    if (id) end_of_turn_[static_cast<size_t>(*id)] = true;
  }
  for (const absl::string_view spelling : kEndSpellings) {
    const std::optional<TokenId> id = Find(spelling);
    if (id && IsSpecial(*id)) end_of_turn_[static_cast<size_t>(*id)] = true;
  }
  pad_ = pad ? *pad : ChoosePad();
  return absl::OkStatus();
}

TokenId Vocabulary::ChoosePad() const {
  // Better choices have lower ranks; among equals, the first token wins.
  const auto rank = [this](TokenId id) {
    if (!IsSpecial(id) || IsEndOfTurn(id) || kind(id) == TokenKind::kUserDefined) return 9;
    if (absl::StrContains(text(id), "pad")) return 0;  // <|finetune_right_pad_id|>
    if (kind(id) == TokenKind::kUnused) return 1;
    if (absl::StrContains(text(id), "reserved")) return 2;
    if (kind(id) == TokenKind::kUnknown) return 3;
    return id == bos_ ? 5 : 4;
  };
  TokenId best = 0;
  for (TokenId id = 1; id < size(); ++id) {
    if (rank(id) < rank(best)) best = id;
  }
  return rank(best) < 9 ? best : eos_.value_or(0);
}

std::optional<TokenId> Vocabulary::Find(absl::string_view text) const {
  const auto it = by_text_.find(text);
  if (it == by_text_.end()) return std::nullopt;
  return it->second;
}

void Vocabulary::AddTo(FingerprintBuilder* builder) const {
  builder->Add(static_cast<uint64_t>(size()));
  for (TokenId id = 0; id < size(); ++id) {
    builder->Add(text(id)).Add((static_cast<uint64_t>(kind(id)) << 1) | (IsEndOfTurn(id) ? 1 : 0));
  }
  // The id plus one; 0 for none.
  for (const std::optional<TokenId>& id : {bos_, eos_, unknown_, std::optional<TokenId>(pad_)}) {
    builder->Add(id ? static_cast<uint64_t>(*id) + 1 : uint64_t{0});
  }
  builder->Add(add_bos_ ? (*add_bos_ ? uint64_t{2} : uint64_t{1}) : uint64_t{0});
}

std::vector<TokenId> VocabularyTokenizer::Encode(absl::string_view text,
                                                 bool fragment_start) const {
  std::vector<TokenId> ids;
  ids.reserve(text.size() / 3);
  EncodeTo(text, fragment_start, &ids, nullptr);
  return ids;
}

Encoding VocabularyTokenizer::EncodeWithOffsets(absl::string_view text, bool fragment_start) const {
  Encoding encoding;
  encoding.ids.reserve(text.size() / 3);
  encoding.begins.reserve(text.size() / 3);
  EncodeTo(text, fragment_start, &encoding.ids, &encoding.begins);
  return encoding;
}

absl::string_view VocabularyTokenizer::TokenBytes(TokenId id) const {
  return vocabulary_.Contains(id) ? bytes_[static_cast<size_t>(id)] : absl::string_view();
}

std::string VocabularyTokenizer::Decode(absl::Span<const TokenId> ids, bool fragment_start) const {
  std::string text;
  for (const TokenId id : ids) {
    const absl::string_view bytes = TokenBytes(id);
    text.append(bytes.data(), bytes.size());
  }
  if (fragment_start && adds_space() && !ids.empty() && absl::StartsWith(text, " ")) {
    text.erase(0, 1);
  }
  return text;
}

std::optional<TokenId> VocabularyTokenizer::ControlId(absl::string_view spelling) const {
  const std::optional<TokenId> id = vocabulary_.Find(spelling);
  if (!id || !vocabulary_.IsSpecial(*id)) return std::nullopt;
  return id;
}

absl::string_view VocabularyTokenizer::ControlSpelling(TokenId id) const {
  return IsControl(id) ? vocabulary_.text(id) : absl::string_view();
}

bool VocabularyTokenizer::IsControl(TokenId id) const {
  return vocabulary_.Contains(id) && vocabulary_.IsSpecial(id);
}

bool VocabularyTokenizer::IsEndOfTurn(TokenId id) const {
  return vocabulary_.Contains(id) && vocabulary_.IsEndOfTurn(id);
}

}  // namespace quipu::inference
