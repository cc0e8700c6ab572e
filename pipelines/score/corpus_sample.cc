// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/corpus_sample.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "generator/chunks/chunker.h"
#include "generator/chunks/document_tokens.h"
#include "generator/text/normalize.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/dataset_files.h"
#include "pipelines/ingest/record_reader.h"

namespace quipu::pipelines {
namespace {

// The documents with the least keys: a random choice that does not depend on the order of files.
using Documents = std::map<Fingerprint, std::string>;

class Sampler {
 public:
  Sampler(const v1::RunSpec& spec, const inference::Tokenizer& tokenizer, size_t count)
      : spec_(spec), tokenizer_(tokenizer), tokenize_(tokenizer), count_(count) {}

  absl::Status Read(const v1::DocumentInput& input) {
    ASSIGN_OR_RETURN(const std::vector<std::string> paths, ListDataFiles(input.path()));
    for (const std::string& path : paths) {
      RETURN_IF_ERROR(SampleFile(path, input));
    }
    return absl::OkStatus();
  }

  // Round by round, one chunk of each document.
  std::vector<std::string> Chunks() const {
    std::vector<std::vector<std::string>> by_document;
    size_t most = 0;
    for (const auto& [key, text] : documents_) {
      by_document.push_back(ChunksOf(key, text));
      most = std::max(most, by_document.back().size());
    }
    std::vector<std::string> chunks;
    for (size_t round = 0; round < most; ++round) {
      for (std::vector<std::string>& document : by_document) {
        if (chunks.size() == count_) return chunks;
        if (round < document.size()) chunks.push_back(std::move(document[round]));
      }
    }
    return chunks;
  }

 private:
  absl::Status SampleFile(const std::string& path, const v1::DocumentInput& input) {
    SourceOptions options;
    options.zstd_window_log = static_cast<int>(spec_.read().zstd_window_log());
    const absl::StatusOr<std::unique_ptr<RecordReader>> reader =
        OpenDocuments(path, input, 0, 0, options);
    if (absl::IsInvalidArgument(reader.status())) {
      // A build counts such files against their entry; a sample does without them.
      LogWarning(absl::StrCat("not sampled: ", reader.status().message()));
      return absl::OkStatus();
    }
    if (!reader.ok()) return reader.status();
    Record record;
    while (true) {
      if (StopRequested()) return absl::CancelledError("stopped while reading");
      ASSIGN_OR_RETURN(const bool more, (*reader)->Next(&record));
      if (!more) return absl::OkStatus();
      if (record.status.ok()) Add(record.text);
    }
  }

  void Add(absl::string_view raw) {
    absl::StatusOr<std::string> text = generator::NormalizeDocument(raw);
    if (!text.ok()) return;
    const Fingerprint key =
        FingerprintBuilder("calibrate").Add(spec_.seed()).Add(absl::string_view(*text)).Build();
    const bool full = documents_.size() == count_;
    if (full && !(key < documents_.rbegin()->first)) return;
    // The costly check comes last.
    if (tokenize_(*text).count < spec_.read().min_document_tokens()) return;
    documents_.emplace(key, *std::move(text));
    if (documents_.size() > count_) documents_.erase(std::prev(documents_.end()));
  }

  std::vector<std::string> ChunksOf(const Fingerprint& key, const std::string& text) const {
    std::vector<std::string> chunks;
    for (const generator::Chunk& chunk :
         generator::PickChunks(text, tokenize_(text).begins, spec_.chunks(), tokenizer_, key)
             .chunks) {
      chunks.push_back(text.substr(chunk.begin, chunk.end - chunk.begin));
    }
    return chunks;
  }

  const v1::RunSpec& spec_;
  const inference::Tokenizer& tokenizer_;
  const generator::DocumentTokenizer tokenize_;
  const size_t count_;
  Documents documents_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> SampleChunks(const v1::RunSpec& spec,
                                                      const inference::Tokenizer& tokenizer,
                                                      size_t count) {
  Sampler sampler(spec, tokenizer, count);
  for (const v1::DocumentInput& input : spec.documents()) {
    const absl::Status read = sampler.Read(input);
    if (!read.ok()) return Annotate(read, "documents.path");
  }
  std::vector<std::string> chunks = sampler.Chunks();
  if (chunks.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no document has a chunk to ask about: ", spec.documents_size(),
                     " entries in documents, at least ", spec.read().min_document_tokens(),
                     " tokens wanted (read.min_document_tokens)"));
  }
  return chunks;
}

}  // namespace quipu::pipelines
