// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/bpe_tokenizer.h"

#include <algorithm>
#include <queue>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace quipu::inference {
namespace {

constexpr uint32_t kNone = 0xFFFFFFFFu;

// Models whose vocabularies were made by tiktoken map a word that is a token to
// that token, whatever the merges, and begin every text with BOS.
bool IsTiktoken(PreTokenizer kind) {
  return kind == PreTokenizer::kLlama3 || kind == PreTokenizer::kTekken;
}

// GPT-2 writes a byte that is a printable Latin-1 character as that character,
// and the other 68, in order, from U+0100 on.
struct ByteAlphabet {
  std::array<std::string, 256> characters;
  std::array<int, 324> bytes;  // By code point; -1 where there is none.

  ByteAlphabet() {
    bytes.fill(-1);
    uint32_t next = 256;
    for (uint32_t byte = 0; byte < 256; ++byte) {
      const bool printable =
          (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
      const uint32_t code_point = printable ? byte : next++;
      AppendUtf8(code_point, &characters[byte]);
      bytes[code_point] = static_cast<int>(byte);
    }
  }

  // The bytes that a token's text represents; the text itself if it is not
  // written in this alphabet.
  std::string Decode(absl::string_view text) const {
    std::string out;
    for (size_t at = 0; at < text.size();) {
      const uint32_t code_point = NextCodePoint(text, &at);
      if (code_point >= bytes.size() || bytes[code_point] < 0) return std::string(text);
      out.push_back(static_cast<char>(bytes[code_point]));
    }
    return out;
  }
};

uint64_t PairKey(TokenId left, TokenId right) {
  return (static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32) | static_cast<uint32_t>(right);
}

// The pre-tokeniser that the file names. Older files name none, or "default". A
// guess would silently give wrong tokens, except if the vocabulary leaves no
// doubt.
absl::StatusOr<PreTokenizer> ReadPreTokenizer(const GgufFile& gguf, const Vocabulary& vocabulary) {
  std::string name = "default";
  if (gguf.Has("tokenizer.ggml.pre")) {
    ASSIGN_OR_RETURN(name, gguf.GetString("tokenizer.ggml.pre"));
  }
  if (name == "default") {
    const auto architecture = gguf.GetString("general.architecture");
    if (architecture.ok() && (*architecture == "qwen2" || *architecture == "qwen3")) {
      return PreTokenizer::kQwen2;
    }
    if (vocabulary.Find("<|begin_of_text|>") && vocabulary.Find("<|start_header_id|>")) {
      return PreTokenizer::kLlama3;
    }
    return absl::UnimplementedError(
        absl::StrCat(gguf.path(),
                     ": tokenizer.ggml.pre is missing or \"default\", so how "
                     "this model cuts words is unknown; convert it again with a "
                     "newer converter"));
  }
  auto kind = PreTokenizerFromName(name);
  if (!kind.ok()) return Annotate(kind.status(), gguf.path());
  return kind;
}

}  // namespace

// A piece of a word during merging, in a list through `previous` and `next`.
// Pieces that were merged away have the id -1.
struct BpeTokenizer::Symbol {
  TokenId id;
  uint32_t begin;
  uint32_t previous;
  uint32_t next;
};

// A merge that was possible when found; still is if both ids are unchanged.
struct BpeTokenizer::Candidate {
  uint32_t rank;
  uint32_t left;
  TokenId left_id;
  TokenId right_id;
  TokenId result;

  // The heap yields the lowest rank first, the leftmost among equals.
  friend bool operator<(const Candidate& a, const Candidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
  }
};

struct BpeTokenizer::Scratch {
  std::vector<Symbol> symbols;
  std::vector<Candidate> heap;
};

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary_in, PreTokenizer pre_tokenizer)
    : VocabularyTokenizer(std::move(vocabulary_in)),
      pre_tokenizer_(pre_tokenizer),
      ignore_merges_(IsTiktoken(pre_tokenizer)) {
  const ByteAlphabet alphabet;
  for (int byte = 0; byte < 256; ++byte) {
    const auto id = vocabulary().Find(alphabet.characters[static_cast<size_t>(byte)]);
    byte_tokens_[static_cast<size_t>(byte)] = id && !vocabulary().IsSpecial(*id) ? *id : -1;
  }
  for (TokenId id = 0; id < vocabulary().size(); ++id) {
    const std::string bytes =
        vocabulary().IsSpecial(id) ? "" : alphabet.Decode(vocabulary().text(id));
    AddTokenBytes(bytes);
    if (ignore_merges_ && !bytes.empty()) whole_words_.emplace(bytes, id);
  }
}

absl::StatusOr<std::shared_ptr<const Tokenizer>> BpeTokenizer::Create(const GgufFile& gguf) {
  ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::FromGguf(gguf));
  ASSIGN_OR_RETURN(const PreTokenizer pre_tokenizer, ReadPreTokenizer(gguf, vocabulary));
  std::shared_ptr<BpeTokenizer> tokenizer(new BpeTokenizer(std::move(vocabulary), pre_tokenizer));
  RETURN_IF_ERROR(tokenizer->ReadMerges(gguf));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

absl::Status BpeTokenizer::ReadMerges(const GgufFile& gguf) {
  ASSIGN_OR_RETURN(const std::vector<absl::string_view> lines,
                   gguf.GetStrings("tokenizer.ggml.merges"));
  FingerprintBuilder builder("tokenizer/bpe");
  builder.Add(PreTokenizerName(pre_tokenizer_)).Add(uint64_t{adds_bos()});
  vocabulary().AddTo(&builder);
  merges_.reserve(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto malformed = [&](absl::string_view why) {
      return absl::InvalidArgumentError(
          absl::StrCat(gguf.path(), ": merge ", i, " (\"", Snippet(lines[i]), "\") ", why));
    };
    const size_t space = lines[i].find(' ', 1);
    if (space == absl::string_view::npos) return malformed("is not two tokens");
    const absl::string_view left_text = lines[i].substr(0, space);
    const absl::string_view right_text = lines[i].substr(space + 1);
    const auto left = vocabulary().Find(left_text);
    const auto right = vocabulary().Find(right_text);
    const auto result = vocabulary().Find(absl::StrCat(left_text, right_text));
    if (!left || !right || !result) return malformed("has a token that is not in the vocabulary");
    const uint64_t key = PairKey(*left, *right);
    if (!merges_.emplace(key, Merge{static_cast<uint32_t>(i), *result}).second) {
      return malformed("is duplicated");
    }
    builder.Add(key).Add(static_cast<uint64_t>(*result));
  }
  fingerprint_ = builder.Build();
  return absl::OkStatus();
}

bool BpeTokenizer::adds_bos() const {
  // Older files do not state it.
  return vocabulary().bos().has_value() &&
         vocabulary().add_bos().value_or(IsTiktoken(pre_tokenizer_));
}

std::string BpeTokenizer::description() const {
  return absl::StrCat("bpe/", PreTokenizerName(pre_tokenizer_));
}

void BpeTokenizer::EncodeTo(absl::string_view text, bool /*fragment_start*/,
                            std::vector<TokenId>* ids, std::vector<uint32_t>* begins) const {
  Scratch scratch;
  SplitWords(pre_tokenizer_, text, [&](size_t begin, size_t end) {
    EncodeWord(text.substr(begin, end - begin), static_cast<uint32_t>(begin), &scratch, ids,
               begins);
  });
}

void BpeTokenizer::EncodeWord(absl::string_view word, uint32_t offset, Scratch* scratch,
                              std::vector<TokenId>* ids, std::vector<uint32_t>* begins) const {
  if (ignore_merges_) {
    const auto it = whole_words_.find(word);
    if (it != whole_words_.end()) {
      ids->push_back(it->second);
      if (begins != nullptr) begins->push_back(offset);
      return;
    }
  }
  std::vector<Symbol>& symbols = scratch->symbols;
  symbols.clear();
  for (size_t i = 0; i < word.size(); ++i) {
    const TokenId id = byte_tokens_[static_cast<uint8_t>(word[i])];
    if (id < 0) continue;
    const auto at = static_cast<uint32_t>(symbols.size());
    symbols.push_back({id, offset + static_cast<uint32_t>(i), at == 0 ? kNone : at - 1, at + 1});
  }
  if (symbols.empty()) return;
  symbols.back().next = kNone;
  MergeAll(scratch);
  for (uint32_t i = 0; i != kNone; i = symbols[i].next) {
    ids->push_back(symbols[i].id);
    if (begins != nullptr) begins->push_back(symbols[i].begin);
  }
}

const BpeTokenizer::Merge* BpeTokenizer::FindMerge(TokenId left, TokenId right) const {
  const auto it = merges_.find(PairKey(left, right));
  return it == merges_.end() ? nullptr : &it->second;
}

void BpeTokenizer::PushCandidate(uint32_t left, Scratch* scratch) const {
  const Symbol& symbol = scratch->symbols[left];
  if (symbol.next == kNone) return;
  const TokenId right_id = scratch->symbols[symbol.next].id;
  const Merge* merge = FindMerge(symbol.id, right_id);
  if (merge == nullptr) return;
  scratch->heap.push_back({merge->rank, left, symbol.id, right_id, merge->result});
  std::push_heap(scratch->heap.begin(), scratch->heap.end());
}

void BpeTokenizer::MergeAll(Scratch* scratch) const {
  std::vector<Symbol>& symbols = scratch->symbols;
  std::vector<Candidate>& heap = scratch->heap;
  heap.clear();
  for (uint32_t i = 0; i < symbols.size(); ++i) PushCandidate(i, scratch);
  while (!heap.empty()) {
    const Candidate candidate = heap.front();
    std::pop_heap(heap.begin(), heap.end());
    heap.pop_back();
    Symbol& left = symbols[candidate.left];
    if (left.id != candidate.left_id || left.next == kNone) continue;
    Symbol& right = symbols[left.next];
    if (right.id != candidate.right_id) continue;
    left.id = candidate.result;
    right.id = -1;
    left.next = right.next;
    if (left.next != kNone) symbols[left.next].previous = candidate.left;
    if (left.previous != kNone) PushCandidate(left.previous, scratch);
    PushCandidate(candidate.left, scratch);
  }
}

}  // namespace quipu::inference
