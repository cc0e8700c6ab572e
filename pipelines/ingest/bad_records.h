// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How many records and files of each entry of a spec may be bad. A file that cannot be
// read at all may hold any number of records, so files are counted by themselves.
//
//   EntryCounts counts;
//   counts.Add(progress);  // For each file of the entry.
//   RETURN_IF_ERROR(CheckEntry("documents[0] (c/*)", counts, limits, shown));
//
// Pure.
#ifndef QUIPU_PIPELINES_INGEST_BAD_RECORDS_H_
#define QUIPU_PIPELINES_INGEST_BAD_RECORDS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

struct BadLimits {
  double share = 0;      // read.max_bad_share, or --max-bad-share.
  uint64_t records = 0;  // read.max_bad_records.
};

struct EntryCounts {
  uint64_t files = 0;  // Of the entry, read or not.
  uint64_t files_read = 0;
  uint64_t unreadable_files = 0;
  uint64_t records = 0;  // Of the files that can be read.
  uint64_t bad_records = 0;

  void Add(const v1::InputProgress& file);
};

// INVALID_ARGUMENT if too much is bad: of the files; of the records, beyond the number that is
// always allowed; or most records, once all files are read. `shown`: the first bad records, a line
// each.
absl::Status CheckEntry(absl::string_view entry, const EntryCounts& counts, const BadLimits& limits,
                        absl::string_view shown);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_BAD_RECORDS_H_
