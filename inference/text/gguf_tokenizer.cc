// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Part of bpe_tokenizer.h: the BPE tokenizer of a GGUF file. The name of its
// pre-tokeniser implies what its published tokenizer does besides.
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/gguf/gguf.h"
#include "inference/text/bpe_tokenizer.h"

namespace quipu::inference {
namespace {

bool HasToken(const VocabularyData& vocabulary, absl::string_view text) {
  for (const std::string& token : vocabulary.texts) {
    if (token == text) return true;
  }
  return false;
}

// The pre-tokeniser that the file names. Older files name none, or "default". A
// guess would silently give wrong tokens, except if the vocabulary leaves no
// doubt.
absl::StatusOr<std::string> ReadName(const GgufFile& gguf, const VocabularyData& vocabulary) {
  std::string name = "default";
  if (gguf.Has("tokenizer.ggml.pre")) {
    ASSIGN_OR_RETURN(name, gguf.GetString("tokenizer.ggml.pre"));
  }
  if (name != "default") return name;
  const auto architecture = gguf.GetString("general.architecture");
  if (architecture.ok() && (*architecture == "qwen2" || *architecture == "qwen3")) {
    return std::string("qwen2");
  }
  if (HasToken(vocabulary, "<|begin_of_text|>") && HasToken(vocabulary, "<|start_header_id|>")) {
    return std::string("llama-bpe");
  }
  return absl::UnimplementedError(absl::StrCat(gguf.path(),
                                               ": tokenizer.ggml.pre is missing or \"default\", so "
                                               "how this model cuts words is unknown; convert it "
                                               "again with a newer converter"));
}

absl::Status AddPreTokenizer(absl::string_view name, BpeData* data) {
  ASSIGN_OR_RETURN(const PreTokenizer kind, PreTokenizerFromName(name));
  if (kind == PreTokenizer::kDeepSeek) {
    RETURN_IF_ERROR(data->splitter.AddPattern("\\p{N}{1,3}", WordSplitter::Behavior::kIsolated));
    RETURN_IF_ERROR(
        data->splitter.AddPattern(kDeepSeekCjkPattern, WordSplitter::Behavior::kIsolated));
  }
  data->splitter.AddKnown(kind);
  // Models whose vocabularies were made by tiktoken map a word that is a token to
  // that token, whatever the merges, and begin every text with BOS. Smaug's cuts words as Llama 3's
  // does, and has merges alone.
  const bool tiktoken = (kind == PreTokenizer::kLlama3 && name != "smaug-bpe") ||
                        kind == PreTokenizer::kTekken || kind == PreTokenizer::kO200k;
  data->ignore_merges = tiktoken;
  data->default_add_bos = tiktoken;
  if (name == "qwen2") data->rules.normalizer.AddForm(Normalizer::Form::kNfc);
  data->description = absl::StrCat("bpe/", PreTokenizerName(kind));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Tokenizer>> BpeTokenizer::Create(const GgufFile& gguf) {
  BpeData data;
  ASSIGN_OR_RETURN(data.vocabulary, VocabularyFromGguf(gguf));
  ASSIGN_OR_RETURN(const std::string name, ReadName(gguf, data.vocabulary));
  if (const absl::Status known = AddPreTokenizer(name, &data); !known.ok()) {
    return Annotate(known, gguf.path());
  }
  ASSIGN_OR_RETURN(const std::vector<absl::string_view> lines,
                   gguf.GetStrings("tokenizer.ggml.merges"));
  data.merges.reserve(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    const size_t space = lines[i].find(' ', 1);
    if (space == absl::string_view::npos) {
      return absl::InvalidArgumentError(absl::StrCat(gguf.path(), ": merge ", i, " (\"",
                                                     Snippet(lines[i]), "\") is not two tokens"));
    }
    data.merges.emplace_back(lines[i].substr(0, space), lines[i].substr(space + 1));
  }
  return Create(std::move(data));
}

}  // namespace quipu::inference
