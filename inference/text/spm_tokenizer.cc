// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/spm_tokenizer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "inference/text/byte_piece.h"
#include "inference/text/word_cache.h"

namespace quipu::inference {
namespace {

constexpr absl::string_view kSpace = "\xE2\x96\x81";  // "▁"
constexpr uint32_t kNone = 0xFFFFFFFFu;

// More idle ones than threads of a process are never needed.
constexpr size_t kMaxIdleWorkers = 64;

// Whether a "▁" follows something else.
bool HasSpaceInside(absl::string_view piece) {
  while (absl::ConsumePrefix(&piece, kSpace)) {
  }
  for (size_t at = piece.find(kSpace); at != absl::string_view::npos;
       at = piece.find(kSpace, at + kSpace.size())) {
    if (!absl::EndsWith(piece.substr(0, at), kSpace)) return true;
  }
  return false;
}

uint32_t BitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

}  // namespace

// A piece of the text during merging, in a list through `previous` and `next`.
// Pieces that were merged away have no bytes.
struct SpmTokenizer::Symbol {
  uint32_t at;     // In the escaped text.
  uint32_t size;   // In bytes of it.
  uint32_t begin;  // In the original text.
  uint32_t previous;
  uint32_t next;
};

// A merge that was possible when found; still is if left and right together
// have as many bytes as then.
struct SpmTokenizer::Candidate {
  float score;
  uint32_t left;
  uint32_t right;
  uint32_t size;

  // The heap yields the best score first, the leftmost among equals.
  friend bool operator<(const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score < b.score : a.left > b.left;
  }
};

// Merges one text.
class SpmTokenizer::Merger {
 public:
  Merger(const SpmTokenizer& tokenizer, absl::string_view text, bool add_space)
      : tokenizer_(tokenizer) {
    escaped_.reserve(text.size() + text.size() / 2 + 3);
    symbols_.reserve(text.size() + 1);
    if (add_space) AddSymbol(kSpace, 0);
    for (size_t at = 0; at < text.size();) {
      size_t end = at;
      NextCodePoint(text, &end);
      const absl::string_view character = text.substr(at, end - at);
      AddSymbol(character == " " ? kSpace : character, static_cast<uint32_t>(at));
      at = end;
    }
    if (!symbols_.empty()) symbols_.back().next = kNone;
  }

  void Run() {
    for (uint32_t i = 0; i < symbols_.size(); ++i) Push(i);
    while (!heap_.empty()) {
      const Candidate candidate = heap_.front();
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.pop_back();
      Symbol& left = symbols_[candidate.left];
      Symbol& right = symbols_[candidate.right];
      if (left.size == 0 || right.size == 0 || left.size + right.size != candidate.size) continue;
      left.size = candidate.size;
      right.size = 0;
      left.next = right.next;
      if (left.next != kNone) symbols_[left.next].previous = candidate.left;
      if (left.previous != kNone) Push(left.previous);
      Push(candidate.left);
    }
  }

  const std::vector<Symbol>& symbols() const { return symbols_; }
  absl::string_view TextOf(const Symbol& symbol) const {
    return absl::string_view(escaped_).substr(symbol.at, symbol.size);
  }

 private:
  void AddSymbol(absl::string_view escaped, uint32_t begin) {
    const auto index = static_cast<uint32_t>(symbols_.size());
    symbols_.push_back({static_cast<uint32_t>(escaped_.size()),
                        static_cast<uint32_t>(escaped.size()), begin,
                        index == 0 ? kNone : index - 1, index + 1});
    escaped_.append(escaped.data(), escaped.size());
  }

  void Push(uint32_t left_index) {
    const Symbol& left = symbols_[left_index];
    if (left.next == kNone) return;
    const uint32_t size = left.size + symbols_[left.next].size;
    if (size > tokenizer_.longest_piece_) return;
    const auto it = tokenizer_.pieces_.find(absl::string_view(escaped_).substr(left.at, size));
    if (it == tokenizer_.pieces_.end()) return;
    const float score = tokenizer_.scores_[static_cast<size_t>(it->second)];
    heap_.push_back({score, left_index, left.next, size});
    std::push_heap(heap_.begin(), heap_.end());
  }

  const SpmTokenizer& tokenizer_;
  std::string escaped_;
  std::vector<Symbol> symbols_;
  std::vector<Candidate> heap_;
};

struct SpmTokenizer::Worker {
  std::vector<BpeMerges::Symbol> tokens;
  WordCache cache;
};

SpmTokenizer::SpmTokenizer(Vocabulary vocabulary, SpmData* data)
    : VocabularyTokenizer(std::move(vocabulary), std::move(data->rules)),
      add_space_prefix_(data->add_space_prefix),
      scores_(std::move(data->scores)) {}

SpmTokenizer::~SpmTokenizer() = default;

absl::StatusOr<std::shared_ptr<const Tokenizer>> SpmTokenizer::Create(const GgufFile& gguf) {
  SpmData data;
  ASSIGN_OR_RETURN(data.vocabulary, VocabularyFromGguf(gguf));
  if (gguf.Has("tokenizer.ggml.add_space_prefix")) {
    ASSIGN_OR_RETURN(data.add_space_prefix, gguf.GetBool("tokenizer.ggml.add_space_prefix"));
  }
  if (gguf.Has("tokenizer.ggml.remove_extra_whitespaces")) {
    ASSIGN_OR_RETURN(const bool removes, gguf.GetBool("tokenizer.ggml.remove_extra_whitespaces"));
    if (removes) {
      return absl::UnimplementedError(
          absl::StrCat(gguf.path(), ": tokenizer.ggml.remove_extra_whitespaces is not supported"));
    }
  }
  if (gguf.Has("tokenizer.ggml.precompiled_charsmap")) {
    return absl::UnimplementedError(
        absl::StrCat(gguf.path(), ": tokenizer.ggml.precompiled_charsmap is not supported"));
  }
  ASSIGN_OR_RETURN(data.scores, gguf.GetFloats("tokenizer.ggml.scores"));
  return Create(std::move(data));
}

absl::StatusOr<std::shared_ptr<const Tokenizer>> SpmTokenizer::Create(SpmData data) {
  ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::Create(data.vocabulary));
  std::shared_ptr<SpmTokenizer> tokenizer(new SpmTokenizer(std::move(vocabulary), &data));
  RETURN_IF_ERROR(tokenizer->AddPieces(data.vocabulary.source));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

absl::Status SpmTokenizer::AddPieces(const std::string& source) {
  if (scores_.size() != static_cast<size_t>(vocabulary().size())) {
    return absl::InvalidArgumentError(absl::StrCat(source, ": the vocabulary has ",
                                                   vocabulary().size(), " tokens but ",
                                                   scores_.size(), " scores"));
  }
  FingerprintBuilder builder("tokenizer/spm");
  builder.Add(uint64_t{add_space_prefix_}).Add(uint64_t{adds_bos()});
  vocabulary().AddTo(&builder);
  byte_tokens_.fill(-1);
  for (TokenId id = 0; id < vocabulary().size(); ++id) {
    const absl::string_view text = vocabulary().text(id);
    const float score = scores_[static_cast<size_t>(id)];
    if (std::isnan(score)) {
      return absl::InvalidArgumentError(
          absl::StrCat(source, ": the score of token ", id, " is not a number"));
    }
    builder.Add(uint64_t{BitsOf(score)});
    if (vocabulary().kind(id) == TokenKind::kByte) {
      const int byte = ByteOfPiece(text);
      if (byte < 0) {
        return absl::InvalidArgumentError(absl::StrCat(
            source, ": token ", id, " is of type byte but its text is \"", Snippet(text), "\""));
      }
      byte_tokens_[static_cast<size_t>(byte)] = id;
      AddTokenBytes(std::string(1, static_cast<char>(byte)));
    } else if (vocabulary().IsSpecial(id)) {
      AddTokenBytes("");
    } else {
      AddTokenBytes(absl::StrReplaceAll(text, {{kSpace, " "}}));
      if (text.empty() || vocabulary().IsTextToken(id)) continue;
      pieces_.emplace(std::string(text), id);
      cuts_before_spaces_ = cuts_before_spaces_ && !HasSpaceInside(text);
      longest_piece_ = std::max(longest_piece_, text.size());
    }
  }
  FindTextTokens(/*as_bytes=*/true);
  AddRulesTo(&builder);
  fingerprint_ = builder.Build();
  return absl::OkStatus();
}

bool SpmTokenizer::adds_bos() const {
  return vocabulary().bos().has_value() && vocabulary().add_bos().value_or(true);
}

std::unique_ptr<SpmTokenizer::Worker> SpmTokenizer::TakeWorker() const {
  absl::MutexLock lock(&mutex_);
  if (workers_.empty()) return std::make_unique<Worker>();
  std::unique_ptr<Worker> worker = std::move(workers_.back());
  workers_.pop_back();
  return worker;
}

void SpmTokenizer::EncodeTo(absl::string_view text, bool fragment_start, std::vector<TokenId>* ids,
                            std::vector<uint32_t>* begins) const {
  if (text.empty()) return;
  std::unique_ptr<Worker> worker = TakeWorker();
  std::vector<BpeMerges::Symbol>& tokens = worker->tokens;
  const bool prefix = fragment_start && add_space_prefix_;
  for (size_t at = 0; at < text.size();) {
    size_t end = cuts_before_spaces_ ? at + 1 : text.size();
    while (end < text.size() && (text[end] != ' ' || text[end - 1] == ' ' ||
                                 absl::EndsWith(text.substr(0, end), kSpace))) {
      ++end;
    }
    const absl::string_view word = text.substr(at, end - at);
    const auto offset = static_cast<uint32_t>(at);
    const bool with_prefix = prefix && at == 0;
    tokens.clear();
    const WordCache::Entry* const known = with_prefix ? nullptr : worker->cache.Find(word);
    for (size_t i = 0; known != nullptr && i < known->count; ++i) {
      tokens.push_back({known->ids[i], offset + known->begins[i]});
    }
    if (known == nullptr) {
      EncodeWord(word, offset, with_prefix, &tokens);
      if (!with_prefix) worker->cache.Put(word, offset, tokens);
    }
    for (const BpeMerges::Symbol& token : tokens) {
      ids->push_back(token.id);
      if (begins != nullptr) begins->push_back(token.begin);
    }
    at = end;
  }
  absl::MutexLock lock(&mutex_);
  if (workers_.size() < kMaxIdleWorkers) workers_.push_back(std::move(worker));
}

void SpmTokenizer::EncodeWord(absl::string_view word, uint32_t offset, bool prefix,
                              std::vector<BpeMerges::Symbol>* tokens) const {
  Merger merger(*this, word, prefix);
  merger.Run();
  for (uint32_t i = 0; i != kNone; i = merger.symbols()[i].next) {
    const Symbol& symbol = merger.symbols()[i];
    const absl::string_view piece = merger.TextOf(symbol);
    const auto it = pieces_.find(piece);
    if (it == pieces_.end()) {
      SpellOut(piece == kSpace ? " " : piece, offset + symbol.begin, tokens);
    } else {
      tokens->push_back({it->second, offset + symbol.begin});
    }
  }
}

void SpmTokenizer::SpellOut(absl::string_view bytes, uint32_t begin,
                            std::vector<BpeMerges::Symbol>* tokens) const {
  const bool can_spell = std::all_of(bytes.begin(), bytes.end(), [this](char c) {
    return byte_tokens_[static_cast<uint8_t>(c)] >= 0;
  });
  if (!can_spell) {
    if (vocabulary().unknown()) tokens->push_back({*vocabulary().unknown(), begin});
    return;
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    tokens->push_back(
        {byte_tokens_[static_cast<uint8_t>(bytes[i])], begin + static_cast<uint32_t>(i)});
  }
}

}  // namespace quipu::inference
