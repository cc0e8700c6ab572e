// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// README.md of an export: a dataset card with the front matter of the Hugging Face Hub,
// where the rows come from, counts, and histograms as tables.
//
//   ASSIGN_OR_RETURN(const std::string text, CardOf(store, input, out.Files()));
//   RETURN_IF_ERROR(out.Write(kCardName, text));
//
// A pure function of the store: it says nothing of the machine or the time.
#ifndef QUIPU_PIPELINES_EXPORT_CARD_H_
#define QUIPU_PIPELINES_EXPORT_CARD_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/rows/output_dir.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// `files`: all others but the manifest. Errors are the store's.
absl::StatusOr<std::string> CardOf(const storage::StoreView& store, const ManifestInput& input,
                                   absl::Span<const ShardInfo> files);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_CARD_H_
