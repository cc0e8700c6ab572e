// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What formats of JSON lines have in common: shards of each split, and a configuration
// when they are complete.
//
//   class MyFormat : public JsonlFormat {
//     using JsonlFormat::JsonlFormat;
//     absl::Status Add(Split split, const ConversationRow& row) override {
//       return AddLine(split, R"({"text":"..."})");
//     }
//     absl::Status WriteConfig() override { return Write("train.yaml", "..."); }
//   };
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_JSONL_FORMAT_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_JSONL_FORMAT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pipelines/export/rows/format.h"
#include "pipelines/export/rows/shard_writer.h"

namespace quipu::pipelines {

class JsonlFormat : public ExportFormat {
 public:
  explicit JsonlFormat(const FormatContext& context);
  using ExportFormat::Add;
  absl::Status Finish() final;

 protected:
  // Writes the configuration; only called in a folder.
  virtual absl::Status WriteConfig() { return absl::OkStatus(); }

  // Appends a line (with or without its newline) and counts it.
  absl::Status AddLine(Split split, absl::string_view line);
  // Writes a file beside the folders of the splits.
  absl::Status Write(absl::string_view name, absl::string_view content);
  // The shards of a split as their configuration names them: "train/00000.jsonl".
  std::vector<std::string> ShardNames(Split split) const;
  // A YAML list of them, each line with this indent: "  - train/00000.jsonl\n".
  std::string ShardList(Split split, absl::string_view indent) const;

  const FormatContext& context() const { return context_; }

 private:
  ShardWriter& Shards(Split split) { return *shards_[static_cast<int>(split)]; }

  const FormatContext context_;
  std::unique_ptr<ShardWriter> shards_[2];  // By split.
  std::string line_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_JSONL_FORMAT_H_
