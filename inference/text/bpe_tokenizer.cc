// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/bpe_tokenizer.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "inference/text/byte_alphabet.h"
#include "inference/text/byte_piece.h"
#include "inference/text/word_cache.h"

namespace quipu::inference {
namespace {

constexpr absl::string_view kSpace = "\xE2\x96\x81";  // "▁"
constexpr uint32_t kSpaceCodePoint = 0x2581;
// More idle ones than threads of a process are never needed.
constexpr size_t kMaxIdleWorkers = 64;

bool BeginsWithSpace(absl::string_view text) {
  return absl::StartsWith(text, " ") || absl::StartsWith(text, kSpace);
}

}  // namespace

struct BpeTokenizer::Worker {
  std::vector<BpeMerges::Symbol> symbols;
  BpeMerges::Scratch scratch;
  WordCache cache;
};

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary_in, BpeData* data)
    : VocabularyTokenizer(std::move(vocabulary_in), std::move(data->rules)),
      splitter_(std::move(data->splitter)),
      letters_(data->letters),
      ignore_merges_(data->ignore_merges || data->merges_by_id),
      marks_spaces_(data->marks_spaces),
      space_prefix_(data->space_prefix),
      prefix_only_if_missing_(data->prefix_only_if_missing),
      words_begin_at_spaces_(data->words_begin_at_spaces),
      byte_fallback_(data->byte_fallback),
      fuse_unknown_(data->fuse_unknown),
      default_add_bos_(data->default_add_bos),
      description_(std::move(data->description)) {
  AddBytesOfTokens();
  // Found as they are written, before or after spaces become "▁".
  FindTextTokens(/*as_bytes=*/false);
}

BpeTokenizer::~BpeTokenizer() = default;

void BpeTokenizer::AddBytesOfTokens() {
  const bool bytes = letters_ == Letters::kBytes;
  byte_tokens_.fill(-1);
  for (int byte = 0; bytes && byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const auto id = vocabulary().Find(ToByteAlphabet(absl::string_view(&c, 1)));
    if (id && !vocabulary().IsSpecial(*id)) byte_tokens_[static_cast<size_t>(byte)] = *id;
  }
  for (TokenId id = 0; id < vocabulary().size(); ++id) {
    const absl::string_view text = vocabulary().text(id);
    std::string spelled;
    if (vocabulary().IsTextToken(id)) {
      spelled = marks_spaces_ ? absl::StrReplaceAll(text, {{kSpace, " "}}) : std::string(text);
    } else if (vocabulary().IsSpecial(id)) {
      spelled = "";
    } else if (bytes) {
      spelled = FromByteAlphabet(text);
    } else if (vocabulary().kind(id) == TokenKind::kByte) {
      const int byte = ByteOfPiece(text);
      if (byte >= 0) byte_tokens_[static_cast<size_t>(byte)] = id;
      if (byte >= 0) spelled = std::string(1, static_cast<char>(byte));
    } else {
      size_t end = 0;
      if (!text.empty()) {
        const uint32_t first = NextCodePoint(text, &end);
        if (end == text.size()) character_tokens_.emplace(first, id);
      }
      spelled = marks_spaces_ ? absl::StrReplaceAll(text, {{kSpace, " "}}) : std::string(text);
    }
    AddTokenBytes(spelled);
    if (ignore_merges_ && !spelled.empty()) whole_words_.emplace(spelled, id);
  }
  const auto space = character_tokens_.find(kSpaceCodePoint);
  if (space != character_tokens_.end()) space_token_ = space->second;
}

absl::StatusOr<std::shared_ptr<const Tokenizer>> BpeTokenizer::Create(BpeData data) {
  ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::Create(data.vocabulary));
  std::shared_ptr<BpeTokenizer> tokenizer(new BpeTokenizer(std::move(vocabulary), &data));
  RETURN_IF_ERROR(tokenizer->AddMerges(data));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

bool BpeTokenizer::MergesKeepSpacesApart(const BpeData& data) const {
  return std::none_of(data.merges.begin(), data.merges.end(), [](const auto& merge) {
    return !absl::EndsWith(merge.first, kSpace) && absl::StartsWith(merge.second, kSpace);
  });
}

absl::Status BpeTokenizer::AddMerges(const BpeData& data) {
  FingerprintBuilder builder("tokenizer/bpe");
  splitter_.AddTo(&builder);
  builder.Add(uint64_t{adds_bos()});
  vocabulary().AddTo(&builder);
  merges_.Reserve(data.merges.size());
  for (size_t i = 0; i < data.merges.size(); ++i) {
    const absl::string_view left_text = data.merges[i].first;
    const absl::string_view right_text = data.merges[i].second;
    const auto malformed = [&](absl::string_view why) {
      return absl::InvalidArgumentError(absl::StrCat(data.vocabulary.source, ": merge ", i, " (\"",
                                                     Snippet(left_text), " ", Snippet(right_text),
                                                     "\") ", why));
    };
    const auto left = vocabulary().Find(left_text);
    const auto right = vocabulary().Find(right_text);
    const auto result = vocabulary().Find(absl::StrCat(left_text, right_text));
    if (!left || !right || !result) return malformed("has a token that is not in the vocabulary");
    if (!merges_.Add({*left, *right}, {static_cast<uint32_t>(i), *result})) {
      return malformed("is duplicated");
    }
    const uint64_t key =
        (static_cast<uint64_t>(static_cast<uint32_t>(*left)) << 32) | static_cast<uint32_t>(*right);
    builder.Add(key).Add(static_cast<uint64_t>(*result));
  }
  if (data.merges_by_id) AddMergesById();
  cuts_before_spaces_ = MergesKeepSpacesApart(data);
  AddRulesTo(&builder);
  if (data.merges_by_id) builder.Add("merges_by_id");
  if (letters_ == Letters::kCharacters) {
    for (const bool rule : {marks_spaces_, space_prefix_, prefix_only_if_missing_,
                            words_begin_at_spaces_, byte_fallback_, fuse_unknown_}) {
      builder.Add(uint64_t{rule});
    }
  }
  fingerprint_ = builder.Build();
  return absl::OkStatus();
}

void BpeTokenizer::AddMergesById() {
  for (TokenId id = 0; id < vocabulary().size(); ++id) {
    const absl::string_view bytes = TokenBytes(id);
    if (vocabulary().IsSpecial(id) || vocabulary().IsTextToken(id)) continue;
    for (size_t cut = 1; cut < bytes.size(); ++cut) {
      const auto left = whole_words_.find(bytes.substr(0, cut));
      const auto right = whole_words_.find(bytes.substr(cut));
      if (left == whole_words_.end() || right == whole_words_.end()) continue;
      merges_.Add({left->second, right->second}, {static_cast<uint32_t>(id), id});
    }
  }
}

bool BpeTokenizer::adds_bos() const {
  // Older files do not state it.
  return vocabulary().bos().has_value() && vocabulary().add_bos().value_or(default_add_bos_);
}

std::unique_ptr<BpeTokenizer::Worker> BpeTokenizer::TakeWorker() const {
  absl::MutexLock lock(&mutex_);
  if (workers_.empty()) return std::make_unique<Worker>();
  std::unique_ptr<Worker> worker = std::move(workers_.back());
  workers_.pop_back();
  return worker;
}

void BpeTokenizer::EncodeTo(absl::string_view text, bool fragment_start, std::vector<TokenId>* ids,
                            std::vector<uint32_t>* begins) const {
  if (text.empty()) return;
  std::unique_ptr<Worker> worker = TakeWorker();
  const Output out = {ids, begins};
  if (marks_spaces_) {
    const bool prefix =
        space_prefix_ && fragment_start && !(prefix_only_if_missing_ && BeginsWithSpace(text));
    EncodeMarked(text, prefix, worker.get(), out);
  } else {
    splitter_.Split(text, [&](size_t begin, size_t end) {
      EncodeWord(text.substr(begin, end - begin), static_cast<uint32_t>(begin), worker.get(), out);
    });
  }
  absl::MutexLock lock(&mutex_);
  if (workers_.size() < kMaxIdleWorkers) workers_.push_back(std::move(worker));
}

void BpeTokenizer::EncodeMarked(absl::string_view text, bool prefix, Worker* worker,
                                Output out) const {
  const auto cuts_at = [&](size_t at) {
    const bool space = text[at] == ' ';
    if (words_begin_at_spaces_) {
      return (space || absl::StartsWith(text.substr(at), kSpace)) && (at > 0 || prefix);
    }
    return cuts_before_spaces_ && space && at > 0 && text[at - 1] != ' ' &&
           !absl::EndsWith(text.substr(0, at), kSpace);
  };
  const auto encode = [&](size_t begin, size_t end, bool with_prefix) {
    const absl::string_view word = text.substr(begin, end - begin);
    if (!with_prefix) return EncodeWord(word, static_cast<uint32_t>(begin), worker, out);
    MergeWord(word, static_cast<uint32_t>(begin), /*prefix=*/true, worker);
    for (const BpeMerges::Symbol& symbol : worker->symbols) {
      out.ids->push_back(symbol.id);
      if (out.begins != nullptr) out.begins->push_back(symbol.begin);
    }
  };
  size_t begin = 0;
  bool first = true;
  for (size_t at = 0; at < text.size(); ++at) {
    if (!cuts_at(at)) continue;
    encode(begin, at, prefix && first);
    first = false;
    begin = at;
  }
  encode(begin, text.size(), prefix && first);
}

void BpeTokenizer::EncodeWord(absl::string_view word, uint32_t offset, Worker* worker,
                              Output out) const {
  if (const WordCache::Entry* known = worker->cache.Find(word)) {
    out.ids->insert(out.ids->end(), known->ids, known->ids + known->count);
    for (size_t i = 0; out.begins != nullptr && i < known->count; ++i) {
      out.begins->push_back(offset + known->begins[i]);
    }
    return;
  }
  MergeWord(word, offset, /*prefix=*/false, worker);
  worker->cache.Put(word, offset, worker->symbols);
  for (const BpeMerges::Symbol& symbol : worker->symbols) {
    out.ids->push_back(symbol.id);
    if (out.begins != nullptr) out.begins->push_back(symbol.begin);
  }
}

void BpeTokenizer::MergeWord(absl::string_view word, uint32_t offset, bool prefix,
                             Worker* worker) const {
  worker->symbols.clear();
  if (ignore_merges_ && !prefix) {
    const auto it = whole_words_.find(word);
    if (it != whole_words_.end()) {
      worker->symbols.push_back({it->second, offset});
      return;
    }
  }
  if (prefix) AddUnknown(kSpace, offset, worker);
  if (letters_ == Letters::kBytes) {
    AddBytes(word, offset, worker);
  } else {
    AddCharacters(word, offset, worker);
  }
  merges_.Run(&worker->symbols, &worker->scratch);
}

void BpeTokenizer::AddBytes(absl::string_view word, uint32_t offset, Worker* worker) const {
  for (size_t i = 0; i < word.size(); ++i) {
    const TokenId id = byte_tokens_[static_cast<uint8_t>(word[i])];
    if (id >= 0) worker->symbols.push_back({id, offset + static_cast<uint32_t>(i)});
  }
}

void BpeTokenizer::AddCharacters(absl::string_view word, uint32_t offset, Worker* worker) const {
  for (size_t at = 0; at < word.size();) {
    size_t end = at;
    const uint32_t code_point = NextCodePoint(word, &end);
    const auto begin = offset + static_cast<uint32_t>(at);
    const bool space = code_point == ' ' && marks_spaces_;
    const auto it = character_tokens_.find(space ? kSpaceCodePoint : code_point);
    if (it != character_tokens_.end()) {
      worker->symbols.push_back({it->second, begin});
    } else {
      AddUnknown(space ? kSpace : word.substr(at, end - at), begin, worker);
    }
    at = end;
  }
}

void BpeTokenizer::AddUnknown(absl::string_view character, uint32_t at, Worker* worker) const {
  if (character == kSpace && space_token_ >= 0) {
    worker->symbols.push_back({space_token_, at});
    return;
  }
  const bool spelled =
      byte_fallback_ && std::all_of(character.begin(), character.end(), [this](char c) {
        return byte_tokens_[static_cast<uint8_t>(c)] >= 0;
      });
  if (spelled) {
    for (const char c : character) {
      worker->symbols.push_back({byte_tokens_[static_cast<uint8_t>(c)], at});
    }
    return;
  }
  const std::optional<TokenId> unknown = vocabulary().unknown();
  if (!unknown) return;
  const bool fused =
      fuse_unknown_ && !worker->symbols.empty() && worker->symbols.back().id == *unknown;
  if (!fused) worker->symbols.push_back({*unknown, at});
}

}  // namespace quipu::inference
