// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which input each document is from. A file of records is an input; files that are one document
// each count as their directory.
//
//   DocumentSources sources(/*most=*/1000);
//   RETURN_IF_ERROR(store.ForEachDocument([&](const v1::Document& document) {
//     return sources.Add(document);
//   }));
//   Print(sources.Of(result.task().document_id()));
//
// Ten bytes a document. Thread-compatible.
#ifndef QUIPU_PIPELINES_REPORT_DOCUMENT_SOURCES_H_
#define QUIPU_PIPELINES_REPORT_DOCUMENT_SOURCES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "protos/document.pb.h"

namespace quipu::pipelines {

// "corpus/a.jsonl", "corpus/books/".
std::string SourceOf(const v1::Provenance& provenance);

class DocumentSources {
 public:
  // Inputs beyond the first `most` are all called "other inputs". At most 65,000.
  explicit DocumentSources(size_t most = 1000);

  // In order of ids. INVALID_ARGUMENT otherwise.
  absl::Status Add(const v1::Document& document);
  // "" of a document that was not added.
  absl::string_view Of(absl::string_view document_id) const;

 private:
  uint16_t NumberOf(const v1::Provenance& provenance);

  const size_t most_;
  std::vector<std::string> names_;
  absl::flat_hash_map<std::string, uint16_t> numbers_;
  // Of the documents, in order: the first eight bytes of the id, and the input.
  std::vector<uint64_t> ids_;
  std::vector<uint16_t> inputs_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_DOCUMENT_SOURCES_H_
