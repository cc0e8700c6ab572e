// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the small files of a Hugging Face directory say of its tokenizer and templates:
// tokenizer_config.json, special_tokens_map.json, generation_config.json, config.json,
// added_tokens.json, chat_template.jinja and chat_template.json.
//
//   ASSIGN_OR_RETURN(const ModelConfig config, ReadModelConfig("models/qwen"));
//   RETURN_IF_ERROR(AddSpecialTokens(config, &vocabulary, &rules));
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_TEXT_HF_MODEL_CONFIG_H_
#define QUIPU_INFERENCE_TEXT_HF_MODEL_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/hf/json_file.h"
#include "inference/text/token_id.h"
#include "inference/text/vocabulary.h"
#include "inference/text/vocabulary_tokenizer.h"

namespace quipu::inference {

// A token that is found in texts before the tokenizer sees them.
struct AddedToken {
  TokenId id = -1;
  std::string content;
  bool special = false;
  bool single_word = false;
  bool lstrip = false;
  bool rstrip = false;
  bool normalized = false;
};

struct ModelConfig {
  std::string directory;
  std::optional<std::string> bos;
  std::optional<std::string> eos;
  std::optional<std::string> pad;
  std::optional<std::string> unknown;
  std::optional<bool> add_bos;
  // Of config.json and generation_config.json: all that end a text.
  std::vector<TokenId> eos_ids;
  // Of config.json.
  std::string model_type;
  int64_t context_tokens = 0;
  // Rows of the model's embedding.
  int64_t vocab_size = 0;
  std::vector<AddedToken> added_tokens;
  // Name and Jinja source; the model's own is called "default".
  std::vector<std::pair<std::string, std::string>> chat_templates;
};

// Files that are not there are passed over.
absl::StatusOr<ModelConfig> ReadModelConfig(const std::string& directory);

// An entry of added_tokens or added_tokens_decoder.
absl::StatusOr<AddedToken> ReadAddedToken(const JsonFile& file, const JsonFile::Object& entry,
                                          std::optional<TokenId> id);

// Adds the tokens to a vocabulary, or changes their kinds. UNIMPLEMENTED for a rule that
// quipu does not have.
absl::Status AddTokens(const std::vector<AddedToken>& tokens, VocabularyData* vocabulary,
                       TextRules* rules);

// Sets the special ids, and fits the vocabulary to the rows of the embedding: fills it up, or drops
// control and unused tokens behind them. INVALID_ARGUMENT if a named token is not in the vocabulary.
absl::Status AddSpecialTokens(const ModelConfig& config, VocabularyData* vocabulary,
                              TextRules* rules);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_HF_MODEL_CONFIG_H_
