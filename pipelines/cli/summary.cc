// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/summary.h"

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/cli/command.h"
#include "pipelines/cli/status_text.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/core/run_status.h"

namespace quipu::pipelines {
namespace {

constexpr int kMaxBadInSummary = 20;

absl::Status PrintContaminated(const storage::StoreView& store, int max, std::ostream& out) {
  if (store.header().spec().decontamination().benchmarks().empty()) return absl::OkStatus();
  int shown = 0;
  return store.ForEachPlan([&](const v1::DocumentPlan& plan) {
    if (plan.no_chunk() != v1::NO_CHUNK_REASON_CONTAMINATED) return absl::OkStatus();
    if (shown++ == 0 && max > 0) out << "contaminated documents:\n";
    if (shown > max) return absl::OkStatus();
    out << "    " << absl::BytesToHexString(plan.document_id()) << "  "
        << Snippet(plan.contaminated_by(), 300) << "\n";
    return absl::OkStatus();
  });
}

}  // namespace

absl::Status PrintStatus(const storage::StoreView& store, int max_bad, std::ostream& out) {
  ASSIGN_OR_RETURN(const v1::StatusReply status, StatusOf(store));
  StatusView view;
  view.where = store.path();
  out << StatusText(status, view);
  RETURN_IF_ERROR(PrintContaminated(store, max_bad, out));
  int shown = 0;
  return store.ForEachBadRecord([&](const v1::BadRecord& bad) {
    if (shown++ == 0 && max_bad > 0) out << "bad records:\n";
    if (shown <= max_bad) out << "    " << Snippet(bad.message(), 300) << "\n";
    return absl::OkStatus();
  });
}

void PrintExport(const ExportSummary& summary, absl::string_view dir, std::ostream& out) {
  out << absl::StrFormat(
      "exported   %d long rows, %d packs (%.2f %% full), %d messages rows to %s\n",
      summary.long_rows, summary.packed_rows, 100 * summary.packing_fill, summary.messages_rows,
      dir);
  if (summary.long_rows_by_kind.size() > 1 || summary.pairs > summary.long_rows) {
    out << "kinds      ";
    const char* before = "";
    for (const auto& [kind, rows] : summary.long_rows_by_kind) {
      out << before << rows << " " << kind;
      before = ", ";
    }
    out << absl::StrFormat(" rows; %d pairs\n", summary.pairs);
  }
  out << absl::StrFormat("tokens     %d, %d of them trained, and %d of padding\n", summary.tokens,
                         summary.trained_tokens, summary.padding_tokens);
}

void PrintFormats(const ExportSummary& summary, std::ostream& out) {
  for (const FormatSummary& format : summary.formats) {
    out << absl::StrFormat("format     %-17s %d rows", format.name, format.train_rows);
    if (format.validation_rows > 0) out << " and " << format.validation_rows << " to validate";
    if (format.left_out > 0) out << "; left out, it cannot express them: " << format.left_out;
    out << "\n";
    if (format.left_out > 0) {
      LogWarning(absl::StrCat("format ", format.name, ": ", format.left_out,
                              " rows are left out: it cannot express them"));
    }
  }
}

namespace {

// Says what a run that was quarantined in part lacks, and what to do.
void PrintQuarantined(const storage::StoreView& store, uint64_t pairs, std::ostream& out) {
  const bool merged = store.header().merged_partitions() > 0;  // A merge makes no pairs.
  out << "INCOMPLETE " << pairs << " quarantined pairs are missing; `quipu control "
      << Snippet(store.path(), kMaxPathBytes) << " retry-quarantined` makes them pending, and "
      << (merged ? "`quipu build SPEC`" : "the same command again") << " makes them\n";
  LogWarning(absl::StrCat(pairs, " quarantined pairs are missing"));
}

// Says that nothing can be trained on, and what to do.
void PrintEmpty(absl::string_view store, std::ostream& out) {
  const std::string path = Snippet(store, kMaxPathBytes);
  out << "EMPTY      the dataset has no rows: no pair was accepted, and there are no short rows; "
      << "`quipu report " << path << "` says what to change, `quipu show " << path
      << " --rejects` what was refused\n";
  LogWarning("the dataset has no rows");
}

}  // namespace

absl::StatusOr<int> PrintSummary(const BuildSummary& summary, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(summary.store));
  RETURN_IF_ERROR(PrintStatus(*store, kMaxBadInSummary, out));
  if (!summary.export_dir.empty()) {
    PrintExport(summary.exported, summary.export_dir, out);
    if (summary.exported.messages_rows == 0) PrintEmpty(store->path(), out);
  }
  const auto& rejects = summary.counts.rejects_by_reason;
  const auto quarantined = rejects.find(v1::REJECT_REASON_QUARANTINED);
  if (quarantined == rejects.end() || quarantined->second == 0) return 0;
  PrintQuarantined(*store, quarantined->second, out);
  return kQuarantinedExitCode;
}

}  // namespace quipu::pipelines
