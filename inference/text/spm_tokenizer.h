// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// SentencePiece's BPE, as in Llama 2 and Mistral: spaces are written "▁", the
// neighbours whose joined piece has the best score are merged first, and
// characters that the vocabulary lacks are spelled in bytes. See tokenizer.h.
#ifndef QUIPU_INFERENCE_TEXT_SPM_TOKENIZER_H_
#define QUIPU_INFERENCE_TEXT_SPM_TOKENIZER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
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

namespace quipu::inference {

// A SentencePiece tokenizer as files give it.
struct SpmData {
  VocabularyData vocabulary;
  TextRules rules;
  std::vector<float> scores;  // Of each token.
  bool add_space_prefix = true;
};

class SpmTokenizer final : public VocabularyTokenizer {
 public:
  // Reads scores and the rules for spaces (tokenizer.ggml.model "llama").
  // Returns INVALID_ARGUMENT for malformed metadata, UNIMPLEMENTED for
  // normalisation rules that Llama's vocabularies do not have.
  static absl::StatusOr<std::shared_ptr<const Tokenizer>> Create(const GgufFile& gguf);
  static absl::StatusOr<std::shared_ptr<const Tokenizer>> Create(SpmData data);

  ~SpmTokenizer() override;

  bool adds_bos() const override;
  Fingerprint fingerprint() const override { return fingerprint_; }
  std::string description() const override { return "spm/llama"; }

 protected:
  // A character with neither a piece nor byte pieces becomes the unknown token,
  // or nothing if there is no such token.
  void EncodeTo(absl::string_view text, bool fragment_start, std::vector<TokenId>* ids,
                std::vector<uint32_t>* begins) const override;
  bool adds_space() const override { return add_space_prefix_; }

 private:
  struct Symbol;
  struct Candidate;
  class Merger;
  // What one call of EncodeTo needs, used again by the next one.
  struct Worker;

  SpmTokenizer(Vocabulary vocabulary, SpmData* data);
  absl::Status AddPieces(const std::string& source);
  void EncodeWord(absl::string_view word, uint32_t offset, bool prefix,
                  std::vector<BpeMerges::Symbol>* tokens) const;
  std::unique_ptr<Worker> TakeWorker() const;
  void SpellOut(absl::string_view bytes, uint32_t begin,
                std::vector<BpeMerges::Symbol>* tokens) const;

  bool add_space_prefix_;
  std::vector<float> scores_;
  // Ordinary pieces only: text never becomes a control token.
  absl::flat_hash_map<std::string, TokenId> pieces_;
  size_t longest_piece_ = 0;              // In bytes.
  std::array<TokenId, 256> byte_tokens_;  // -1 where there is none.
  // No piece has a space behind something else: words may be merged one by one.
  bool cuts_before_spaces_ = true;
  Fingerprint fingerprint_;
  mutable absl::Mutex mutex_;
  mutable std::vector<std::unique_ptr<Worker>> workers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_SPM_TOKENIZER_H_
