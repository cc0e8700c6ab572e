// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/open_model.h"

#include <utility>

#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "inference/huggingface/model_directory.h"

namespace quipu::inference {
namespace {

std::string LastPart(absl::string_view path) {
  while (absl::ConsumeSuffix(&path, "/")) {
  }
  return std::string(path.substr(path.find_last_of('/') + 1));
}

}  // namespace

absl::StatusOr<OpenedModel> OpenModel(absl::string_view path) {
  OpenedModel opened;
  if (IsDirectory(path)) {
    ASSIGN_OR_RETURN(std::shared_ptr<const ModelDirectory> directory, ModelDirectory::Open(path));
    opened.params = directory->params();
    opened.name = LastPart(path);
    opened.tensors = std::move(directory);
    return opened;
  }
  ASSIGN_OR_RETURN(opened.gguf, GgufFile::Open(path));
  ASSIGN_OR_RETURN(opened.params, ReadHyperParameters(*opened.gguf));
  opened.name = opened.gguf->GetString("general.name").value_or("");
  if (opened.name.empty()) opened.name = LastPart(opened.gguf->path());
  opened.tensors = opened.gguf;
  return opened;
}

}  // namespace quipu::inference
