// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/commands.h"

#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "pipelines/core/components.h"
#include "pipelines/core/partition.h"
#include "pipelines/export/check/check.h"
#include "pipelines/export/exporter.h"
#include "pipelines/run/build.h"
#include "pipelines/run/merge.h"
#include "storage/store.h"

namespace quipu::pipelines {
namespace {

void PrintExport(const ExportSummary& e, const std::string& dir, std::ostream& out) {
  out << absl::StrFormat(
      "exported   %d long rows, %d packs (%.2f %% full), %d messages rows to %s\n", e.long_rows,
      e.packed_rows, 100 * e.packing_fill, e.messages_rows, dir);
  out << absl::StrFormat("tokens     %d, %d of them trained, and %d of padding\n", e.tokens,
                         e.trained_tokens, e.padding_tokens);
}

// The stored spec, with the model's new place if one is given.
v1::RunSpec SpecWithModel(const storage::StoreView& store, const std::string& model) {
  v1::RunSpec spec = store.header().spec();
  if (model.empty()) return spec;
  if (spec.instances().target_model().empty()) {
    spec.mutable_engine()->set_model(model);
  } else {
    spec.mutable_instances()->set_target_model(model);
  }
  return spec;
}

absl::StatusOr<generator::TargetModel> TargetOf(const storage::StoreView& store,
                                                const std::string& model) {
  ASSIGN_OR_RETURN(generator::TargetModel target, MakeTargetModel(SpecWithModel(store, model)));
  RETURN_IF_ERROR(CheckSameTarget(store.header().target_model(), IdentityOf(target)));
  return target;
}

absl::StatusOr<std::unique_ptr<storage::Store>> OpenReadOnly(const std::string& path) {
  storage::StoreOptions options;
  options.read_only = true;
  return storage::Store::Open(path, options);
}

}  // namespace

absl::Status PrintSummary(const BuildSummary& summary, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(summary.store));
  ASSIGN_OR_RETURN(const std::string status, StatusText(*store, /*max_bad=*/20));
  out << status;
  if (!summary.export_dir.empty()) PrintExport(summary.exported, summary.export_dir, out);
  return absl::OkStatus();
}

absl::Status RunBuild(const BuildFlags& flags, std::ostream& out) {
  ASSIGN_OR_RETURN(v1::RunSpec spec, LoadRunSpec(flags.spec));
  if (flags.threads > 0) spec.mutable_performance()->set_threads(flags.threads);
  BuildOptions options;
  options.max_bad_share = flags.max_bad_share;
  options.terminal = isatty(STDERR_FILENO) == 1 && GetLogFormat() == LogFormat::kText;
  if (!flags.partition.empty()) {
    ASSIGN_OR_RETURN(options.partition, ParsePartitionFlag(flags.partition));
  }
  ASSIGN_OR_RETURN(const BuildSummary summary, Build(spec, options));
  RETURN_IF_ERROR(PrintSummary(summary, out));
  if (options.partition.has_value()) {
    out << PartitionName(*options.partition) << " is made; when all are, quipu merge " << flags.spec
        << " puts them together\n";
  }
  return absl::OkStatus();
}

absl::Status RunMerge(const MergeFlags& flags, std::ostream& out) {
  ASSIGN_OR_RETURN(const v1::RunSpec spec, LoadRunSpec(flags.spec));
  MergeOptions options;
  options.stores = flags.stores;
  options.check = flags.check;
  ASSIGN_OR_RETURN(const BuildSummary summary, Merge(spec, options));
  return PrintSummary(summary, out);
}

absl::Status RunExport(const ExportFlags& flags, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(flags.store));
  ASSIGN_OR_RETURN(const generator::TargetModel target, TargetOf(*store, flags.model));
  const std::string dir =
      flags.out_dir.empty() ? ExportDirOf(store->header().spec()) : flags.out_dir;
  ASSIGN_OR_RETURN(const ExportSummary summary, Export(*store, target, dir));
  PrintExport(summary, dir, out);
  return absl::OkStatus();
}

absl::Status RunStatus(const StatusFlags& flags, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(flags.store));
  ASSIGN_OR_RETURN(const std::string text,
                   flags.json ? StatusJson(*store) : StatusText(*store, flags.max_bad));
  out << text;
  return absl::OkStatus();
}

absl::Status RunShow(const std::string& path, const ShowOptions& options, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(path));
  ASSIGN_OR_RETURN(const std::string text, ShowText(*store, options));
  out << text;
  return absl::OkStatus();
}

absl::Status RunCheck(const CheckFlags& flags, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(flags.store));
  ASSIGN_OR_RETURN(std::vector<std::string> findings, store->CheckIntegrity());
  std::string dir = flags.export_dir;
  // A partition has no export: what lies there is the merged run's.
  if (dir.empty() && !store->header().has_partition() &&
      FileExists(JoinPath(ExportDirOf(store->header().spec()), "MANIFEST.json"))) {
    dir = ExportDirOf(store->header().spec());
  }
  if (!dir.empty()) {
    ASSIGN_OR_RETURN(const generator::TargetModel target, TargetOf(*store, flags.model));
    ASSIGN_OR_RETURN(const std::vector<std::string> more, CheckExport(*store, target, dir));
    findings.insert(findings.end(), more.begin(), more.end());
  }
  for (const std::string& finding : findings) out << finding << "\n";
  if (!findings.empty()) {
    return absl::DataLossError(absl::StrCat(findings.size(), " findings"));
  }
  out << "store " << flags.store << " is sound"
      << (dir.empty() ? std::string("; no export to check")
                      : absl::StrCat("; export ", dir, " is sound"))
      << "\n";
  return absl::OkStatus();
}

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 0;
    case absl::StatusCode::kCancelled:
      return kStoppedExitCode;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
      return 2;
    case absl::StatusCode::kDataLoss:
      return 3;
    default:
      return 1;
  }
}

}  // namespace quipu::pipelines
