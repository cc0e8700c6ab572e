// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One view of an export on its way from rows to shards: as they come, or
// shuffled by the run's seed.
//
//   ASSIGN_OR_RETURN(auto view, ViewWriter::Create(dir, "tokens", spec));
//   RETURN_IF_ERROR(view->Append(id, line));   // Once for every row.
//   ASSIGN_OR_RETURN(std::vector<ShardInfo> shards, view->Finish());
//
// A row's place in a shuffled view is a fingerprint of the seed, the view and
// the row's id: the same in every export of the run. Rows wait for it in a spill
// file (spill.h) in the same directory; an unshuffled view goes straight to its
// shards. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_VIEW_WRITER_H_
#define QUIPU_PIPELINES_EXPORT_VIEW_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "pipelines/export/shard_writer.h"
#include "pipelines/export/spill.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

class ViewWriter {
 public:
  // `view`: "messages" or "tokens", with which the shards' names begin.
  static absl::StatusOr<std::unique_ptr<ViewWriter>> Create(absl::string_view dir,
                                                            absl::string_view view,
                                                            const v1::RunSpec& spec);

  // `line` ends with a newline.
  absl::Status Append(const Fingerprint& id, absl::string_view line);
  // Writes what waits, closes the last shard, and gives the spill file's space
  // back. CANCELLED if the process was told to stop.
  absl::StatusOr<std::vector<ShardInfo>> Finish();

 private:
  ViewWriter(absl::string_view dir, absl::string_view view, const v1::RunSpec& spec,
             std::unique_ptr<Spill> spill);

  const std::string view_;
  const uint64_t seed_;
  std::unique_ptr<Spill> spill_;  // Null if the view is not shuffled.
  ShardWriter shards_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_VIEW_WRITER_H_
