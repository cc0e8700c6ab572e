// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Vocabularies that list the bytes of each token by rank and have no merges: tiktoken's
// files (Llama 3's and 4's tokenizer.model, qwen.tiktoken) and Mistral's tekken.json.
//
//   ASSIGN_OR_RETURN(auto tokenizer, TokenizerFromTekken("m/tekken.json", config));
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_TEXT_HF_RANK_VOCABULARIES_H_
#define QUIPU_INFERENCE_TEXT_HF_RANK_VOCABULARIES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/hf/model_config.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// Whether a file begins as tiktoken's do: base64, a space, a number.
bool LooksLikeTiktoken(absl::string_view bytes);

// tiktoken's file says neither how words are cut nor which special tokens there are: a
// known number of tokens does. Returns UNIMPLEMENTED for other numbers.
absl::StatusOr<std::shared_ptr<const Tokenizer>> TokenizerFromTiktoken(const std::string& path,
                                                                       const ModelConfig& config);

absl::StatusOr<std::shared_ptr<const Tokenizer>> TokenizerFromTekken(const std::string& path,
                                                                     const ModelConfig& config);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_HF_RANK_VOCABULARIES_H_
