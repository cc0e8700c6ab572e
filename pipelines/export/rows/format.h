// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What one format of an export is: it takes the rows of one kind and writes its files,
// with the configuration that its trainer reads. formats/formats.h has the table.
//
//   class MyFormat : public ExportFormat {
//     absl::Status Add(Split split, const v1::TrainingRow&) override {
//       CountRow(split);
//       return absl::OkStatus();
//     }
//     absl::Status Finish() override { return absl::OkStatus(); }
//   };
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_FORMAT_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "generator/corpus/split.h"
#include "generator/rows/target_model.h"
#include "pipelines/export/rows/compressor.h"
#include "pipelines/export/rows/conversation.h"
#include "pipelines/export/rows/labelled_rows.h"
#include "pipelines/export/rows/output_dir.h"
#include "protos/document.pb.h"
#include "protos/store.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::pipelines {

using generator::Split;

// The kinds of rows that an export has.
enum class RowType {
  kConversations,  // One conversation: ConversationRow.
  kTrainingRows,   // One conversation, or a pack of several: TrainingRow.
  kLabelled,       // One answer with a label: LabelledRow.
};

// One conversation as it comes from the store.
struct ConversationRow {
  // A long row without its tokens, and its records; or
  const v1::TrainingRow* row = nullptr;
  const LongRowRecords* records = nullptr;
  // a short row, if that is not null.
  const v1::ShortRow* short_row = nullptr;
  uint32_t tokens = 0;
};

struct FormatContext {
  const v1::RunHeader& header;
  const generator::TargetModel& target;
  const LabelledRows& labelled_rows;
  OutputDir* out = nullptr;
  std::string name;  // The format's.
  // Whether the format has a folder of its own, with a configuration. Without one its
  // files are at the top, with its name in front.
  bool folder = true;
  ShardCompression compression = ShardCompression::kNone;

  // "mds/index.json".
  std::string Path(absl::string_view file) const {
    return folder ? absl::StrCat(name, "/", file) : std::string(file);
  }
  // What the names of a split's files begin with: "mds/train/", or without a folder
  // "tokens-" and "validation-tokens-".
  std::string Prefix(Split split) const {
    if (folder) return absl::StrCat(name, "/", generator::SplitName(split), "/");
    return absl::StrCat(split == Split::kTrain ? "" : "validation-", name, "-");
  }
};

// What a format has written.
struct FormatCounts {
  uint64_t rows[2] = {0, 0};  // By split.
  // Rows that the format cannot express.
  uint64_t left_out = 0;
};

class ExportFormat {
 public:
  virtual ~ExportFormat() = default;

  // One of these is called for every row, as FormatInfo.rows says.
  virtual absl::Status Add(Split, const ConversationRow&) { return NotOfThisFormat(); }
  virtual absl::Status Add(Split, const v1::TrainingRow&) { return NotOfThisFormat(); }
  virtual absl::Status Add(Split, const LabelledRow&, const v1::Document&) {
    return NotOfThisFormat();
  }
  // Closes all files and writes the configuration.
  virtual absl::Status Finish() = 0;

  const FormatCounts& counts() const { return counts_; }

 protected:
  void CountRow(Split split) { ++counts_.rows[static_cast<int>(split)]; }
  void CountLeftOut() { ++counts_.left_out; }
  bool Has(Split split) const { return counts_.rows[static_cast<int>(split)] > 0; }

 private:
  static absl::Status NotOfThisFormat() {
    return absl::InternalError("a format got a row of a kind that it does not take");
  }
  FormatCounts counts_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_FORMAT_H_
