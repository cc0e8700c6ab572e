// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How a tokenizer cuts text into words before merging: a list of steps, each applied to
// what the one before it made, as in tokenizer.json. Published expressions are run by
// hand-written scanners (pretokenizer.h), others by ICU.
//
//   WordSplitter splitter;
//   RETURN_IF_ERROR(splitter.AddPattern("\\p{N}{1,3}", WordSplitter::Behavior::kIsolated));
//   splitter.Split(text, [&](size_t begin, size_t end) { Use(begin, end); });
//
// Thread-safe after the last Add.
#ifndef QUIPU_INFERENCE_TEXT_WORD_SPLITTER_H_
#define QUIPU_INFERENCE_TEXT_WORD_SPLITTER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "inference/text/pretokenizer.h"

namespace quipu::inference {

class WordSplitter {
 public:
  using Word = absl::FunctionRef<void(size_t begin, size_t end)>;
  // What becomes of a match: a word of its own, joined to its neighbour, or joined to
  // the matches beside it.
  enum class Behavior { kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

  WordSplitter();
  ~WordSplitter();
  WordSplitter(WordSplitter&&) noexcept;
  WordSplitter& operator=(WordSplitter&&) noexcept;

  void AddKnown(PreTokenizer kind);
  // An expression in the syntax of Oniguruma. UNIMPLEMENTED, with the expression and the
  // reason, if ICU would not read it the same.
  absl::Status AddPattern(absl::string_view pattern, Behavior behavior);
  // REQUIRES: `text` is not empty.
  void AddString(absl::string_view text, Behavior behavior);
  // Numbers (\p{N}); `individual`: each character alone.
  void AddDigits(bool individual);

  // Calls `word` with the bounds of each word in order; together they are the text.
  void Split(absl::string_view text, Word word) const;

  // "gpt-2", "llama-bpe"; "pattern" for others, joined by "+".
  std::string description() const;
  // Nothing but the name for a single known step.
  void AddTo(FingerprintBuilder* builder) const;

 private:
  struct Step;
  void SplitFrom(size_t step, absl::string_view text, size_t offset, Word word) const;

  std::vector<std::unique_ptr<const Step>> steps_;
};

// DeepSeek's second expression: runs of [\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF].
inline constexpr absl::string_view kDeepSeekCjkPattern =
    "[\xE4\xB8\x80-\xE9\xBE\xA5\xE3\x81\x80-\xE3\x82\x9F\xE3\x82\xA0-\xE3\x83\xBF]+";

// The scanner for a published expression that covers every text; nullopt for others.
std::optional<PreTokenizer> PreTokenizerFromPattern(absl::string_view pattern);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_WORD_SPLITTER_H_
