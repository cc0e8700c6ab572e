// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/hf/model_text.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/gguf/gguf.h"
#include "inference/text/hf/model_config.h"
#include "inference/text/hf/rank_vocabularies.h"
#include "inference/text/hf/sentencepiece_file.h"
#include "inference/text/hf/tokenizer_json.h"

namespace quipu::inference {
namespace {

using TokenizerOr = absl::StatusOr<std::shared_ptr<const Tokenizer>>;

// What quipu reads of a directory beside weights and tokenizers named otherwise.
constexpr absl::string_view kTextFiles[] = {
    "added_tokens.json",      "chat_template.jinja",     "chat_template.json", "config.json",
    "generation_config.json", "special_tokens_map.json", "tekken.json",        "tokenizer.json",
    "tokenizer.model",        "tokenizer_config.json",
};

bool IsTextFile(absl::string_view name) {
  return std::find(std::begin(kTextFiles), std::end(kTextFiles), name) != std::end(kTextFiles) ||
         absl::EndsWith(name, ".tiktoken");
}

bool IsWeightFile(absl::string_view name) {
  return absl::EndsWith(name, ".safetensors") || name == "model.safetensors.index.json";
}

bool IsJinjaFile(absl::string_view name) { return absl::EndsWith(name, ".jinja"); }

TokenizerOr FromModelFile(const std::string& path, const ModelConfig& config) {
  ASSIGN_OR_RETURN(const auto file, MappedFile::Open(path));
  return LooksLikeTiktoken(file->bytes().substr(0, 4096))
             ? TokenizerFromTiktoken(path, config)
             : TokenizerFromSentencePiece(path, config);
}

// The file that decides comes first: where a directory has several, transformers too
// takes tokenizer.json.
TokenizerOr FromDirectory(const std::string& directory, const ModelConfig& config) {
  const auto path = [&directory](absl::string_view name) { return JoinPath(directory, name); };
  if (FileExists(path("tokenizer.json"))) {
    return TokenizerFromJson(path("tokenizer.json"), config);
  }
  if (FileExists(path("tekken.json"))) return TokenizerFromTekken(path("tekken.json"), config);
  if (FileExists(path("tokenizer.model"))) return FromModelFile(path("tokenizer.model"), config);
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(directory));
  for (const std::string& name : names) {
    if (absl::EndsWith(name, ".tiktoken")) return TokenizerFromTiktoken(path(name), config);
  }
  return absl::NotFoundError(absl::StrCat(
      PathAsText(directory),
      ": no tokenizer: tokenizer.json, tekken.json, tokenizer.model or *.tiktoken is wanted"));
}

absl::StatusOr<ChatTemplate> FromSource(const std::string& source, const std::string& origin,
                                        const Tokenizer& tokenizer) {
  return ChatTemplate::FromJinja(source, origin, tokenizer);
}

absl::StatusOr<ChatTemplate> OwnTemplate(absl::string_view directory, const ModelConfig& config,
                                         const Tokenizer& tokenizer) {
  std::vector<std::string> names;
  for (const auto& [name, source] : config.chat_templates) {
    if (name == "default") return FromSource(source, PathAsText(directory), tokenizer);
    names.push_back(Snippet(name));
  }
  return absl::NotFoundError(absl::StrCat(
      PathAsText(directory), ": ",
      names.empty() ? "the directory has no chat template"
                    : absl::StrCat("no chat template is called \"default\" (there are ",
                                   absl::StrJoin(names, ", "), ")"),
      "; name a chat template in the spec: engine.chat_template, or instances.target_template "
      "for the target model"));
}

}  // namespace

TokenizerOr LoadTokenizer(absl::string_view path) {
  if (!IsDirectory(path)) {
    ASSIGN_OR_RETURN(const std::unique_ptr<GgufFile> gguf, GgufFile::Open(path));
    return CreateTokenizer(*gguf);
  }
  const std::string directory(path);
  ASSIGN_OR_RETURN(const ModelConfig config, ReadModelConfig(directory));
  return FromDirectory(directory, config);
}

absl::StatusOr<ChatTemplate> LoadNamedTemplate(absl::string_view name_or_file,
                                               const Tokenizer& tokenizer) {
  if (!IsJinjaFile(name_or_file)) return ChatTemplate::FromName(name_or_file);
  const absl::StatusOr<std::string> source = ReadFile(name_or_file, kMaxTemplateBytes);
  if (!source.ok()) return Annotate(source.status(), "chat template");
  return FromSource(*source, PathAsText(name_or_file), tokenizer);
}

absl::StatusOr<ChatTemplate> LoadChatTemplate(absl::string_view path,
                                              absl::string_view name_or_file,
                                              const Tokenizer& tokenizer) {
  if (!name_or_file.empty()) return LoadNamedTemplate(name_or_file, tokenizer);
  if (!IsDirectory(path)) {
    ASSIGN_OR_RETURN(const std::unique_ptr<GgufFile> gguf, GgufFile::Open(path));
    return ChatTemplate::FromGguf(*gguf, tokenizer);
  }
  ASSIGN_OR_RETURN(const ModelConfig config, ReadModelConfig(std::string(path)));
  return OwnTemplate(path, config, tokenizer);
}

absl::StatusOr<ModelText> LoadModelText(absl::string_view path, absl::string_view name_or_file) {
  ASSIGN_OR_RETURN(std::shared_ptr<const Tokenizer> tokenizer, LoadTokenizer(path));
  ASSIGN_OR_RETURN(ChatTemplate chat_template, LoadChatTemplate(path, name_or_file, *tokenizer));
  return ModelText{std::move(tokenizer), std::move(chat_template)};
}

absl::StatusOr<ModelFacts> ReadModelFacts(absl::string_view path) {
  ModelFacts facts;
  if (!IsDirectory(path)) {
    ASSIGN_OR_RETURN(const std::unique_ptr<GgufFile> gguf, GgufFile::Open(path));
    facts.name = gguf->GetString("general.name").value_or("");
    facts.architecture = gguf->GetString("general.architecture").value_or("");
    facts.context_tokens =
        gguf->GetUint(absl::StrCat(facts.architecture, ".context_length")).value_or(0);
    return facts;
  }
  ASSIGN_OR_RETURN(const ModelConfig config, ReadModelConfig(std::string(path)));
  while (absl::ConsumeSuffix(&path, "/")) {
  }
  facts.name = PathAsText(path.substr(path.find_last_of('/') + 1));
  facts.architecture = config.model_type;
  facts.context_tokens = static_cast<uint64_t>(config.context_tokens);
  return facts;
}

absl::StatusOr<std::string> ModelSha256(absl::string_view path, ModelFiles files) {
  if (!IsDirectory(path)) {
    // Of a split model, all parts.
    const absl::StatusOr<std::unique_ptr<GgufFile>> gguf = GgufFile::Open(path);
    if (gguf.ok()) return (*gguf)->ContentSha256();
    return Sha256HexOfFile(path);
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(path));
  std::string list;
  for (const std::string& name : names) {
    if (!IsTextFile(name) && !(files == ModelFiles::kAll && IsWeightFile(name))) continue;
    ASSIGN_OR_RETURN(const std::string digest, Sha256HexOfFile(JoinPath(path, name)));
    absl::StrAppend(&list, digest, "  ", name, "\n");
  }
  return Sha256Hex(list);
}

}  // namespace quipu::inference
