// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// BPE: text is cut into words, a word into bytes (GPT-2, Llama 3, SmolLM, Qwen2) or
// characters (Llama 2's and Gemma's tokenizer.json), and neighbours are merged in the
// order of the merge list. See tokenizer.h.
//
//   ASSIGN_OR_RETURN(auto tokenizer, BpeTokenizer::Create(gguf));
//
// Thread-safe.
#ifndef QUIPU_INFERENCE_TEXT_BPE_TOKENIZER_H_
#define QUIPU_INFERENCE_TEXT_BPE_TOKENIZER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "inference/text/bpe_merges.h"
#include "inference/text/vocabulary.h"
#include "inference/text/vocabulary_tokenizer.h"
#include "inference/text/word_splitter.h"

namespace quipu::inference {

// A BPE tokenizer as files give it.
struct BpeData {
  VocabularyData vocabulary;
  TextRules rules;
  WordSplitter splitter;
  enum class Letters {
    kBytes,       // Tokens are written in GPT-2's alphabet of bytes.
    kCharacters,  // Tokens are text; spaces may be written "▁".
  };
  Letters letters = Letters::kBytes;
  // In order of rank; each a pair of tokens' texts.
  std::vector<std::pair<std::string, std::string>> merges;
  // tiktoken's: no list; any two neighbours whose bytes together are a token are merged,
  // the lowest id first. `merges` is not used.
  bool merges_by_id = false;
  // A whole word of the vocabulary becomes that token, whatever the merges.
  bool ignore_merges = false;

  // For kCharacters. Spaces are written "▁".
  bool marks_spaces = false;
  // A "▁" before each fragment (see Tokenizer::Encode); unless it begins with one, if
  // `prefix_only_if_missing`.
  bool space_prefix = false;
  bool prefix_only_if_missing = false;
  // Each "▁" begins a word.
  bool words_begin_at_spaces = false;
  // Characters without a token are spelled in bytes; else they are the unknown token, one
  // for neighbours together if `fuse_unknown`.
  bool byte_fallback = false;
  bool fuse_unknown = false;

  // Whether BOS is added where vocabulary.add_bos does not say.
  bool default_add_bos = false;
  std::string description;
};

class BpeTokenizer final : public VocabularyTokenizer {
 public:
  // Reads merges and pre-tokeniser (tokenizer.ggml.model "gpt2"). Returns
  // INVALID_ARGUMENT for malformed merges, UNIMPLEMENTED for an unknown
  // pre-tokeniser.
  static absl::StatusOr<std::shared_ptr<const Tokenizer>> Create(const GgufFile& gguf);
  static absl::StatusOr<std::shared_ptr<const Tokenizer>> Create(BpeData data);
  ~BpeTokenizer() override;

  bool adds_bos() const override;
  Fingerprint fingerprint() const override { return fingerprint_; }
  std::string description() const override { return description_; }

 protected:
  // Of bytes, drops those without a token before merging, as the publishers' tokenisers
  // do (SmolLM's vocabulary lacks some control characters and bytes that begin
  // no assigned character).
  void EncodeTo(absl::string_view text, bool fragment_start, std::vector<TokenId>* ids,
                std::vector<uint32_t>* begins) const override;
  bool adds_space() const override { return space_prefix_; }

 private:
  using Letters = BpeData::Letters;
  // What one call of EncodeTo needs, used again by the next one.
  struct Worker;
  struct Output {
    std::vector<TokenId>* ids;
    std::vector<uint32_t>* begins;
  };

  BpeTokenizer(Vocabulary vocabulary, BpeData* data);
  void AddBytesOfTokens();
  absl::Status AddMerges(const BpeData& data);
  void AddMergesById();
  // Whether no merge joins a "▁" to something in front of it.
  bool MergesKeepSpacesApart(const BpeData& data) const;

  void EncodeWord(absl::string_view word, uint32_t offset, Worker* worker, Output out) const;
  void EncodeMarked(absl::string_view text, bool prefix, Worker* worker, Output out) const;
  void MergeWord(absl::string_view word, uint32_t offset, bool prefix, Worker* worker) const;
  void AddBytes(absl::string_view word, uint32_t offset, Worker* worker) const;
  void AddCharacters(absl::string_view word, uint32_t offset, Worker* worker) const;
  void AddUnknown(absl::string_view character, uint32_t at, Worker* worker) const;
  std::unique_ptr<Worker> TakeWorker() const;

  WordSplitter splitter_;
  Letters letters_;
  bool ignore_merges_;
  bool marks_spaces_;
  bool space_prefix_;
  bool prefix_only_if_missing_;
  bool words_begin_at_spaces_;
  bool cuts_before_spaces_ = false;  // Exact, and faster.
  bool byte_fallback_;
  bool fuse_unknown_;
  bool default_add_bos_;
  std::string description_;
  std::array<TokenId, 256> byte_tokens_;  // -1 where there is none.
  absl::flat_hash_map<uint32_t, TokenId> character_tokens_;
  TokenId space_token_ = -1;  // "▁".
  BpeMerges merges_;
  absl::flat_hash_map<std::string, TokenId> whole_words_;
  Fingerprint fingerprint_;
  mutable absl::Mutex mutex_;
  mutable std::vector<std::unique_ptr<Worker>> workers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_BPE_TOKENIZER_H_
