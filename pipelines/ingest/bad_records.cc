// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/bad_records.h"

#include "absl/strings/str_cat.h"

namespace quipu::pipelines {
namespace {

bool OverShare(uint64_t bad, uint64_t all, double share) {
  return static_cast<double>(bad) > share * static_cast<double>(all);
}

}  // namespace

void EntryCounts::Add(const v1::InputProgress& file) {
  ++files_read;
  if (file.unreadable()) {
    ++unreadable_files;
    return;
  }
  records += file.records();
  bad_records += file.bad_records();
}

absl::Status CheckEntry(absl::string_view entry, const EntryCounts& counts, const BadLimits& limits,
                        absl::string_view shown) {
  const std::string limit = absl::StrCat(", over the limit of ", limits.share * 100,
                                         " % (read.max_bad_share, --max-bad-share)");
  if (OverShare(counts.unreadable_files, counts.files, limits.share)) {
    return absl::InvalidArgumentError(absl::StrCat(entry, ": ", counts.unreadable_files, " of ",
                                                   counts.files, " files cannot be read", limit,
                                                   "; the first:", shown));
  }
  if (!OverShare(counts.bad_records, counts.records, limits.share)) return absl::OkStatus();
  // A small entry that is mostly lost has been named wrongly, or is of a shape that is not read.
  const bool most =
      OverShare(counts.bad_records, counts.records, 0.5) && counts.files_read == counts.files;
  if (counts.bad_records <= limits.records && !most) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(entry, ": ", counts.bad_records, " of ",
                                                 counts.records, " records are bad", limit,
                                                 "; the first:", shown));
}

}  // namespace quipu::pipelines
