// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/document_sources.h"

#include <algorithm>

namespace quipu::pipelines {
namespace {

constexpr size_t kMostInputs = 65000;

// Its first eight bytes, as a number that orders as they do.
uint64_t KeyOf(absl::string_view id) {
  uint64_t key = 0;
  for (size_t i = 0; i < 8; ++i) {
    key = key << 8 | (i < id.size() ? static_cast<unsigned char>(id[i]) : 0);
  }
  return key;
}

}  // namespace

std::string SourceOf(const v1::Provenance& provenance) {
  if (provenance.line() > 0) return provenance.source();
  const size_t slash = provenance.source().rfind('/');
  return slash == std::string::npos ? provenance.source()
                                    : provenance.source().substr(0, slash + 1);
}

DocumentSources::DocumentSources(size_t most) : most_(std::min(most, kMostInputs)) {
  names_.push_back("other inputs");
}

uint16_t DocumentSources::NumberOf(const v1::Provenance& provenance) {
  const std::string source = SourceOf(provenance);
  const auto found = numbers_.find(source);
  if (found != numbers_.end()) return found->second;
  if (numbers_.size() >= most_) return 0;
  const auto number = static_cast<uint16_t>(names_.size());
  names_.push_back(source);
  numbers_[source] = number;
  return number;
}

absl::Status DocumentSources::Add(const v1::Document& document) {
  const uint64_t key = KeyOf(document.id());
  if (!ids_.empty() && key < ids_.back()) {
    return absl::InvalidArgumentError("documents are not in order of their ids");
  }
  ids_.push_back(key);
  inputs_.push_back(NumberOf(document.provenance()));
  return absl::OkStatus();
}

absl::string_view DocumentSources::Of(absl::string_view document_id) const {
  const auto found = std::lower_bound(ids_.begin(), ids_.end(), KeyOf(document_id));
  if (found == ids_.end() || *found != KeyOf(document_id)) return "";
  return names_[inputs_[found - ids_.begin()]];
}

}  // namespace quipu::pipelines
