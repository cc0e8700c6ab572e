// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/views.h"

#include <string>

#include "base/status_macros.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/jsonl_format.h"
#include "pipelines/export/rows/rows.h"
#include "pipelines/export/rows/training_row.h"

namespace quipu::pipelines {
namespace {

class MessagesFormat : public JsonlFormat {
 public:
  explicit MessagesFormat(const FormatContext& context)
      : JsonlFormat(context), rows_(context.header, context.target) {}
  using JsonlFormat::Add;

  absl::Status Add(Split split, const ConversationRow& row) override {
    line_.clear();
    if (row.short_row != nullptr) {
      RETURN_IF_ERROR(rows_.AppendShort(*row.short_row, row.tokens, &line_));
    } else {
      RETURN_IF_ERROR(rows_.AppendLong(*row.row, *row.records, &line_));
    }
    return AddLine(split, line_);
  }

 private:
  const RowWriter rows_;
  std::string line_;
};

// Training rows of one conversation, or packs of several. Packs have files of their own: trainers
// that read them as if they were one conversation would train across its segments.
class TokensFormat : public JsonlFormat {
 public:
  TokensFormat(const FormatContext& context, bool packs)
      : JsonlFormat(context), packs_(packs), rows_(context.header, context.target) {}
  using JsonlFormat::Add;

  absl::Status Add(Split split, const v1::TrainingRow& row) override {
    if (HoldsSeveral(row) != packs_) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Fingerprint id, TrainingRowId(row));
    line_.clear();
    RETURN_IF_ERROR(rows_.AppendTokens(row, id, &line_));
    return AddLine(split, line_);
  }

 private:
  const bool packs_;
  const RowWriter rows_;
  std::string line_;
};

class LabelledFormat : public JsonlFormat {
 public:
  using JsonlFormat::Add;
  using JsonlFormat::JsonlFormat;

  absl::Status Add(Split split, const LabelledRow& row, const v1::Document& document) override {
    line_.clear();
    RETURN_IF_ERROR(context().labelled_rows.Append(row, document, &line_));
    return AddLine(split, line_);
  }

 private:
  std::string line_;
};

}  // namespace

std::unique_ptr<ExportFormat> MakeMessages(const FormatContext& context) {
  return std::make_unique<MessagesFormat>(context);
}

std::unique_ptr<ExportFormat> MakeTokens(const FormatContext& context) {
  return std::make_unique<TokensFormat>(context, /*packs=*/false);
}

std::unique_ptr<ExportFormat> MakePacks(const FormatContext& context) {
  return std::make_unique<TokensFormat>(context, /*packs=*/true);
}

std::unique_ptr<ExportFormat> MakeLabelled(const FormatContext& context) {
  return std::make_unique<LabelledFormat>(context);
}

absl::Status CheckTokenRows(const FormatFolder& folder, Findings* findings) {
  return CheckJsonlRows(
      folder,
      [](const JsonRow& row) {
        TokenColumns columns;
        columns.input_ids = IntsOf(row, "input_ids");
        columns.labels = IntsOf(row, "labels");
        columns.attention_mask = IntsOf(row, "attention_mask");
        columns.seq_lengths = IntsOf(row, "seq_lengths");
        return FaultOf(columns);
      },
      findings);
}

absl::Status CheckTextRows(const FormatFolder& folder, Findings* findings) {
  return CheckJsonlRows(
      folder, [](const JsonRow&) { return std::string(); }, findings);
}

}  // namespace quipu::pipelines
