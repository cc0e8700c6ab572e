// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/check/check.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "pipelines/export/check/findings.h"
#include "pipelines/export/check/messages.h"
#include "pipelines/export/check/tokens.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/plan.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/line_reader.h"

namespace quipu::pipelines {
namespace {

// Lines of a manifest that are shown where it differs.
constexpr int kMaxShownLines = 5;

using CheckLine = std::function<absl::Status(const Place&, absl::string_view)>;

// Whether an error says that what is stored is wrong, not that it cannot be
// read.
bool IsOfTheData(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsNotFound(status) || absl::IsInvalidArgument(status) ||
         absl::IsInternal(status);
}

// Reads one shard line by line, and compares size, rows and hash.
absl::Status CheckShard(absl::string_view dir, const ShardInfo& shard, const CheckLine& check,
                        Findings* findings) {
  const std::string path = JoinPath(dir, shard.name);
  absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenByteSource(path);
  if (!source.ok()) {
    findings->Add({shard.name}, source.status().message());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string sha256, Sha256HexOfFile(path));
  if (sha256 != shard.sha256) findings->Add({shard.name}, "its SHA-256 is not the manifest's");
  LineReader lines(*std::move(source), 0, 0, kMaxExportedRowBytes);
  Line line;
  while (true) {
    if (StopRequested()) return absl::CancelledError("stopped while checking");
    ASSIGN_OR_RETURN(const bool more, lines.Next(&line));
    if (!more) break;
    const Place place = {shard.name, line.number};
    if (line.too_long) {
      findings->Add(place, absl::StrCat("line of ", line.length, " bytes"));
      continue;
    }
    const absl::Status status = check(place, line.text);
    if (!status.ok() && !IsOfTheData(status)) return status;
    if (!status.ok()) findings->Add(place, status.message());
  }
  return absl::OkStatus();
}

void CheckNames(const std::vector<std::string>& names, const ParsedManifest& manifest,
                Findings* findings) {
  std::set<std::string> known = {kManifestName};
  for (const ShardInfo& shard : manifest.shards) {
    if (!known.insert(shard.name).second) {
      findings->Add({kManifestName}, absl::StrCat(Snippet(shard.name), " is named twice"));
    }
    if (!absl::StartsWith(shard.name, "messages-") && !absl::StartsWith(shard.name, "tokens-")) {
      findings->Add({kManifestName}, absl::StrCat(Snippet(shard.name), " is no name of a shard"));
    }
  }
  for (const std::string& name : names) {
    if (known.count(name) == 0) findings->Add({Snippet(name)}, "a file that the manifest lacks");
  }
}

// Writes the manifest again from the store and the shards as they are.
absl::Status CheckManifest(const storage::StoreView& store, const ExportPlan& plan,
                           absl::string_view text, absl::Span<const ShardInfo> shards,
                           Findings* findings) {
  ASSIGN_OR_RETURN(const std::string wanted, ManifestOf(store, plan, shards));
  if (text == wanted) return absl::OkStatus();
  const std::vector<absl::string_view> a = absl::StrSplit(text, '\n');
  const std::vector<absl::string_view> b = absl::StrSplit(wanted, '\n');
  int shown = 0;
  for (size_t i = 0; i < std::max(a.size(), b.size()) && shown < kMaxShownLines; ++i) {
    const absl::string_view is = i < a.size() ? a[i] : "";
    const absl::string_view should = i < b.size() ? b[i] : "";
    if (is == should) continue;
    findings->Add({kManifestName, i + 1},
                  absl::StrCat("is ", Snippet(is), ", should be ", Snippet(should)));
    ++shown;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> CheckExport(const storage::StoreView& store,
                                                     const generator::TargetModel& target,
                                                     absl::string_view out_dir) {
  Findings findings;
  const absl::StatusOr<std::string> text =
      ReadFile(JoinPath(out_dir, kManifestName), kMaxManifestBytes);
  if (!text.ok()) {
    findings.Add({kManifestName}, text.status().message());
    return std::move(findings).Take();
  }
  const absl::StatusOr<ParsedManifest> manifest = ParseManifest(*text);
  if (!manifest.ok()) {
    findings.Add({kManifestName}, manifest.status().message());
    return std::move(findings).Take();
  }
  if (manifest->version != kExportVersion) {
    findings.Add({kManifestName}, absl::StrCat("format version ", manifest->version, ", only ",
                                               kExportVersion, " can be checked"));
    return std::move(findings).Take();
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(std::string(out_dir)));
  CheckNames(names, *manifest, &findings);
  const absl::StatusOr<ExportPlan> planned = PlanExport(store);
  if (!planned.ok() && !IsOfTheData(planned.status())) return planned.status();
  if (!planned.ok()) {
    findings.Add({"store"}, planned.status().message());
    return std::move(findings).Take();
  }
  const ExportPlan& plan = *planned;
  const SourceIndex index(plan);
  TokensChecker tokens(store, target, index, &findings);
  MessagesChecker messages(store, index, target.tokenizer->pad(), &findings);
  std::vector<ShardInfo> actual;
  for (ShardInfo shard : manifest->shards) {
    const bool is_tokens = absl::StartsWith(shard.name, "tokens-");
    uint64_t rows = 0;
    const CheckLine check = [&](const Place& place, absl::string_view line) {
      ++rows;
      return is_tokens ? tokens.Check(place, line) : messages.Check(place, line);
    };
    RETURN_IF_ERROR(CheckShard(out_dir, shard, check, &findings));
    if (rows != shard.rows) {
      findings.Add({shard.name}, absl::StrCat(rows, " rows, the manifest says ", shard.rows));
    }
    const absl::StatusOr<uint64_t> bytes = FileSize(JoinPath(out_dir, shard.name));
    if (bytes.ok() && *bytes != shard.bytes) {
      findings.Add({shard.name}, absl::StrCat(*bytes, " bytes, the manifest says ", shard.bytes));
    }
    actual.push_back(std::move(shard));
  }
  tokens.Finish({"tokens-*.jsonl"});
  messages.Finish({"messages-*.jsonl"});
  RETURN_IF_ERROR(CheckManifest(store, plan, *text, actual, &findings));
  return std::move(findings).Take();
}

}  // namespace quipu::pipelines
