// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/olmo.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "inference/text/tokenizer.h"
#include "pipelines/export/formats/array_chunks.h"
#include "pipelines/export/formats/llamafactory_config.h"
#include "pipelines/export/rows/columns.h"

namespace quipu::pipelines {
namespace {

constexpr char kTokensName[] = "tokens-";
constexpr char kMaskName[] = "label-mask-";

// The ids that end a conversation and that pad. OLMo-core finds conversations by scanning
// for the first, and counts each padding token as one if they are equal, so neither may be
// a token that the template writes.
struct EndTokens {
  inference::TokenId end = 0;
  inference::TokenId pad = 0;
};

// The control tokens of a rendered conversation, in order of id.
absl::StatusOr<std::vector<inference::TokenId>> TemplateTokens(
    const generator::TargetModel& target) {
  ASSIGN_OR_RETURN(const auto parts,
                   target.chat_template.Render({{inference::Role::kUser, "Q"},
                                                {inference::Role::kAssistant, "A"},
                                                {inference::Role::kUser, "Q"},
                                                {inference::Role::kAssistant, "A"}},
                                               /*open_assistant=*/false));
  ASSIGN_OR_RETURN(const inference::RenderedTokens rendered,
                   inference::EncodeParts(*target.tokenizer, parts));
  std::vector<inference::TokenId> used;
  for (const inference::TokenId id : rendered.ids) {
    if (target.tokenizer->IsControl(id)) used.push_back(id);
  }
  std::sort(used.begin(), used.end());
  return used;
}

absl::StatusOr<EndTokens> ChooseEndTokens(const generator::TargetModel& target) {
  const inference::Tokenizer& tokenizer = *target.tokenizer;
  ASSIGN_OR_RETURN(const std::vector<inference::TokenId> used, TemplateTokens(target));
  std::vector<inference::TokenId> free;
  const auto consider = [&](inference::TokenId id) {
    if (free.size() == 2 || !tokenizer.IsControl(id)) return;
    if (std::binary_search(used.begin(), used.end(), id)) return;
    if (std::find(free.begin(), free.end(), id) == free.end()) free.push_back(id);
  };
  if (tokenizer.eos().has_value()) consider(*tokenizer.eos());
  consider(tokenizer.pad());
  for (inference::TokenId id = 0; id < tokenizer.vocab_size(); ++id) consider(id);
  if (free.size() == 2) return EndTokens{free[0], free[1]};
  return absl::FailedPreconditionError(absl::StrCat(
      "olmo: the target's vocabulary has ", free.size(),
      " control tokens that its template does not use, want 2: one to end a conversation, "
      "one to pad"));
}

class OlmoFormat : public ExportFormat {
 public:
  explicit OlmoFormat(const FormatContext& context) : context_(context) {}
  using ExportFormat::Add;

  absl::Status Add(Split split, const v1::TrainingRow& row) override {
    if (!ends_.has_value()) {
      ASSIGN_OR_RETURN(ends_, ChooseEndTokens(context_.target));
    }
    for (const Columns& columns : SegmentColumnsOf(row)) {
      RETURN_IF_ERROR(AddConversation(split, columns));
    }
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    for (const Split split : generator::kSplits) {
      if (!Has(split)) continue;
      RETURN_IF_ERROR(CloseFiles(split));
      RETURN_IF_ERROR(WriteConfig(split));
    }
    return absl::OkStatus();
  }

 private:
  struct SplitState {
    std::unique_ptr<OutputFile> tokens;
    std::unique_ptr<OutputFile> mask;
    std::vector<std::string> token_names;
    std::vector<std::string> mask_names;
  };

  SplitState& StateOf(Split split) { return splits_[static_cast<int>(split)]; }

  absl::Status AddConversation(Split split, const Columns& columns) {
    SplitState& state = StateOf(split);
    if (state.tokens == nullptr) RETURN_IF_ERROR(OpenFiles(split));
    std::string ids;
    AppendInts(columns.input_ids, &ids);
    AppendUint32(static_cast<uint32_t>(ends_->end), &ids);
    std::string mask;
    for (const int32_t label : columns.labels) mask.push_back(label == kIgnoredLabel ? 0 : 1);
    mask.push_back(0);
    RETURN_IF_ERROR(state.tokens->Append(ids));
    RETURN_IF_ERROR(state.mask->Append(mask));
    state.tokens->AddRows(1);
    state.mask->AddRows(1);
    CountRow(split);
    const bool full = state.tokens->appended() >= context_.header.spec().export_().shard_bytes();
    return full ? CloseFiles(split) : absl::OkStatus();
  }

  absl::Status OpenFiles(Split split) {
    SplitState& state = StateOf(split);
    const std::string number = absl::StrFormat("%05d.npy", state.token_names.size());
    const std::string prefix = context_.Prefix(split);
    ASSIGN_OR_RETURN(state.tokens, context_.out->Create(absl::StrCat(prefix, kTokensName, number)));
    ASSIGN_OR_RETURN(state.mask, context_.out->Create(absl::StrCat(prefix, kMaskName, number)));
    const size_t folder = context_.Path("").size();
    state.token_names.push_back(state.tokens->name().substr(folder));
    state.mask_names.push_back(state.mask->name().substr(folder));
    return absl::OkStatus();
  }

  absl::Status CloseFiles(Split split) {
    SplitState& state = StateOf(split);
    if (state.tokens == nullptr) return absl::OkStatus();
    RETURN_IF_ERROR(state.tokens->Close());
    RETURN_IF_ERROR(state.mask->Close());
    state.tokens.reset();
    state.mask.reset();
    return absl::OkStatus();
  }

  // What NumpyPackedFSLDatasetConfig.from_dict reads.
  absl::Status WriteConfig(Split split) {
    const SplitState& state = StateOf(split);
    std::string text;
    JsonWriter json(&text, /*indent=*/2);
    json.BeginObject();
    json.Key("_CLASS_").String("olmo_core.data.numpy_dataset.NumpyPackedFSLDatasetConfig");
    json.Key("tokenizer").BeginObject();
    json.Key("_CLASS_").String("olmo_core.data.tokenizer.TokenizerConfig");
    json.Key("vocab_size").Int(context_.target.tokenizer->vocab_size());
    json.Key("eos_token_id").Int(ends_->end);
    json.Key("pad_token_id").Int(ends_->pad);
    json.EndObject();
    json.Key("dtype").String("uint32");
    WritePaths("paths", state.token_names, &json);
    WritePaths("label_mask_paths", state.mask_names, &json);
    json.Key("sequence_length").Uint(LongestRow(context_));
    json.Key("generate_doc_lengths").Bool(true);
    json.EndObject();
    RETURN_IF_ERROR(json.Finish());
    text.push_back('\n');
    return context_.out->Write(context_.Path(absl::StrCat(generator::SplitName(split), ".json")),
                               text);
  }

  static void WritePaths(absl::string_view key, const std::vector<std::string>& names,
                         JsonWriter* json) {
    json->Key(key).BeginArray();
    for (const std::string& name : names) json->String(name);
    json->EndArray();
  }

  const FormatContext context_;
  std::optional<EndTokens> ends_;
  SplitState splits_[2];
};

// Checks a file of tokens with its mask; returns how many conversations it has.
uint64_t CheckFile(absl::string_view tokens, absl::string_view mask, const std::string& name,
                   Findings* findings) {
  std::vector<int32_t> ids;
  const uint64_t count = tokens.size() / sizeof(int32_t);
  if (!ReadArray(tokens, 0, count, &ids).ok() || count == 0 ||
      tokens.size() % sizeof(int32_t) != 0) {
    findings->Add({name}, absl::StrCat(tokens.size(), " bytes are no uint32 tokens"));
    return 0;
  }
  if (mask.size() != count) {
    findings->Add({name}, absl::StrCat("a label mask of ", mask.size(), " for ", count, " tokens"));
    return 0;
  }
  const int32_t end = ids.back();  // The file ends with a conversation.
  uint64_t conversations = 0;
  bool trained = false;
  for (uint64_t i = 0; i < count; ++i) {
    if (ids[i] < 0) findings->Add({name}, absl::StrCat("token ", i, " is out of range"));
    if (mask[i] != 0 && mask[i] != 1) findings->Add({name}, "a mask that is no bool");
    trained |= mask[i] != 0;
    if (ids[i] != end) continue;
    if (!trained || mask[i] != 0) {
      findings->Add({name},
                    absl::StrCat("conversation ", conversations,
                                 trained ? ": its end token is trained" : ": no token is trained"));
    }
    ++conversations;
    trained = false;
  }
  return conversations;
}

}  // namespace

std::unique_ptr<ExportFormat> MakeOlmo(const FormatContext& context) {
  return std::make_unique<OlmoFormat>(context);
}

absl::Status CheckOlmo(const FormatFolder& folder, Findings* findings) {
  for (const Split split : generator::kSplits) {
    std::vector<ShardInfo> files = folder.FilesOf(split, ".npy");
    // Masks come before tokens in order of name.
    const size_t half = files.size() / 2;
    uint64_t rows = 0;
    for (size_t i = 0; i < half; ++i) {
      const ShardInfo& tokens = files[half + i];
      const auto mapped_tokens = MappedFile::Open(folder.PathOf(tokens));
      const auto mapped_mask = MappedFile::Open(folder.PathOf(files[i]));
      if (!mapped_tokens.ok() || !mapped_mask.ok()) continue;  // Was found with its hash.
      rows += CheckFile((*mapped_tokens)->bytes(), (*mapped_mask)->bytes(), tokens.name, findings);
    }
    folder.CheckRows(split, rows, findings);
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
