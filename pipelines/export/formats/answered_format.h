// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What formats of JSON lines have in common whose trainers take the loss of every answer: a
// row with an answer that takes none is left out and counted.
//
//   class TorchtuneFormat : public AnsweredFormat { ... };
//   RETURN_IF_ERROR(format.Add(Split::kTrain, conversation));
//   RETURN_IF_ERROR(format.Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_ANSWERED_FORMAT_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_ANSWERED_FORMAT_H_

#include "absl/status/status.h"
#include "base/json_writer.h"
#include "pipelines/export/formats/jsonl_format.h"
#include "pipelines/export/formats/row_messages.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

class AnsweredFormat : public JsonlFormat {
 public:
  using JsonlFormat::Add;
  using JsonlFormat::JsonlFormat;

  absl::Status Add(Split split, const ConversationRow& row) final;

 protected:
  // Whether the format can express a row all of whose answers are trained.
  virtual bool Takes(const RowMessages& /*row*/) const { return true; }
  // Writes the fields of the row's object.
  virtual void WriteFields(const RowMessages& row, JsonWriter* json) const = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_ANSWERED_FORMAT_H_
