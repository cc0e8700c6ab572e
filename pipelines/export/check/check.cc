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
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "generator/corpus/split.h"
#include "pipelines/export/card.h"
#include "pipelines/export/check/format_check.h"
#include "pipelines/export/check/labelled.h"
#include "pipelines/export/check/messages.h"
#include "pipelines/export/check/source_index.h"
#include "pipelines/export/check/tokens.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/rows/counts.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/staged_dir.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/line_reader.h"

namespace quipu::pipelines {
namespace {

// Lines of a manifest that are shown where it differs.
constexpr int kMaxShownLines = 5;

// In front of the names of a validation split's shards.
constexpr absl::string_view kValidationPrefix = "validation-";

using CheckLine = std::function<absl::Status(const Place&, absl::string_view)>;

// Whether an error means that stored data is wrong, not that it cannot be read.
bool IsOfTheData(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsNotFound(status) || absl::IsInvalidArgument(status) ||
         absl::IsInternal(status);
}

// Reads one shard line by line; returns how many it has.
absl::StatusOr<uint64_t> CheckLines(const std::string& name, std::unique_ptr<ByteSource> source,
                                    const CheckLine& check, Findings* findings) {
  LineReader lines(std::move(source), 0, 0, kMaxExportedRowBytes);
  Line line;
  uint64_t rows = 0;
  while (true) {
    if (StopRequested()) return absl::CancelledError("stopped while checking");
    ASSIGN_OR_RETURN(const bool more, lines.Next(&line));
    if (!more) return rows;
    const Place place = {name, line.number};
    if (line.too_long) {
      findings->Add(place, absl::StrCat("line of ", line.length, " bytes"));
      continue;
    }
    ++rows;
    const absl::Status status = check(place, line.text);
    if (!status.ok() && !IsOfTheData(status)) return status;
    if (!status.ok()) findings->Add(place, status.message());
  }
}

// Checks one shard's lines, and its hash, rows and size against the manifest.
absl::Status CheckShard(absl::string_view dir, const ShardInfo& shard, const CheckLine& check,
                        Findings* findings) {
  const std::string path = JoinPath(dir, shard.name);
  uint64_t rows = 0;
  absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenByteSource(path);
  if (source.ok()) {
    ASSIGN_OR_RETURN(const std::string sha256, Sha256HexOfFile(path));
    if (sha256 != shard.sha256) findings->Add({shard.name}, "SHA-256 differs from the manifest's");
    ASSIGN_OR_RETURN(rows, CheckLines(shard.name, *std::move(source), check, findings));
  } else {
    findings->Add({shard.name}, source.status().message());
  }
  if (rows != shard.rows) {
    findings->Add({shard.name}, absl::StrCat(rows, " rows, the manifest says ", shard.rows));
  }
  const absl::StatusOr<uint64_t> bytes = FileSize(path);
  if (bytes.ok() && *bytes != shard.bytes) {
    findings->Add({shard.name}, absl::StrCat(*bytes, " bytes, the manifest says ", shard.bytes));
  }
  return absl::OkStatus();
}

// "messages", "tokens", "packs" or "labelled"; empty if the name is no shard's.
absl::string_view ViewOf(absl::string_view name) {
  absl::ConsumePrefix(&name, kValidationPrefix);
  for (const absl::string_view view : {"messages", "tokens", "packs", "labelled"}) {
    if (absl::StartsWith(name, absl::StrCat(view, "-"))) return view;
  }
  return "";
}

void CheckNames(const std::vector<std::string>& names, const ParsedManifest& manifest,
                Findings* findings) {
  std::set<std::string> known = {kManifestName};
  for (const ShardInfo& shard : manifest.shards) {
    if (!known.insert(shard.name).second) {
      findings->Add({kManifestName}, absl::StrCat(Snippet(shard.name), " is listed twice"));
    }
    if (shard.name != kCardName && ViewOf(shard.name).empty()) {
      findings->Add({kManifestName}, absl::StrCat(Snippet(shard.name), " is not a shard name"));
    }
  }
  for (const std::string& name : names) {
    if (known.count(name) == 0) findings->Add({Snippet(name)}, "file is not in the manifest");
  }
}

// Compares the manifest with one rebuilt from the store.
absl::Status CheckManifest(const storage::StoreView& store, const ManifestInput& input,
                           absl::string_view text, absl::Span<const ShardInfo> shards,
                           Findings* findings) {
  ASSIGN_OR_RETURN(const std::string wanted, ManifestOf(store, input, shards));
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

// Compares the card with one rebuilt from the store.
absl::Status CheckCard(const storage::StoreView& store, const ManifestInput& input,
                       absl::string_view dir, std::vector<ShardInfo> files, Findings* findings) {
  const auto card = std::find_if(files.begin(), files.end(),
                                 [](const ShardInfo& file) { return file.name == kCardName; });
  if (card == files.end()) {
    findings->Add({kManifestName}, absl::StrCat("does not list ", kCardName));
    return absl::OkStatus();
  }
  const std::string sha256 = card->sha256;
  files.erase(card);
  ASSIGN_OR_RETURN(const std::string wanted, CardOf(store, input, files));
  const absl::StatusOr<std::string> text = ReadFile(JoinPath(dir, kCardName), kMaxManifestBytes);
  if (!text.ok()) {
    findings->Add({kCardName}, text.status().message());
    return absl::OkStatus();
  }
  if (*text != wanted) findings->Add({kCardName}, "differs from what the store gives");
  if (Sha256Hex(*text) != sha256) {
    findings->Add({kCardName}, "SHA-256 differs from the manifest's");
  }
  return absl::OkStatus();
}

// Reads a manifest of the supported version; a fault in it is an error of any
// code.
absl::StatusOr<ParsedManifest> ParseCurrentManifest(absl::string_view text) {
  ASSIGN_OR_RETURN(ParsedManifest manifest, ParseManifest(text));
  if (manifest.version == kExportVersion) return manifest;
  return absl::FailedPreconditionError(absl::StrCat("format version ", manifest.version, ", only ",
                                                    kExportVersion, " can be checked"));
}

// Checks every shard that the manifest names against the store, and that none of
// the store's rows is missing.
absl::Status CheckShards(const storage::StoreView& store, const generator::TargetModel& target,
                         const SourceIndex& index, absl::string_view dir,
                         absl::Span<const ShardInfo> shards, LabelledChecker* labelled,
                         Findings* findings) {
  TokensChecker tokens(store, target, index, findings);
  MessagesChecker messages(store, index, target, findings);
  for (const ShardInfo& shard : shards) {
    if (shard.name == kCardName) continue;
    const absl::string_view view = ViewOf(shard.name);
    const generator::Split split = absl::StartsWith(shard.name, kValidationPrefix)
                                       ? generator::Split::kValidation
                                       : generator::Split::kTrain;
    const CheckLine check = [&](const Place& place, absl::string_view line) {
      if (view == "labelled") return labelled->Check(place, line);
      if (view == "messages") return messages.Check(place, line, split);
      return tokens.Check(place, line, /*packs=*/view == "packs", split);
    };
    RETURN_IF_ERROR(CheckShard(dir, shard, check, findings));
  }
  tokens.Finish({"tokens-*.jsonl, packs-*.jsonl"});
  messages.Finish({"messages-*.jsonl"});
  labelled->Finish({"labelled-*.jsonl"});
  return absl::OkStatus();
}

// Adds all findings; a status only if checking itself failed.
absl::Status FindAll(const storage::StoreView& store, const generator::TargetModel& target,
                     absl::string_view dir, Findings* findings) {
  const absl::StatusOr<std::string> text =
      ReadFile(JoinPath(dir, kManifestName), kMaxManifestBytes);
  if (!text.ok()) {
    findings->Add({kManifestName}, text.status().message());
    return absl::OkStatus();
  }
  const absl::StatusOr<ParsedManifest> manifest = ParseCurrentManifest(*text);
  if (!manifest.ok()) {
    findings->Add({kManifestName}, manifest.status().message());
    return absl::OkStatus();
  }
  if (!manifest->formats.empty()) {
    RETURN_IF_ERROR(CheckFiles(dir, *manifest, findings));
    RETURN_IF_ERROR(CheckFormats(dir, *manifest, findings));
    return CompareWithStore(store, target, dir, *manifest, findings);
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(std::string(dir)));
  CheckNames(names, *manifest, findings);
  const absl::StatusOr<SourceIndex> index = SourceIndex::Build(store);
  if (!index.ok() && !IsOfTheData(index.status())) return index.status();
  if (!index.ok()) {
    findings->Add({"store"}, index.status().message());
    return absl::OkStatus();
  }
  absl::StatusOr<LabelledChecker> labelled = LabelledChecker::Build(store, target, findings);
  if (!labelled.ok() && !IsOfTheData(labelled.status())) return labelled.status();
  if (!labelled.ok()) {
    findings->Add({"store"}, labelled.status().message());
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CheckShards(store, target, *index, dir, manifest->shards, &*labelled, findings));
  ManifestInput input;
  input.counts = index->counts();
  labelled->AddTo(&input.counts);
  RETURN_IF_ERROR(CheckCard(store, input, dir, manifest->shards, findings));
  return CheckManifest(store, input, *text, manifest->shards, findings);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> CheckExport(const storage::StoreView& store,
                                                     const generator::TargetModel& target,
                                                     absl::string_view out_dir) {
  Findings findings;
  RETURN_IF_ERROR(FindAll(store, target, out_dir, &findings));
  return std::move(findings).Take();
}

absl::StatusOr<std::vector<std::string>> CheckExportAlone(absl::string_view out_dir) {
  Findings findings;
  const absl::StatusOr<std::string> text =
      ReadFile(JoinPath(out_dir, kManifestName), kMaxManifestBytes);
  if (!text.ok()) return text.status();
  ASSIGN_OR_RETURN(const ParsedManifest manifest, ParseCurrentManifest(*text));
  RETURN_IF_ERROR(CheckFiles(out_dir, manifest, &findings));
  RETURN_IF_ERROR(CheckFormats(out_dir, manifest, &findings));
  return std::move(findings).Take();
}

}  // namespace quipu::pipelines
