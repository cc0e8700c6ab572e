// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/model_directory.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/huggingface/safetensors.h"
#include "inference/huggingface/tensor_names.h"

namespace quipu::inference {
namespace {

constexpr absl::string_view kConfig = "config.json";
constexpr absl::string_view kSingle = "model.safetensors";
constexpr absl::string_view kIndex = "model.safetensors.index.json";

// What each file of an index must contain: its tensors.
using WeightMap = std::map<std::string, std::vector<std::string>>;

absl::Status CheckFileName(absl::string_view name) {
  // The index is untrusted: it may name files of the directory only.
  if (name.empty() || name[0] == '.' || absl::StrContains(name, "/") ||
      !absl::EndsWith(name, ".safetensors")) {
    return absl::InvalidArgumentError(
        absl::StrCat("weight_map names \"", Snippet(name),
                     "\", which is not a safetensors file of the directory"));
  }
  return absl::OkStatus();
}

absl::StatusOr<WeightMap> ReadWeightMap(absl::string_view json) {
  JsonParser parser;
  std::string padded;
  padded.reserve(json.size() + 64);  // simdjson reads beyond the text.
  padded.assign(json.data(), json.size());
  ASSIGN_OR_RETURN(const simdjson::dom::object object, parser.ParseObject(padded));
  ASSIGN_OR_RETURN(const simdjson::dom::element value, Required(object, "weight_map"));
  ASSIGN_OR_RETURN(const simdjson::dom::object entries, AsObject(value, "weight_map"));
  WeightMap map;
  for (const auto entry : entries) {
    const std::string tensor(entry.key);
    ASSIGN_OR_RETURN(const absl::string_view file, AsString(entry.value, tensor));
    RETURN_IF_ERROR(CheckFileName(file));
    map[std::string(file)].push_back(tensor);
  }
  if (map.empty()) return absl::InvalidArgumentError("weight_map is empty");
  if (map.size() > kMaxModelParts) {
    return absl::InvalidArgumentError(
        absl::StrCat("weight_map names ", map.size(), " files, limit ", kMaxModelParts));
  }
  return map;
}

// Old checkpoints store the frequencies of the rotation, which follow from the
// configuration.
bool IsIgnored(absl::string_view stored_name) {
  return absl::EndsWith(stored_name, ".rotary_emb.inv_freq");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ModelDirectory>> ModelDirectory::Open(absl::string_view path) {
  std::unique_ptr<ModelDirectory> directory(new ModelDirectory());
  directory->path_ = std::string(path);
  const std::string config_path = JoinPath(path, kConfig);
  ASSIGN_OR_RETURN(std::unique_ptr<MappedFile> config, MappedFile::Open(config_path));
  if (config->bytes().size() > kMaxModelConfigBytes) {
    return absl::InvalidArgumentError(absl::StrCat(config_path, " has ", config->bytes().size(),
                                                   " bytes, limit ", kMaxModelConfigBytes));
  }
  ASSIGN_OR_RETURN(directory->config_, ReadTransformerConfig(config->bytes(), config_path));
  directory->files_.push_back(std::move(config));
  RETURN_IF_ERROR(directory->OpenWeights());
  if (!directory->config_.tied) {
    const absl::Status output = directory->GetTensor("output.weight").status();
    if (!output.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(output.message(), ", and config.json has no tie_word_embeddings"));
    }
  }
  std::sort(directory->files_.begin(), directory->files_.end(),
            [](const auto& a, const auto& b) { return a->path() < b->path(); });
  return directory;
}

// As transformers does: one file comes before an index.
absl::Status ModelDirectory::OpenWeights() {
  if (FileExists(JoinPath(path_, kSingle))) return OpenFile(kSingle, {});
  const std::string index = JoinPath(path_, kIndex);
  if (FileExists(index)) return OpenIndex(index);
  const bool pickled = FileExists(JoinPath(path_, "pytorch_model.bin")) ||
                       FileExists(JoinPath(path_, "pytorch_model.bin.index.json"));
  return absl::NotFoundError(absl::StrCat(
      path_, ": neither ", kSingle, " nor ", kIndex,
      pickled ? " (pytorch_model.bin is not read: save the model as safetensors)" : ""));
}

absl::Status ModelDirectory::OpenIndex(absl::string_view index_path) {
  ASSIGN_OR_RETURN(const std::string json, ReadFile(index_path, kMaxModelConfigBytes));
  absl::StatusOr<WeightMap> map = ReadWeightMap(json);
  if (!map.ok()) return Annotate(map.status(), index_path);
  for (const auto& [file, tensors] : *map) {
    const absl::Status status = OpenFile(file, tensors);
    if (absl::IsNotFound(status)) {
      return absl::NotFoundError(absl::StrCat(status.message(), " (one of ", map->size(),
                                              " files that ", kIndex, " lists)"));
    }
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

absl::Status ModelDirectory::OpenFile(absl::string_view name,
                                      const std::vector<std::string>& wanted) {
  const std::string file_path = JoinPath(path_, name);
  ASSIGN_OR_RETURN(std::unique_ptr<MappedFile> file, MappedFile::Open(file_path));
  using Tensors = std::map<std::string, TensorInfo>;
  ASSIGN_OR_RETURN(const Tensors tensors, ParseSafetensors(file->bytes(), file_path));
  files_.push_back(std::move(file));
  for (const std::string& tensor : wanted) {
    if (tensors.count(tensor) == 0) {
      return absl::InvalidArgumentError(absl::StrCat(file_path, ": no tensor \"", Snippet(tensor),
                                                     "\", which ", kIndex, " says is in it"));
    }
  }
  for (const auto& [stored_name, tensor] : tensors) {
    RETURN_IF_ERROR(AddTensor(stored_name, tensor));
  }
  return absl::OkStatus();
}

absl::Status ModelDirectory::AddTensor(const std::string& stored_name, TensorInfo tensor) {
  if (IsIgnored(stored_name)) return absl::OkStatus();
  const std::string name = GgufTensorName(config_.params.architecture, stored_name);
  // Some checkpoints store it all the same; transformers does not use it.
  if (config_.tied && name == "output.weight") return absl::OkStatus();
  tensor.plus_one = config_.norms_plus_one && absl::EndsWith(name, "norm.weight");
  if (!tensors_.emplace(name, std::move(tensor)).second) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, ": tensor \"", Snippet(stored_name), "\" is in two files"));
  }
  return absl::OkStatus();
}

std::string ModelDirectory::StoredName(absl::string_view name) const {
  return StoredTensorName(config_.params.architecture, name);
}

std::vector<std::string> ModelDirectory::file_paths() const {
  std::vector<std::string> paths;
  for (const auto& file : files_) paths.push_back(file->path());
  return paths;
}

}  // namespace quipu::inference
