// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Byte-level BPE, as in GPT-2, Llama 3, SmolLM and Qwen2: a pre-tokeniser cuts
// words, bytes are written as printable characters, and neighbours are merged
// in the order of the merge list. See tokenizer.h.
#ifndef QUIPU_INFERENCE_TEXT_BPE_TOKENIZER_H_
#define QUIPU_INFERENCE_TEXT_BPE_TOKENIZER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/pretokenizer.h"
#include "inference/text/vocabulary.h"

namespace quipu::inference {

class BpeTokenizer final : public VocabularyTokenizer {
 public:
  // Reads merges and pre-tokeniser (tokenizer.ggml.model "gpt2"). Returns
  // INVALID_ARGUMENT for malformed merges, UNIMPLEMENTED for an unknown
  // pre-tokeniser.
  static absl::StatusOr<std::shared_ptr<const Tokenizer>> Create(const GgufFile& gguf);

  bool adds_bos() const override;
  Fingerprint fingerprint() const override { return fingerprint_; }
  std::string description() const override;

 protected:
  // Drops bytes without a token before merging, as the publishers' tokenisers
  // do (SmolLM's vocabulary lacks some control characters and bytes that begin
  // no assigned character).
  void EncodeTo(absl::string_view text, bool fragment_start, std::vector<TokenId>* ids,
                std::vector<uint32_t>* begins) const override;
  bool adds_space() const override { return false; }

 private:
  struct Merge {
    uint32_t rank;
    TokenId result;
  };
  struct Symbol;
  struct Candidate;
  struct Scratch;

  BpeTokenizer(Vocabulary vocabulary, PreTokenizer pre_tokenizer);
  absl::Status ReadMerges(const GgufFile& gguf);
  void EncodeWord(absl::string_view word, uint32_t offset, Scratch* scratch,
                  std::vector<TokenId>* ids, std::vector<uint32_t>* begins) const;
  const Merge* FindMerge(TokenId left, TokenId right) const;
  void PushCandidate(uint32_t left, Scratch* scratch) const;
  void MergeAll(Scratch* scratch) const;

  PreTokenizer pre_tokenizer_;
  // A whole word of the vocabulary becomes that token, whatever the merges.
  bool ignore_merges_;
  std::array<TokenId, 256> byte_tokens_;  // -1 where there is none.
  absl::flat_hash_map<uint64_t, Merge> merges_;
  absl::flat_hash_map<std::string, TokenId> whole_words_;
  Fingerprint fingerprint_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_BPE_TOKENIZER_H_
