// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The table of formats. A new one is a file here that makes an ExportFormat, and a line in
// the table.
//
//   ASSIGN_OR_RETURN(const FormatInfo* format, FindFormat("mds"));
//   const std::unique_ptr<ExportFormat> writer = format->make(context);
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_FORMATS_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_FORMATS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

struct FormatInfo {
  absl::string_view name;
  // Who reads it, for --help and the dataset card.
  absl::string_view reader;
  RowType rows = RowType::kConversations;
  // Whether `datasets` reads its shards by the card: JSON lines and Parquet.
  bool loads = false;
  // Whether its reader takes compressed shards.
  bool compressible = false;
  // Whether its rows have labels and no loss weights: it cannot express a run whose labels
  // do not say everything.
  bool labels_only = false;
  // Whether it needs a build with Apache Arrow.
  bool needs_arrow = false;
  std::unique_ptr<ExportFormat> (*make)(const FormatContext& context) = nullptr;
  // Adds what is wrong in a folder of the format, without the store.
  absl::Status (*check)(const FormatFolder& folder, Findings* findings) = nullptr;
};

// In order of name.
absl::Span<const FormatInfo> Formats();
// INVALID_ARGUMENT, with all names, if there is none of this name.
absl::StatusOr<const FormatInfo*> FindFormat(absl::string_view name);

// The formats with these names, each once, in order of name; "all" is every one that this
// run can have. FAILED_PRECONDITION if the run cannot have one of them.
absl::StatusOr<std::vector<const FormatInfo*>> SelectFormats(absl::Span<const std::string> names,
                                                             const v1::RunSpec& spec);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_FORMATS_H_
