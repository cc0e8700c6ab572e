// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Passes the rows of an export on, in order of arrival or shuffled by the run's seed.
//
//   RowOrder order("tokens", spec, spill.get(), write);
//   RETURN_IF_ERROR(order.Add(id, record));   // Once for every row.
//   RETURN_IF_ERROR(order.Finish());
//
// A record holds the inputs of a row and is much smaller than what is written of it;
// `write` makes the row when its turn comes. A row's place in a shuffled stream is a
// fingerprint of the seed, the stream and the row's id: the same in every export of the
// run. Until all rows are known, records wait in a spill file, with 32 bytes of memory
// each. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_ROW_ORDER_H_
#define QUIPU_PIPELINES_EXPORT_ROW_ORDER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "pipelines/export/spill_file.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

class RowOrder {
 public:
  using WriteFn = std::function<absl::Status(absl::string_view record)>;

  // `stream`: "messages", "tokens" or "labelled". `spill` must outlive this.
  RowOrder(absl::string_view stream, const v1::RunSpec& spec, SpillFile* spill, WriteFn write);

  absl::Status Add(const Fingerprint& id, absl::string_view record);
  // Writes the waiting rows. CANCELLED if a stop was requested.
  absl::Status Finish();

 private:
  struct Waiting {
    Fingerprint order;
    Extent record;
  };

  const std::string stream_;
  const uint64_t seed_;
  const bool shuffle_;
  SpillFile* const spill_;
  const WriteFn write_;
  std::deque<Waiting> waiting_;  // A deque grows without copying.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROW_ORDER_H_
