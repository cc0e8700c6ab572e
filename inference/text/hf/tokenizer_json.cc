// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/hf/tokenizer_json.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/text/bpe_tokenizer.h"
#include "inference/text/byte_piece.h"
#include "inference/text/hf/json_components.h"
#include "inference/text/hf/json_file.h"

namespace quipu::inference {
namespace {

using Object = JsonFile::Object;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::Status ReadVocabulary(const JsonFile& file, const Object& model, bool byte_fallback,
                            VocabularyData* vocabulary) {
  ASSIGN_OR_RETURN(const std::optional<Object> vocab, file.ObjectAt(model, "vocab"));
  if (!vocab) return file.Malformed("the model has no \"vocab\"");
  for (const auto field : *vocab) {
    int64_t id = -1;
    if (field.value.get(id) != simdjson::SUCCESS || id < 0 || id >= kMaxVocabulary) {
      return file.Malformed(absl::StrCat("the token \"", Snippet(View(field.key)),
                                         "\" has no id from 0 to ", kMaxVocabulary - 1));
    }
    const auto at = static_cast<size_t>(id);
    if (at >= vocabulary->texts.size()) vocabulary->texts.resize(at + 1);
    if (!vocabulary->texts[at].empty()) {
      return file.Malformed(absl::StrCat("two tokens have the id ", id));
    }
    vocabulary->texts[at] = std::string(View(field.key));
  }
  vocabulary->kinds.resize(vocabulary->texts.size(), TokenKind::kNormal);
  for (size_t i = 0; byte_fallback && i < vocabulary->texts.size(); ++i) {
    if (ByteOfPiece(vocabulary->texts[i]) >= 0) vocabulary->kinds[i] = TokenKind::kByte;
  }
  return absl::OkStatus();
}

// "a b", or ["a", "b"].
absl::Status ReadMerges(const JsonFile& file, const Object& model, BpeData* data) {
  ASSIGN_OR_RETURN(const auto merges, file.ArrayAt(model, "merges"));
  if (!merges) return file.Malformed("the model has no \"merges\"");
  for (const JsonFile::Element element : *merges) {
    const auto malformed = [&] {
      return file.Malformed(absl::StrCat("merge ", data->merges.size(), " is not two tokens"));
    };
    std::string_view line;
    JsonFile::Array pair;
    if (element.get(line) == simdjson::SUCCESS) {
      const size_t space = line.find(' ');
      if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
        return malformed();
      }
      data->merges.emplace_back(line.substr(0, space), line.substr(space + 1));
      continue;
    }
    std::string_view left, right;
    if (element.get(pair) != simdjson::SUCCESS || pair.size() != 2 ||
        pair.at(0).get(left) != simdjson::SUCCESS || pair.at(1).get(right) != simdjson::SUCCESS) {
      return malformed();
    }
    data->merges.emplace_back(left, right);
  }
  return absl::OkStatus();
}

// Comes before everything else: the normalizer of a Unigram tokenizer has components of its own,
// and a message about these would hide the reason.
absl::Status CheckType(const JsonFile& file) {
  ASSIGN_OR_RETURN(const std::optional<Object> model, file.ObjectAt(file.root(), "model"));
  if (!model) return file.Malformed("there is no \"model\"");
  ASSIGN_OR_RETURN(std::optional<std::string> type, file.String(*model, "type"));
  if (!type) {
    // Files of old versions do not name it. Only Unigram has a list of tokens and scores.
    ASSIGN_OR_RETURN(const auto vocab, file.Find(*model, "vocab"));
    JsonFile::Array list;
    if (vocab && vocab->get(list) == simdjson::SUCCESS) type = "Unigram";
  }
  if (type.value_or("BPE") == "BPE") return absl::OkStatus();
  return file.Unsupported(absl::StrCat("model ", Snippet(*type), " (model.type; BPE is)"));
}

// Options of the model that quipu does not have must be off.
absl::Status CheckModel(const JsonFile& file, const Object& model) {
  for (const absl::string_view key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    ASSIGN_OR_RETURN(const std::optional<std::string> affix, file.String(model, key));
    if (!affix.value_or("").empty()) return file.Unsupported(absl::StrCat("model BPE with ", key));
  }
  ASSIGN_OR_RETURN(const auto dropout, file.Find(model, "dropout"));
  double rate = 0;
  if (dropout && (dropout->get(rate) != simdjson::SUCCESS || rate != 0)) {
    return file.Unsupported("model BPE with dropout");
  }
  return absl::OkStatus();
}

absl::Status ReadModel(const JsonFile& file, BpeData* data) {
  ASSIGN_OR_RETURN(const std::optional<Object> model, file.ObjectAt(file.root(), "model"));
  if (!model) return file.Malformed("there is no \"model\"");
  RETURN_IF_ERROR(CheckModel(file, *model));
  ASSIGN_OR_RETURN(const auto byte_fallback, file.Bool(*model, "byte_fallback"));
  ASSIGN_OR_RETURN(const auto fuse, file.Bool(*model, "fuse_unk"));
  ASSIGN_OR_RETURN(const auto ignore, file.Bool(*model, "ignore_merges"));
  data->byte_fallback = byte_fallback.value_or(false);
  data->fuse_unknown = fuse.value_or(false);
  data->ignore_merges = ignore.value_or(false);
  if (data->ignore_merges && data->letters == BpeData::Letters::kCharacters) {
    return file.Unsupported("ignore_merges without ByteLevel");
  }
  if (data->byte_fallback && data->letters == BpeData::Letters::kBytes) {
    return file.Unsupported("byte_fallback with ByteLevel");
  }
  RETURN_IF_ERROR(ReadVocabulary(file, *model, data->byte_fallback, &data->vocabulary));
  ASSIGN_OR_RETURN(const auto unknown, file.String(*model, "unk_token"));
  for (size_t i = 0; unknown && i < data->vocabulary.texts.size(); ++i) {
    if (data->vocabulary.texts[i] != *unknown) continue;
    data->vocabulary.unknown = static_cast<TokenId>(i);
    data->vocabulary.kinds[i] = TokenKind::kUnknown;
  }
  return ReadMerges(file, *model, data);
}

absl::Status ReadAddedTokens(const JsonFile& file, const ModelConfig& config, BpeData* data) {
  std::vector<AddedToken> tokens;
  ASSIGN_OR_RETURN(const auto list, file.ArrayAt(file.root(), "added_tokens"));
  if (list) {
    for (const JsonFile::Element element : *list) {
      Object entry;
      if (element.get(entry) != simdjson::SUCCESS) {
        return file.Malformed("\"added_tokens\" has an entry that is not an object");
      }
      ASSIGN_OR_RETURN(AddedToken token, ReadAddedToken(file, entry, std::nullopt));
      tokens.push_back(std::move(token));
    }
  }
  // tokenizer_config.json may have more.
  absl::flat_hash_set<TokenId> known;
  for (const AddedToken& token : tokens) known.insert(token.id);
  for (const AddedToken& more : config.added_tokens) {
    if (!known.contains(more.id)) tokens.push_back(more);
  }
  return AddTokens(tokens, &data->vocabulary, &data->rules);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Tokenizer>> TokenizerFromJson(const std::string& path,
                                                                   const ModelConfig& config) {
  ASSIGN_OR_RETURN(const std::unique_ptr<JsonFile> file, JsonFile::Open(path));
  BpeData data;
  data.vocabulary.source = PathAsText(path);
  RETURN_IF_ERROR(CheckType(*file));
  RETURN_IF_ERROR(ReadNormalizer(*file, &data));
  RETURN_IF_ERROR(ReadPreTokenizer(*file, &data));
  RETURN_IF_ERROR(ReadModel(*file, &data));
  RETURN_IF_ERROR(ReadAddedTokens(*file, config, &data));
  ASSIGN_OR_RETURN(const std::optional<std::string> first, ReadFirstToken(*file));
  ModelConfig special = config;
  if (first && !special.bos) special.bos = first;
  data.default_add_bos = first.has_value() && first == special.bos;
  RETURN_IF_ERROR(AddSpecialTokens(special, &data.vocabulary, &data.rules));
  const bool bytes = data.letters == BpeData::Letters::kBytes;
  data.description = absl::StrCat("bpe/", bytes ? data.splitter.description() : "characters");
  return BpeTokenizer::Create(std::move(data));
}

}  // namespace quipu::inference
