// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// SentencePiece's model files (tokenizer.model of Llama 2, Mistral, Gemma): BPE without
// normalisation.
//
//   ASSIGN_OR_RETURN(auto tokenizer,
//                    TokenizerFromSentencePiece("m/tokenizer.model", config));
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_TEXT_HF_SENTENCEPIECE_FILE_H_
#define QUIPU_INFERENCE_TEXT_HF_SENTENCEPIECE_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "inference/text/hf/model_config.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// Returns INVALID_ARGUMENT for what is no such file; UNIMPLEMENTED, naming it, for
// another kind of model or a normalisation.
absl::StatusOr<std::shared_ptr<const Tokenizer>> TokenizerFromSentencePiece(
    const std::string& path, const ModelConfig& config);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_HF_SENTENCEPIECE_FILE_H_
