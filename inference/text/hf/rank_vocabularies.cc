// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/hf/rank_vocabularies.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/text/bpe_tokenizer.h"
#include "inference/text/byte_alphabet.h"
#include "inference/text/hf/json_file.h"

namespace quipu::inference {
namespace {

void AddControl(absl::string_view text, VocabularyData* vocabulary) {
  vocabulary->texts.emplace_back(text);
  vocabulary->kinds.push_back(TokenKind::kControl);
}

// `count` names with the numbers from `first` on.
void AddReserved(absl::string_view before, size_t first, size_t count, VocabularyData* vocabulary) {
  for (size_t i = 0; i < count; ++i) {
    AddControl(absl::StrCat("<|", before, first + i, "|>"), vocabulary);
  }
}

void AddLlama3Specials(VocabularyData* v) {
  const size_t base = v->texts.size();
  for (const char* name : {"<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>",
                           "<|reserved_special_token_1|>", "<|finetune_right_pad_id|>",
                           "<|step_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>",
                           "<|eot_id|>", "<|python_tag|>", "<|image|>"}) {
    AddControl(name, v);
  }
  AddReserved("reserved_special_token_", 2, base + 256 - v->texts.size(), v);
}

void AddLlama4Specials(VocabularyData* v) {
  const size_t base = v->texts.size();
  for (const char* name :
       {"<|begin_of_text|>", "<|end_of_text|>", "<|fim_prefix|>", "<|fim_middle|>",
        "<|fim_suffix|>", "<|header_start|>", "<|header_end|>", "<|eom|>", "<|eot|>", "<|step|>"}) {
    AddControl(name, v);
  }
  AddReserved("text_post_train_reserved_special_token_", 0, 6, v);
  for (const char* name : {"<|python_start|>", "<|python_end|>", "<|finetune_right_pad|>"}) {
    AddControl(name, v);
  }
  AddReserved("text_post_train_reserved_special_token_", 8, 61, v);
  for (const char* name : {"<|image_start|>", "<|image_end|>"}) AddControl(name, v);
  AddReserved("vision_reserved_special_token_", 0, 2, v);
  for (const char* name : {"<|tile_x_separator|>", "<|tile_y_separator|>"}) AddControl(name, v);
  AddReserved("vision_reserved_special_token_", 2, 4, v);
  AddControl("<|image|>", v);
  AddReserved("vision_reserved_special_token_", 6, 1, v);
  AddControl("<|patch|>", v);
  AddReserved("vision_reserved_special_token_", 7, 1041, v);
  AddReserved("reasoning_reserved_special_token_", 0, 8, v);
  for (const char* name : {"<|reasoning_thinking_start|>", "<|reasoning_thinking_end|>"}) {
    AddControl(name, v);
  }
  AddReserved("reserved_special_token_", 0, base + 2048 - v->texts.size(), v);
}

void AddQwenSpecials(VocabularyData* v) {
  for (const char* name : {"<|endoftext|>", "<|im_start|>", "<|im_end|>"}) AddControl(name, v);
  AddReserved("extra_", 0, 205, v);
}

struct Known {
  size_t tokens;
  PreTokenizer cuts;
  void (*add_specials)(VocabularyData*);
  absl::string_view bos;
  absl::string_view eos;
  bool nfc;
};

constexpr Known kKnown[] = {
    {128000, PreTokenizer::kLlama3, AddLlama3Specials, "<|begin_of_text|>", "<|end_of_text|>",
     false},
    {200000, PreTokenizer::kO200k, AddLlama4Specials, "<|begin_of_text|>", "<|end_of_text|>",
     false},
    {151643, PreTokenizer::kQwen2, AddQwenSpecials, "", "<|endoftext|>", true},
};

// Adds the token of the next rank.
absl::Status AddRank(absl::string_view base64, size_t rank, VocabularyData* vocabulary) {
  std::string bytes;
  if (!absl::Base64Unescape(base64, &bytes) || bytes.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(vocabulary->source, ": token ", rank, ": \"",
                                                   Snippet(base64), "\" is not base64"));
  }
  vocabulary->texts.push_back(ToByteAlphabet(bytes));
  vocabulary->kinds.push_back(TokenKind::kNormal);
  return absl::OkStatus();
}

absl::Status ReadTiktokenLines(absl::string_view text, VocabularyData* vocabulary) {
  size_t line_number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++line_number;
    if (line.empty()) continue;
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    size_t rank = 0;
    if (words.size() != 2 || !absl::SimpleAtoi(words[1], &rank) ||
        rank != vocabulary->texts.size()) {
      return absl::InvalidArgumentError(absl::StrCat(vocabulary->source, ": line ", line_number,
                                                     " is not base64 and the rank ",
                                                     vocabulary->texts.size()));
    }
    RETURN_IF_ERROR(AddRank(words[0], rank, vocabulary));
  }
  return absl::OkStatus();
}

// mistral-common's special tokens of files that list none.
constexpr absl::string_view kOldTekkenSpecials[] = {
    "<unk>",
    "<s>",
    "</s>",
    "[INST]",
    "[/INST]",
    "[AVAILABLE_TOOLS]",
    "[/AVAILABLE_TOOLS]",
    "[TOOL_RESULTS]",
    "[/TOOL_RESULTS]",
    "[TOOL_CALLS]",
    "[IMG]",
    "<pad>",
    "[IMG_BREAK]",
    "[IMG_END]",
    "[PREFIX]",
    "[MIDDLE]",
    "[SUFFIX]",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
    "[TOOL_CONTENT]",
};

absl::Status ReadTekkenSpecials(const JsonFile& file, size_t count, VocabularyData* vocabulary) {
  ASSIGN_OR_RETURN(const auto list, file.ArrayAt(file.root(), "special_tokens"));
  if (!list) {
    for (const absl::string_view name : kOldTekkenSpecials) AddControl(name, vocabulary);
  } else {
    for (const JsonFile::Element element : *list) {
      JsonFile::Object entry;
      if (element.get(entry) != simdjson::SUCCESS) {
        return file.Malformed("\"special_tokens\" has an entry that is not an object");
      }
      ASSIGN_OR_RETURN(const auto name, file.String(entry, "token_str"));
      ASSIGN_OR_RETURN(const auto rank, file.Int(entry, "rank"));
      if (!name || !rank || *rank != static_cast<int64_t>(vocabulary->texts.size())) {
        return file.Malformed(absl::StrCat("special token ", vocabulary->texts.size(),
                                           " has no name, or another rank"));
      }
      AddControl(*name, vocabulary);
    }
  }
  if (vocabulary->texts.size() > count) {
    return file.Malformed(absl::StrCat("there are ", vocabulary->texts.size(),
                                       " special tokens, default_num_special_tokens is ", count));
  }
  while (vocabulary->texts.size() < count) {
    AddControl(absl::StrCat("<SPECIAL_", vocabulary->texts.size(), ">"), vocabulary);
  }
  return absl::OkStatus();
}

absl::Status ReadTekkenRanks(const JsonFile& file, size_t size, VocabularyData* vocabulary) {
  ASSIGN_OR_RETURN(const auto list, file.ArrayAt(file.root(), "vocab"));
  if (!list) return file.Malformed("there is no \"vocab\"");
  size_t rank = 0;
  for (const JsonFile::Element element : *list) {
    if (vocabulary->texts.size() == size) break;  // The file may have more than the model.
    JsonFile::Object entry;
    if (element.get(entry) != simdjson::SUCCESS) {
      return file.Malformed("\"vocab\" has an entry that is not an object");
    }
    ASSIGN_OR_RETURN(const auto bytes, file.String(entry, "token_bytes"));
    ASSIGN_OR_RETURN(const auto given, file.Int(entry, "rank"));
    if (!bytes || given != static_cast<int64_t>(rank)) {
      return file.Malformed(absl::StrCat("entry ", rank, " of \"vocab\" has another rank"));
    }
    RETURN_IF_ERROR(AddRank(*bytes, rank++, vocabulary));
  }
  if (vocabulary->texts.size() == size) return absl::OkStatus();
  return file.Malformed(absl::StrCat("there are ", vocabulary->texts.size(),
                                     " tokens, default_vocab_size is ", size));
}

absl::StatusOr<int64_t> ReadCount(const JsonFile& file, const JsonFile::Object& config,
                                  absl::string_view key) {
  ASSIGN_OR_RETURN(const auto count, file.Int(config, key));
  if (count && *count > 0 && *count <= kMaxVocabulary) return *count;
  return file.Malformed(absl::StrCat("\"config\" has no ", key, " from 1 to ", kMaxVocabulary));
}

}  // namespace

bool LooksLikeTiktoken(absl::string_view bytes) {
  const absl::string_view line = bytes.substr(0, bytes.find('\n'));
  const size_t space = line.find(' ');
  int rank = 0;
  std::string token;
  return space != absl::string_view::npos && absl::SimpleAtoi(line.substr(space + 1), &rank) &&
         absl::Base64Unescape(line.substr(0, space), &token);
}

absl::StatusOr<std::shared_ptr<const Tokenizer>> TokenizerFromTiktoken(const std::string& path,
                                                                       const ModelConfig& config) {
  BpeData data;
  data.vocabulary.source = PathAsText(path);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxTokenizerFileBytes));
  RETURN_IF_ERROR(ReadTiktokenLines(text, &data.vocabulary));
  const size_t tokens = data.vocabulary.texts.size();
  const Known* known = nullptr;
  for (const Known& one : kKnown) {
    if (one.tokens == tokens) known = &one;
  }
  if (known == nullptr) {
    return absl::UnimplementedError(absl::StrCat(
        data.vocabulary.source, ": a tiktoken file of ", tokens,
        " tokens is not known, so how it cuts words is not (Llama 3's has 128000, Llama 4's 200000 "
        "and Qwen's 151643); use the model's tokenizer.json"));
  }
  known->add_specials(&data.vocabulary);
  RETURN_IF_ERROR(AddTokens(config.added_tokens, &data.vocabulary, &data.rules));
  ModelConfig special = config;
  if (!special.bos && !known->bos.empty()) special.bos = std::string(known->bos);
  if (!special.eos) special.eos = std::string(known->eos);
  RETURN_IF_ERROR(AddSpecialTokens(special, &data.vocabulary, &data.rules));
  data.merges_by_id = true;
  data.default_add_bos = !known->bos.empty();
  data.splitter.AddKnown(known->cuts);
  if (known->nfc) data.rules.normalizer.AddForm(Normalizer::Form::kNfc);
  data.description = absl::StrCat("bpe/", PreTokenizerName(known->cuts));
  return BpeTokenizer::Create(std::move(data));
}

absl::StatusOr<std::shared_ptr<const Tokenizer>> TokenizerFromTekken(const std::string& path,
                                                                     const ModelConfig& config) {
  ASSIGN_OR_RETURN(const std::unique_ptr<JsonFile> file, JsonFile::Open(path));
  BpeData data;
  data.vocabulary.source = PathAsText(path);
  ASSIGN_OR_RETURN(const auto options, file->ObjectAt(file->root(), "config"));
  if (!options) return file->Malformed("there is no \"config\"");
  ASSIGN_OR_RETURN(const int64_t size, ReadCount(*file, *options, "default_vocab_size"));
  ASSIGN_OR_RETURN(const int64_t specials,
                   ReadCount(*file, *options, "default_num_special_tokens"));
  ASSIGN_OR_RETURN(const auto pattern, file->String(*options, "pattern"));
  if (!pattern) return file->Malformed("\"config\" has no pattern");
  RETURN_IF_ERROR(ReadTekkenSpecials(*file, static_cast<size_t>(specials), &data.vocabulary));
  RETURN_IF_ERROR(ReadTekkenRanks(*file, static_cast<size_t>(size), &data.vocabulary));
  const absl::Status split = data.splitter.AddPattern(*pattern, WordSplitter::Behavior::kIsolated);
  if (!split.ok()) return Annotate(split, data.vocabulary.source);
  ModelConfig special = config;
  if (!special.bos) special.bos = "<s>";
  if (!special.eos) special.eos = "</s>";
  if (!special.pad) special.pad = "<pad>";
  RETURN_IF_ERROR(AddSpecialTokens(special, &data.vocabulary, &data.rules));
  data.merges_by_id = true;
  data.default_add_bos = true;
  data.description = absl::StrCat("bpe/", data.splitter.description());
  return BpeTokenizer::Create(std::move(data));
}

}  // namespace quipu::inference
