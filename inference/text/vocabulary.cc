// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/vocabulary.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
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

// Tags of web pages, which some vocabularies have as tokens.
constexpr absl::string_view kHtmlTags[] = {
    "table", "caption", "thead", "tbody", "tfoot", "tr",  "th",         "td",
    "h1",    "h2",      "h3",    "h4",    "h5",    "h6",  "blockquote", "strong",
    "em",    "b",       "i",     "u",     "s",     "sub", "sup",        "code",
};

absl::Status ReadId(const GgufFile& gguf, absl::string_view key, size_t tokens,
                    std::optional<TokenId>* out) {
  if (!gguf.Has(key)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const uint64_t id, gguf.GetUint(key));
  if (id == 0xFFFFFFFFu) return absl::OkStatus();  // Some converters' "none".
  if (id >= tokens) {
    return absl::InvalidArgumentError(
        absl::StrCat(gguf.path(), ": ", key, " is ", id, ", but there are ", tokens, " tokens"));
  }
  *out = static_cast<TokenId>(id);
  return absl::OkStatus();
}

}  // namespace

bool ReadsAsMarkup(absl::string_view text) {
  if (text.size() < 3) return false;
  if (text.front() == '[' && text.back() == ']') return true;
  if (text.front() != '<' || text.back() != '>') return false;
  text = text.substr(1, text.size() - 2);
  absl::ConsumePrefix(&text, "/");
  return std::find(std::begin(kHtmlTags), std::end(kHtmlTags), text) == std::end(kHtmlTags);
}

void StringTable::Add(absl::string_view text) {
  bytes_.append(text.data(), text.size());
  ends_.push_back(bytes_.size());
}

absl::StatusOr<Vocabulary> Vocabulary::Create(const VocabularyData& data) {
  Vocabulary vocabulary;
  RETURN_IF_ERROR(vocabulary.AddTokens(data));
  RETURN_IF_ERROR(vocabulary.AddSpecialIds(data));
  return vocabulary;
}

absl::StatusOr<VocabularyData> VocabularyFromGguf(const GgufFile& gguf) {
  VocabularyData data;
  data.source = gguf.path();
  ASSIGN_OR_RETURN(const std::vector<absl::string_view> texts,
                   gguf.GetStrings("tokenizer.ggml.tokens"));
  data.texts.reserve(texts.size());
  for (const absl::string_view text : texts) data.texts.emplace_back(text);
  ASSIGN_OR_RETURN(const std::vector<int32_t> kinds, gguf.GetInts("tokenizer.ggml.token_type"));
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] < 1 || kinds[i] > 6) {
      return absl::InvalidArgumentError(
          absl::StrCat(gguf.path(), ": token ", i, " has the unknown type ", kinds[i]));
    }
    data.kinds.push_back(static_cast<TokenKind>(kinds[i]));
  }
  std::optional<TokenId> eot, eom;
  const size_t tokens = texts.size();
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.bos_token_id", tokens, &data.bos));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.eos_token_id", tokens, &data.eos));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.unknown_token_id", tokens, &data.unknown));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.eot_token_id", tokens, &eot));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.eom_token_id", tokens, &eom));
  RETURN_IF_ERROR(ReadId(gguf, "tokenizer.ggml.padding_token_id", tokens, &data.pad));
  for (const std::optional<TokenId>& id : {eot, eom}) {
    if (id) data.ends.push_back(*id);
  }
  if (gguf.Has("tokenizer.ggml.add_bos_token")) {
    ASSIGN_OR_RETURN(data.add_bos, gguf.GetBool("tokenizer.ggml.add_bos_token"));
  }
  return data;
}

absl::Status Vocabulary::AddTokens(const VocabularyData& data) {
  const std::vector<std::string>& texts = data.texts;
  if (texts.empty() || texts.size() > static_cast<size_t>(kMaxVocabulary)) {
    return absl::InvalidArgumentError(absl::StrCat(data.source, ": vocabulary has ", texts.size(),
                                                   " tokens (want 1 to ", kMaxVocabulary, ")"));
  }
  if (data.kinds.size() != texts.size()) {
    return absl::InvalidArgumentError(absl::StrCat(data.source, ": the vocabulary has ",
                                                   texts.size(), " tokens but ", data.kinds.size(),
                                                   " token types"));
  }
  kinds_.reserve(texts.size());
  by_text_.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    TokenKind kind = data.kinds[i];
    // Some converters have left these as ordinary text; the end of the model's
    // turn would then never be noticed.
    if (kind == TokenKind::kNormal && absl::StartsWith(texts[i], "<|") && SpellsEnd(texts[i])) {
      kind = TokenKind::kControl;
    }
    texts_.Add(texts[i]);
    kinds_.push_back(kind);
    if (texts[i].empty()) continue;  // Gaps in the numbering; never produced.
    const auto [it, inserted] = by_text_.emplace(texts[i], static_cast<TokenId>(i));
    if (!inserted) {
      return absl::InvalidArgumentError(absl::StrCat(data.source, ": tokens ", it->second, " and ",
                                                     i, " are both \"", Snippet(texts[i]), "\""));
    }
  }
  return absl::OkStatus();
}

absl::Status Vocabulary::AddSpecialIds(const VocabularyData& data) {
  bos_ = data.bos;
  eos_ = data.eos;
  unknown_ = data.unknown;
  add_bos_ = data.add_bos;
  std::vector<TokenId> ends = data.ends;
  if (eos_) ends.push_back(*eos_);
  for (const std::optional<TokenId>& id : {bos_, eos_, unknown_, data.pad}) {
    if (!id || Contains(*id)) continue;
    return absl::InvalidArgumentError(absl::StrCat(data.source, ": a special token has the id ",
                                                   *id, ", but there are ", size(), " tokens"));
  }
  end_of_turn_.assign(kinds_.size(), false);
  for (const TokenId id : ends) {
    if (Contains(id)) end_of_turn_[static_cast<size_t>(id)] = true;
  }
  for (const absl::string_view spelling : kEndSpellings) {
    const std::optional<TokenId> id = Find(spelling);
    if (id && IsSpecial(*id)) end_of_turn_[static_cast<size_t>(*id)] = true;
  }
  pad_ = data.pad ? *data.pad : ChoosePad();
  return absl::OkStatus();
}

bool Vocabulary::IsTextToken(TokenId id) const {
  return kind(id) == TokenKind::kUserDefined && !ReadsAsMarkup(text(id));
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

}  // namespace quipu::inference
