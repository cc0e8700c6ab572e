// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes one view of an export to shards, in order of arrival or shuffled by
// the run's seed.
//
//   ViewWriter view(dir, "tokens", spec, spill.get(), render);
//   RETURN_IF_ERROR(view.Add(id, record));   // Once for every row.
//   ASSIGN_OR_RETURN(std::vector<ShardInfo> shards, view.Finish());
//
// A record holds the inputs of a row's line and is much smaller than the line;
// `render` makes the line when the row's turn comes. A row's place in a
// shuffled view is a fingerprint of the seed, the view and the row's id: the
// same in every export of the run. Until all rows are known, records wait in a
// spill file, with 32 bytes of memory each. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_VIEW_WRITER_H_
#define QUIPU_PIPELINES_EXPORT_VIEW_WRITER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "pipelines/export/shard_writer.h"
#include "pipelines/export/spill_file.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

class ViewWriter {
 public:
  // Appends the line of a record, with its newline.
  using RenderFn = std::function<absl::Status(absl::string_view record, std::string* line)>;

  // `view`: "messages" or "tokens", the prefix of the shards' names. `spill`
  // must outlive this.
  ViewWriter(absl::string_view dir, absl::string_view view, const v1::RunSpec& spec,
             SpillFile* spill, RenderFn render);

  absl::Status Add(const Fingerprint& id, absl::string_view record);
  // Writes the waiting rows and closes the last shard. CANCELLED if a stop was
  // requested.
  absl::StatusOr<std::vector<ShardInfo>> Finish();

 private:
  struct Waiting {
    Fingerprint order;
    Extent record;
  };

  absl::Status Write(absl::string_view record);

  const std::string view_;
  const uint64_t seed_;
  const bool shuffle_;
  SpillFile* const spill_;
  const RenderFn render_;
  ShardWriter shards_;
  std::deque<Waiting> waiting_;  // A deque grows without copying.
  std::string line_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_VIEW_WRITER_H_
