// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How byte-level BPE models cut text into words before merging: each family's
// regular expression as a hand-written scanner (RE2 has no look-ahead, and this
// is faster). Character classes by ICU.
//
//   SplitWords(*PreTokenizerFromName("qwen2"), text,
//              [&](size_t begin, size_t end) { Use(begin, end); });
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_TEXT_PRETOKENIZER_H_
#define QUIPU_INFERENCE_TEXT_PRETOKENIZER_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

enum class PreTokenizer {
  // 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  kGpt2,
  // Each \p{N} alone, then the pieces in between as with kGpt2.
  kSmolLm,
  // (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
  //  ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
  kLlama3,
  // The same with \p{N} for \p{N}{1,3}.
  kQwen2,
  // Mistral's, with words cut where capitals begin:
  // [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|
  // [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|
  // \p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
  kTekken,
  // The same, with \p{N}{1,3}, and with (?i:'s|'t|'re|'ve|'m|'ll|'d)? after a word.
  kO200k,
  // The last expression of DeepSeek V2 and V3; what it does not match is a word too:
  // [!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|
  //  ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
  kDeepSeek,
};

// From tokenizer.ggml.pre: "gpt-2", "smollm", "llama-bpe", "qwen2", "tekken",
// "gpt-4o", "deepseek-v3" and their other names. UNIMPLEMENTED, naming it, for any other.
absl::StatusOr<PreTokenizer> PreTokenizerFromName(absl::string_view name);

// "gpt-2", "smollm", "llama-bpe", "qwen2", "tekken", "gpt-4o" or "deepseek-v3".
absl::string_view PreTokenizerName(PreTokenizer kind);

// Calls `word` with the bounds of each word in order; together the words are
// the whole text. Invalid UTF-8 bytes count as characters that are neither
// letters nor numbers nor spaces.
void SplitWords(PreTokenizer kind, absl::string_view text,
                absl::FunctionRef<void(size_t begin, size_t end)> word);

// Calls `match` with the bounds of each run of numbers (\p{N}), cut from the left into
// at most `most` characters.
void ForEachNumber(absl::string_view text, size_t most,
                   absl::FunctionRef<void(size_t begin, size_t end)> match);

// The same for each run of [\u4E00-\u9FA5\u3040-\u30FF], DeepSeek's second expression.
void ForEachCjkRun(absl::string_view text, absl::FunctionRef<void(size_t begin, size_t end)> match);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_PRETOKENIZER_H_
