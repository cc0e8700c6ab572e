// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/hf/model_config.h"

#include <algorithm>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

// Opens a file of the directory; nullptr if there is none.
absl::StatusOr<std::unique_ptr<JsonFile>> OpenIfThere(const std::string& directory,
                                                      absl::string_view name) {
  const std::string path = JoinPath(directory, name);
  if (!FileExists(path)) return std::unique_ptr<JsonFile>();
  return JsonFile::Open(path);
}

// "<s>", or {"content": "<s>", ...}.
absl::Status ReadTokenName(const JsonFile& file, absl::string_view key,
                           std::optional<std::string>* out) {
  ASSIGN_OR_RETURN(const auto found, file.Find(file.root(), key));
  if (!found || out->has_value()) return absl::OkStatus();
  JsonFile::Object entry;
  if (found->get(entry) == simdjson::SUCCESS) {
    ASSIGN_OR_RETURN(*out, file.String(entry, "content"));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(*out, file.String(file.root(), key));
  return absl::OkStatus();
}

absl::Status ReadTokenNames(const JsonFile& file, ModelConfig* config) {
  RETURN_IF_ERROR(ReadTokenName(file, "bos_token", &config->bos));
  RETURN_IF_ERROR(ReadTokenName(file, "eos_token", &config->eos));
  RETURN_IF_ERROR(ReadTokenName(file, "pad_token", &config->pad));
  return ReadTokenName(file, "unk_token", &config->unknown);
}

// An id, or a list of ids.
absl::Status ReadIds(const JsonFile& file, absl::string_view key, std::vector<TokenId>* out) {
  ASSIGN_OR_RETURN(const auto found, file.Find(file.root(), key));
  if (!found) return absl::OkStatus();
  std::vector<JsonFile::Element> values;
  JsonFile::Array list;
  if (found->get(list) == simdjson::SUCCESS) {
    for (const JsonFile::Element element : list) values.push_back(element);
  } else {
    values.push_back(*found);
  }
  for (const JsonFile::Element& value : values) {
    int64_t id = 0;
    if (value.get(id) != simdjson::SUCCESS || id < 0 || id >= kMaxVocabulary) {
      return file.Malformed(absl::StrCat("\"", key, "\" is not a token id or a list of them"));
    }
    out->push_back(static_cast<TokenId>(id));
  }
  return absl::OkStatus();
}

// A template, or a list of {"name", "template"}.
absl::Status ReadTemplates(const JsonFile& file, ModelConfig* config) {
  ASSIGN_OR_RETURN(const auto found, file.Find(file.root(), "chat_template"));
  if (!found) return absl::OkStatus();
  JsonFile::Array list;
  if (found->get(list) != simdjson::SUCCESS) {
    ASSIGN_OR_RETURN(const auto source, file.String(file.root(), "chat_template"));
    config->chat_templates.emplace_back("default", *source);
    return absl::OkStatus();
  }
  for (const JsonFile::Element element : list) {
    JsonFile::Object entry;
    if (element.get(entry) != simdjson::SUCCESS) {
      return file.Malformed("\"chat_template\" has an entry that is not an object");
    }
    ASSIGN_OR_RETURN(const auto name, file.String(entry, "name"));
    ASSIGN_OR_RETURN(const auto source, file.String(entry, "template"));
    if (!name || !source) {
      return file.Malformed("\"chat_template\" has an entry without \"name\" or \"template\"");
    }
    config->chat_templates.emplace_back(*name, *source);
  }
  return absl::OkStatus();
}

absl::Status ReadTokenizerConfig(const JsonFile& file, ModelConfig* config) {
  RETURN_IF_ERROR(ReadTokenNames(file, config));
  ASSIGN_OR_RETURN(config->add_bos, file.Bool(file.root(), "add_bos_token"));
  if (config->chat_templates.empty()) RETURN_IF_ERROR(ReadTemplates(file, config));
  ASSIGN_OR_RETURN(const auto decoder, file.ObjectAt(file.root(), "added_tokens_decoder"));
  if (!decoder) return absl::OkStatus();
  for (const auto field : *decoder) {
    TokenId id = -1;
    JsonFile::Object entry;
    if (!absl::SimpleAtoi(absl::string_view(field.key.data(), field.key.size()), &id) || id < 0 ||
        id >= kMaxVocabulary || field.value.get(entry) != simdjson::SUCCESS) {
      return file.Malformed("\"added_tokens_decoder\" has an entry that is no token");
    }
    ASSIGN_OR_RETURN(AddedToken token, ReadAddedToken(file, entry, id));
    config->added_tokens.push_back(std::move(token));
  }
  return absl::OkStatus();
}

absl::Status ReadJinjaFiles(ModelConfig* config) {
  const std::string path = JoinPath(config->directory, "chat_template.jinja");
  if (FileExists(path)) {
    ASSIGN_OR_RETURN(std::string source, ReadFile(path, kMaxTemplateBytes));
    config->chat_templates.emplace_back("default", std::move(source));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto file, OpenIfThere(config->directory, "chat_template.json"));
  return file == nullptr ? absl::OkStatus() : ReadTemplates(*file, config);
}

absl::Status ReadSizes(const JsonFile& file, ModelConfig* config) {
  RETURN_IF_ERROR(ReadIds(file, "eos_token_id", &config->eos_ids));
  ASSIGN_OR_RETURN(const auto type, file.String(file.root(), "model_type"));
  config->model_type = type.value_or("");
  // Of a model for more than texts, its part for texts counts.
  ASSIGN_OR_RETURN(const auto part, file.ObjectAt(file.root(), "text_config"));
  const JsonFile::Object& sizes = part ? *part : file.root();
  ASSIGN_OR_RETURN(const auto size, file.Int(sizes, "vocab_size"));
  ASSIGN_OR_RETURN(const auto context, file.Int(sizes, "max_position_embeddings"));
  config->context_tokens = std::max<int64_t>(0, context.value_or(0));
  config->vocab_size = size.value_or(0);
  if (config->vocab_size < 0 || config->vocab_size > kMaxVocabulary) {
    return file.Malformed(
        absl::StrCat("\"vocab_size\" is ", config->vocab_size, ", limit ", kMaxVocabulary));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Flag(const JsonFile& file, const JsonFile::Object& entry,
                          absl::string_view key) {
  ASSIGN_OR_RETURN(const std::optional<bool> value, file.Bool(entry, key));
  return value.value_or(false);
}

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", Snippet(text), "\""); }

}  // namespace

absl::StatusOr<AddedToken> ReadAddedToken(const JsonFile& file, const JsonFile::Object& entry,
                                          std::optional<TokenId> id) {
  AddedToken token;
  ASSIGN_OR_RETURN(const std::optional<std::string> content, file.String(entry, "content"));
  if (!id) {
    ASSIGN_OR_RETURN(const std::optional<int64_t> given, file.Int(entry, "id"));
    if (given && *given >= 0 && *given < kMaxVocabulary) id = static_cast<TokenId>(*given);
  }
  if (!content || content->empty() || !id) {
    return file.Malformed("an added token has no content, or no id from 0 to the limit");
  }
  token.id = *id;
  token.content = *content;
  ASSIGN_OR_RETURN(token.special, Flag(file, entry, "special"));
  ASSIGN_OR_RETURN(token.single_word, Flag(file, entry, "single_word"));
  ASSIGN_OR_RETURN(token.lstrip, Flag(file, entry, "lstrip"));
  ASSIGN_OR_RETURN(token.rstrip, Flag(file, entry, "rstrip"));
  ASSIGN_OR_RETURN(token.normalized, Flag(file, entry, "normalized"));
  return token;
}

absl::StatusOr<ModelConfig> ReadModelConfig(const std::string& directory) {
  ModelConfig config;
  config.directory = directory;
  RETURN_IF_ERROR(ReadJinjaFiles(&config));
  ASSIGN_OR_RETURN(const auto tokenizer, OpenIfThere(directory, "tokenizer_config.json"));
  if (tokenizer != nullptr) RETURN_IF_ERROR(ReadTokenizerConfig(*tokenizer, &config));
  ASSIGN_OR_RETURN(const auto map, OpenIfThere(directory, "special_tokens_map.json"));
  if (map != nullptr) RETURN_IF_ERROR(ReadTokenNames(*map, &config));
  ASSIGN_OR_RETURN(const auto generation, OpenIfThere(directory, "generation_config.json"));
  if (generation != nullptr) {
    RETURN_IF_ERROR(ReadIds(*generation, "eos_token_id", &config.eos_ids));
  }
  ASSIGN_OR_RETURN(const auto model, OpenIfThere(directory, "config.json"));
  if (model != nullptr) RETURN_IF_ERROR(ReadSizes(*model, &config));
  return config;
}

absl::Status AddTokens(const std::vector<AddedToken>& tokens, VocabularyData* vocabulary,
                       TextRules* rules) {
  for (const AddedToken& token : tokens) {
    const auto at = static_cast<size_t>(token.id);
    if (at >= vocabulary->texts.size()) {
      vocabulary->texts.resize(at + 1);
      vocabulary->kinds.resize(at + 1, TokenKind::kNormal);
    }
    std::string& text = vocabulary->texts[at];
    if (!text.empty() && text != token.content) {
      return absl::InvalidArgumentError(absl::StrCat(vocabulary->source, ": the added token ",
                                                     Quoted(token.content), " has the id ",
                                                     token.id, " of the token ", Quoted(text)));
    }
    text = token.content;
    TokenKind& kind = vocabulary->kinds[at];
    if (kind == TokenKind::kNormal || kind == TokenKind::kUnused) {
      kind = token.special ? TokenKind::kControl : TokenKind::kUserDefined;
    }
    const bool is_text = kind == TokenKind::kUserDefined && !ReadsAsMarkup(token.content);
    if (token.single_word || (is_text && (token.lstrip || token.rstrip))) {
      return absl::UnimplementedError(absl::StrCat(
          vocabulary->source, ": the added token ", Quoted(token.content), " is ",
          token.single_word ? "single_word" : "lstrip or rstrip", ", which is not supported"));
    }
    if (is_text && token.normalized) {
      // The library then finds it between any two characters, and cuts there.
      if (rules->normalizer.Apply(token.content).text.empty()) {
        return absl::UnimplementedError(absl::StrCat(
            vocabulary->source, ": the added token ", Quoted(token.content),
            " is normalized, and the normalizer leaves nothing of it, which is not supported"));
      }
      rules->found_normalized.push_back(token.id);
    }
    if (token.lstrip) rules->strips_before.push_back(token.id);
    if (token.rstrip) rules->strips_after.push_back(token.id);
  }
  return absl::OkStatus();
}

namespace {

void Forget(TokenId id, std::vector<TokenId>* ids) {
  ids->erase(std::remove(ids->begin(), ids->end(), id), ids->end());
}

// Tokens behind the embedding's rows that no text becomes: Gemma 3's text models have one for
// images. Others stay, and the model is refused for them.
void DropTokensWithoutRows(int64_t rows, VocabularyData* vocabulary, TextRules* rules) {
  while (static_cast<int64_t>(vocabulary->kinds.size()) > rows &&
         (vocabulary->kinds.back() == TokenKind::kControl ||
          vocabulary->kinds.back() == TokenKind::kUnused)) {
    vocabulary->kinds.pop_back();
    vocabulary->texts.pop_back();
    const auto id = static_cast<TokenId>(vocabulary->kinds.size());
    Forget(id, &rules->strips_before);
    Forget(id, &rules->strips_after);
    Forget(id, &vocabulary->ends);
  }
}

}  // namespace

absl::Status AddSpecialTokens(const ModelConfig& config, VocabularyData* vocabulary,
                              TextRules* rules) {
  if (config.vocab_size > 0) DropTokensWithoutRows(config.vocab_size, vocabulary, rules);
  absl::flat_hash_map<absl::string_view, TokenId> ids;
  for (size_t i = 0; i < vocabulary->texts.size(); ++i) {
    ids.emplace(vocabulary->texts[i], static_cast<TokenId>(i));
  }
  struct Named {
    absl::string_view key;
    const std::optional<std::string>& name;
    std::optional<TokenId>& id;
  };
  for (const Named& named : {Named{"bos_token", config.bos, vocabulary->bos},
                             Named{"eos_token", config.eos, vocabulary->eos},
                             Named{"pad_token", config.pad, vocabulary->pad},
                             Named{"unk_token", config.unknown, vocabulary->unknown}}) {
    if (!named.name.has_value() || named.name->empty()) continue;
    const auto it = ids.find(*named.name);
    if (it == ids.end()) {
      return absl::InvalidArgumentError(absl::StrCat(config.directory, ": the ", named.key, " ",
                                                     Quoted(*named.name),
                                                     " is not in the vocabulary"));
    }
    named.id = it->second;
    // Control tokens are never text, whatever added_tokens says of them.
    TokenKind& kind = vocabulary->kinds[static_cast<size_t>(it->second)];
    if (kind == TokenKind::kNormal && named.key != "unk_token") kind = TokenKind::kControl;
  }
  if (config.add_bos) vocabulary->add_bos = config.add_bos;
  for (const TokenId id : config.eos_ids) vocabulary->ends.push_back(id);
  if (!vocabulary->eos && !config.eos_ids.empty()) vocabulary->eos = config.eos_ids[0];
  for (auto size = static_cast<int64_t>(vocabulary->texts.size()); size < config.vocab_size;
       ++size) {
    vocabulary->texts.push_back(absl::StrCat("[PAD", size, "]"));
    vocabulary->kinds.push_back(TokenKind::kUnused);
  }
  return absl::OkStatus();
}

}  // namespace quipu::inference
