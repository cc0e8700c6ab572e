// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/manifest.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/json_parser.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "generator/corpus/split.h"
#include "generator/spec/run_spec.h"
#include "google/protobuf/text_format.h"
#include "pipelines/core/names.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

// Contaminated documents that a manifest lists; the counts have all of them.
constexpr uint64_t kMaxListedDocuments = 10000;

void WriteModel(absl::string_view key, const v1::ModelIdentity& model, JsonWriter* json) {
  json->Key(key).BeginObject();
  json->Key("engine").String(model.engine());
  json->Key("name").String(model.name());
  json->Key("architecture").String(model.architecture());
  json->Key("sha256").String(model.file_sha256());
  json->Key("math").String(model.math());
  json->Key("tokenizer").String(model.tokenizer());
  json->Key("tokenizer_fingerprint").String(absl::BytesToHexString(model.tokenizer_fingerprint()));
  json->Key("chat_template").String(model.chat_template());
  json->Key("chat_template_fingerprint")
      .String(absl::BytesToHexString(model.template_fingerprint()));
  json->Key("pad_id").Int(model.pad_id());
  json->EndObject();
}

void WriteRejects(absl::string_view key, const std::map<v1::RejectReason, uint64_t>& rejects,
                  JsonWriter* json) {
  json->Key(key).BeginObject();
  for (const auto& [reason, count] : rejects) {
    if (count > 0) json->Key(RejectName(reason)).Uint(count);
  }
  json->EndObject();
}

// What the store has.
void WriteStoredCounts(const storage::RunCounts& counts, JsonWriter* json) {
  json->Key("documents").Uint(counts.documents);
  json->Key("document_tokens").Uint(counts.document_tokens);
  json->Key("documents_too_short").Uint(counts.too_short);
  json->Key("documents_not_kept").Uint(counts.not_kept);
  json->Key("documents_without_chunk").Uint(counts.without_chunk);
  json->Key("without_chunk_by_reason").BeginObject();
  for (const auto& [reason, count] : counts.no_chunk_by_reason) {
    json->Key(NoChunkName(reason)).Uint(count);
  }
  json->EndObject();
  json->Key("short_rows_read").Uint(counts.short_rows);
  json->Key("short_rows_cut").Uint(counts.cut_rows);
  json->Key("duplicates").Uint(counts.duplicates + counts.duplicate_rows);
  json->Key("bad_records").Uint(counts.bad_records);
  json->Key("tasks").Uint(counts.tasks);
  json->Key("accepted").Uint(counts.accepted);
  json->Key("rejected").Uint(counts.rejected);
  WriteRejects("rejected_by_reason", counts.rejects_by_reason, json);
  json->Key("rejected_rows").Uint(counts.rejected_rows);
  WriteRejects("rejected_rows_by_reason", counts.row_rejects_by_reason, json);
}

// What is in the files.
void WriteExportedCounts(const ExportCounts& exported, JsonWriter* json) {
  json->Key("messages_rows").Uint(exported.messages_rows);
  json->Key("long_rows").Uint(exported.long_rows);
  json->Key("long_rows_by_language").BeginObject();
  for (const auto& [language, rows] : exported.long_rows_by_language) {
    json->Key(language).Uint(rows);
  }
  json->EndObject();
  json->Key("long_rows_by_kind").BeginObject();
  for (const auto& [kind, rows] : exported.long_rows_by_kind) json->Key(kind).Uint(rows);
  json->EndObject();
  json->Key("pairs").Uint(exported.pairs);
  json->Key("packed_rows").Uint(exported.packed_rows);
  json->Key("short_rows").Uint(exported.short_rows);
  json->Key("tokens").Uint(exported.tokens);
  json->Key("padding_tokens").Uint(exported.padding_tokens);
  json->Key("trained_tokens").Uint(exported.trained_tokens);
  json->Key("rows_with_evidence").Uint(exported.rows_with_evidence);
  json->Key("evidence_sentences").Uint(exported.evidence_sentences);
  json->Key("rows_with_other_places").Uint(exported.rows_with_other_places);
  json->Key("other_places").Uint(exported.other_places);
  json->Key("rows_with_other_documents").Uint(exported.rows_with_other_documents);
  json->Key("other_documents").Uint(exported.other_documents);
}

void WriteCounts(const storage::RunCounts& counts, const ExportCounts& exported, bool labelled,
                 JsonWriter* json) {
  json->Key("counts").BeginObject();
  WriteStoredCounts(counts, json);
  WriteExportedCounts(exported, json);
  if (labelled) {
    json->Key("labelled_rows").Uint(exported.labelled_rows);
    json->Key("labelled_true").Uint(exported.labelled_true);
  }
  json->EndObject();
}

void WriteSplits(const ExportCounts& exported, JsonWriter* json) {
  json->Key("splits").BeginObject();
  for (const generator::Split split : generator::kSplits) {
    const SplitCounts& counts = exported.splits[static_cast<int>(split)];
    if (counts.conversations == 0) continue;
    json->Key(generator::SplitName(split)).BeginObject();
    json->Key("messages_rows").Uint(counts.conversations);
    json->Key("long_rows").Uint(counts.long_rows);
    json->Key("packed_rows").Uint(counts.packed_rows);
    json->Key("tokens").Uint(counts.tokens);
    json->EndObject();
  }
  json->EndObject();
}

// Nothing for the views at the top.
void WriteFormats(const ManifestInput& input, JsonWriter* json) {
  if (!input.folders) return;
  json->Key("compression").String(CompressionName(input.compression));
  json->Key("formats").BeginArray();
  for (const FormatSummary& format : input.formats) {
    json->BeginObject();
    json->Key("name").String(format.name);
    json->Key("train_rows").Uint(format.train_rows);
    json->Key("validation_rows").Uint(format.validation_rows);
    json->Key("left_out").Uint(format.left_out);
    json->EndObject();
  }
  json->EndArray();
}

void WritePacking(uint32_t pack_tokens, const ExportCounts& exported, JsonWriter* json) {
  json->Key("packing").BeginObject();
  json->Key("pack_tokens").Uint(pack_tokens);
  json->Key("packs").Uint(exported.packed_rows);
  json->Key("lower_bound").Uint(exported.LeastPacks(pack_tokens));
  json->Key("packed_tokens").Uint(exported.packed_tokens);
  json->Key("fill").Double(exported.PackingFill(pack_tokens));
  json->EndObject();
}

// Documents that were left out because a benchmark has them. Nothing in runs without
// benchmarks.
absl::Status WriteDecontamination(const storage::StoreView& store, JsonWriter* json) {
  const v1::DecontaminationSpec& spec = store.header().spec().decontamination();
  if (spec.benchmarks().empty()) return absl::OkStatus();
  json->Key("decontamination").BeginObject();
  json->Key("benchmarks_sha256").String(spec.benchmarks_sha256());
  json->Key("documents").BeginArray();
  uint64_t listed = 0;
  RETURN_IF_ERROR(store.ForEachPlan([&](const v1::DocumentPlan& plan) {
    if (plan.no_chunk() != v1::NO_CHUNK_REASON_CONTAMINATED) return absl::OkStatus();
    if (listed++ >= kMaxListedDocuments) return absl::OkStatus();
    json->BeginObject();
    json->Key("document_id").String(absl::BytesToHexString(plan.document_id()));
    json->Key("found").String(plan.contaminated_by());
    json->EndObject();
    return absl::OkStatus();
  }));
  json->EndArray();
  json->EndObject();
  return absl::OkStatus();
}

void WriteFiles(absl::Span<const ShardInfo> shards, JsonWriter* json) {
  json->Key("files").BeginArray();
  for (const ShardInfo& shard : shards) {
    json->BeginObject();
    json->Key("name").String(shard.name);
    json->Key("rows").Uint(shard.rows);
    json->Key("bytes").Uint(shard.bytes);
    json->Key("sha256").String(shard.sha256);
    json->EndObject();
  }
  json->EndArray();
}

// In text format, one field per line, without the fields that name places.
absl::StatusOr<std::string> SpecText(const v1::RunSpec& spec) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  if (!printer.PrintToString(generator::BehaviourOf(spec), &text)) {
    return absl::InternalError("the run's spec cannot be printed");
  }
  return text;
}

absl::StatusOr<uint64_t> RequiredCount(const dom::object& object, absl::string_view key) {
  ASSIGN_OR_RETURN(const dom::element value, Required(object, key));
  uint64_t count = 0;
  if (value.get(count) == simdjson::SUCCESS) return count;
  return absl::InvalidArgumentError(
      absl::StrCat("field \"", key, "\" is ", JsonTypeName(value), ", not a count"));
}

// Names come from outside: they must not lead out of the directory.
bool IsInside(absl::string_view name) {
  if (name.find('\0') != absl::string_view::npos) return false;
  for (const absl::string_view part : absl::StrSplit(name, '/')) {
    if (part.empty() || part[0] == '.') return false;
  }
  return true;
}

absl::StatusOr<FormatSummary> ParseFormat(const dom::element& element) {
  ASSIGN_OR_RETURN(const dom::object object, AsObject(element, "formats"));
  FormatSummary format;
  ASSIGN_OR_RETURN(const absl::string_view name, RequiredString(object, "name"));
  format.name = std::string(name);
  ASSIGN_OR_RETURN(format.train_rows, RequiredCount(object, "train_rows"));
  ASSIGN_OR_RETURN(format.validation_rows, RequiredCount(object, "validation_rows"));
  ASSIGN_OR_RETURN(format.left_out, RequiredCount(object, "left_out"));
  return format;
}

absl::Status ParseFormats(const dom::object& object, ParsedManifest* manifest) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> formats, Find(object, "formats"));
  if (!formats.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::string_view compression, RequiredString(object, "compression"));
  ASSIGN_OR_RETURN(manifest->compression, ParseShardCompression(compression));
  ASSIGN_OR_RETURN(const dom::array array, AsArray(*formats, "formats"));
  for (const dom::element element : array) {
    ASSIGN_OR_RETURN(FormatSummary format, ParseFormat(element));
    manifest->formats.push_back(std::move(format));
  }
  return absl::OkStatus();
}

absl::StatusOr<ShardInfo> ParseShard(const dom::element& element) {
  ASSIGN_OR_RETURN(const dom::object object, AsObject(element, "files"));
  ShardInfo shard;
  ASSIGN_OR_RETURN(const absl::string_view name, RequiredString(object, "name"));
  ASSIGN_OR_RETURN(shard.rows, RequiredCount(object, "rows"));
  ASSIGN_OR_RETURN(shard.bytes, RequiredCount(object, "bytes"));
  ASSIGN_OR_RETURN(const absl::string_view sha256, RequiredString(object, "sha256"));
  if (!IsInside(name)) {
    return absl::InvalidArgumentError("not a shard's file name");
  }
  shard.name = std::string(name);
  shard.sha256 = std::string(sha256);
  return shard;
}

}  // namespace

absl::StatusOr<std::string> ManifestOf(const storage::StoreView& store, const ManifestInput& input,
                                       absl::Span<const ShardInfo> files) {
  const v1::RunHeader& header = store.header();
  ASSIGN_OR_RETURN(const storage::RunCounts counts, store.Count());
  ASSIGN_OR_RETURN(const std::string spec, SpecText(header.spec()));
  std::string text;
  JsonWriter json(&text, /*indent=*/2);
  json.BeginObject();
  json.Key("format").String(kManifestFormat);
  json.Key("format_version").Uint(kExportVersion);
  json.Key("quipu_version").String(header.created_by());
  json.Key("run_id").String(absl::BytesToHexString(header.run_id()));
  WriteModel("generating_model", header.generating_model(), &json);
  WriteModel("target_model", header.target_model(), &json);
  const bool labelled = input.counts.labelled_rows > 0 || header.spec().export_().labelled();
  WriteCounts(counts, input.counts, labelled, &json);
  WriteSplits(input.counts, &json);
  WriteFormats(input, &json);
  WritePacking(header.spec().packing().pack_tokens(), input.counts, &json);
  RETURN_IF_ERROR(WriteDecontamination(store, &json));
  WriteFiles(files, &json);
  json.Key("spec").String(spec);
  json.EndObject();
  text.push_back('\n');
  RETURN_IF_ERROR(json.Finish());
  return text;
}

absl::StatusOr<ParsedManifest> ParseManifest(absl::string_view text) {
  std::string padded(text);
  padded.resize(text.size() + simdjson::SIMDJSON_PADDING);
  JsonParser parser;
  ASSIGN_OR_RETURN(const dom::object object,
                   parser.ParseObject(absl::string_view(padded.data(), text.size())));
  ASSIGN_OR_RETURN(const absl::string_view format, RequiredString(object, "format"));
  if (format != kManifestFormat) {
    return absl::InvalidArgumentError("not the manifest of an export of quipu");
  }
  ParsedManifest manifest;
  ASSIGN_OR_RETURN(manifest.version, RequiredCount(object, "format_version"));
  ASSIGN_OR_RETURN(const absl::string_view run_id, RequiredString(object, "run_id"));
  manifest.run_id = std::string(run_id);
  RETURN_IF_ERROR(ParseFormats(object, &manifest));
  ASSIGN_OR_RETURN(const dom::element files, Required(object, "files"));
  ASSIGN_OR_RETURN(const dom::array array, AsArray(files, "files"));
  for (const dom::element element : array) {
    ASSIGN_OR_RETURN(ShardInfo shard, ParseShard(element));
    manifest.shards.push_back(std::move(shard));
  }
  return manifest;
}

}  // namespace quipu::pipelines
