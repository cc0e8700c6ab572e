// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/card.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/core/names.h"
#include "pipelines/export/formats/formats.h"

namespace quipu::pipelines {
namespace {

// The code of texts in a language that quipu has no table for.
constexpr char kUnknownLanguage[] = "und";

// The configuration that a reader gets who names none.
constexpr char kMessages[] = "messages";

// The Hub's word for a number of rows.
absl::string_view SizeCategory(uint64_t rows) {
  static constexpr std::pair<uint64_t, absl::string_view> kSizes[] = {
      {1000, "n<1K"},           {10000, "1K<n<10K"},    {100000, "10K<n<100K"},
      {1000000, "100K<n<1M"},   {10000000, "1M<n<10M"}, {100000000, "10M<n<100M"},
      {1000000000, "100M<n<1B"}};
  for (const auto& [limit, word] : kSizes) {
    if (rows < limit) return word;
  }
  return "n>1B";
}

// A string as JSON, which is YAML too.
std::string Quoted(absl::string_view text) {
  std::string out;
  JsonWriter json(&out);
  json.String(text);
  return json.Finish().ok() ? out : "\"\"";
}

std::string TitleOf(const v1::RunSpec& spec) {
  return spec.export_().dataset_name().empty() ? "Long-context instruction data"
                                               : spec.export_().dataset_name();
}

// A configuration of the Hub: a format's shards by split. Nothing if there are none, unless `always`.
void AppendConfig(absl::string_view format, const ManifestInput& input,
                  absl::Span<const ShardInfo> files, bool is_default, bool always,
                  std::string* out) {
  std::string splits;
  for (const generator::Split split : generator::kSplits) {
    const absl::string_view name = generator::SplitName(split);
    const std::string prefix =
        input.folders
            ? absl::StrCat(format, "/", name, "/")
            : absl::StrCat(split == generator::Split::kTrain ? "" : "validation-", format, "-");
    const bool any = std::any_of(files.begin(), files.end(), [&](const ShardInfo& file) {
      return absl::StartsWith(file.name, prefix);
    });
    const bool named = any || (always && split == generator::Split::kTrain);
    if (named) absl::StrAppend(&splits, "  - split: ", name, "\n    path: ", prefix, "*\n");
  }
  if (splits.empty()) return;
  absl::StrAppend(out, "- config_name: ", format, "\n", is_default ? "  default: true\n" : "",
                  "  data_files:\n", splits);
}

std::vector<std::string> FormatNames(const ManifestInput& input, const v1::RunSpec& spec) {
  std::vector<std::string> names;
  for (const FormatSummary& format : input.formats) names.push_back(format.name);
  if (!input.folders) {
    names = {"messages", "tokens", "packs"};
    if (spec.export_().labelled()) names.push_back("labelled");
  }
  return names;
}

// The formats that `datasets` reads by the card. It reads all of a card as one kind of file (that of
// the first), so those of Parquet are only in a card without JSON lines; their folders load without
// one.
std::vector<std::string> ConfigNames(const std::vector<std::string>& names) {
  std::vector<std::string> lines;
  std::vector<std::string> tables;
  for (const std::string& name : names) {
    const absl::StatusOr<const FormatInfo*> format = FindFormat(name);
    if (!format.ok() || !(*format)->loads) continue;
    ((*format)->needs_arrow ? tables : lines).push_back(name);
  }
  return lines.empty() ? tables : lines;
}

std::string FrontMatter(const v1::RunSpec& spec, const ManifestInput& input,
                        absl::Span<const ShardInfo> files) {
  std::string out = absl::StrCat("---\npretty_name: ", Quoted(TitleOf(spec)), "\n");
  if (!spec.export_().license().empty()) {
    absl::StrAppend(&out, "license: ", spec.export_().license(), "\n");
  }
  std::string languages;
  for (const auto& [language, rows] : input.counts.long_rows_by_language) {
    if (language != kUnknownLanguage) absl::StrAppend(&languages, "- ", Quoted(language), "\n");
  }
  if (!languages.empty()) absl::StrAppend(&out, "language:\n", languages);
  absl::StrAppend(&out,
                  "task_categories:\n- question-answering\n- text-generation\n"
                  "size_categories:\n- ",
                  SizeCategory(input.counts.messages_rows),
                  "\ntags:\n- long-context\n- instruction-tuning\n- synthetic\n");
  std::string configs;
  const std::vector<std::string> names = ConfigNames(FormatNames(input, spec));
  const bool has_messages = std::find(names.begin(), names.end(), kMessages) != names.end();
  for (const std::string& name : names) {
    const bool is_default = has_messages ? name == kMessages : configs.empty();
    AppendConfig(name, input, files, is_default, /*always=*/false, &configs);
  }
  // Without a configuration `datasets` reads MANIFEST.json as a row; with one it says that there are
  // no files.
  if (configs.empty() && !names.empty()) {
    AppendConfig(names[0], input, files, /*is_default=*/true, /*always=*/true, &configs);
  }
  if (!configs.empty()) absl::StrAppend(&out, "configs:\n", configs);
  return absl::StrCat(out, "---\n");
}

using Rows = std::vector<std::pair<std::string, uint64_t>>;

void AppendTable(absl::string_view title, absl::string_view first, absl::string_view second,
                 const Rows& rows, std::string* out) {
  if (rows.empty()) return;
  absl::StrAppend(out, "\n## ", title, "\n\n| ", first, " | ", second, " |\n|---|---:|\n");
  for (const auto& [name, value] : rows) absl::StrAppend(out, "| ", name, " | ", value, " |\n");
}

void AppendModel(absl::string_view what, const v1::ModelIdentity& model, std::string* out) {
  absl::StrAppend(out, "- ", what, ": ", model.name().empty() ? model.engine() : model.name());
  if (!model.file_sha256().empty()) absl::StrAppend(out, ", SHA-256 `", model.file_sha256(), "`");
  absl::StrAppend(out, "\n");
}

void AppendProvenance(const v1::RunHeader& header, std::string* out) {
  absl::StrAppend(
      out,
      "\nLong documents with questions about them, written and judged by a language model, after "
      "the recipe of\nLLaMA 2 Long (arXiv 2309.16039, section 2.2); and short instruction rows, "
      "packed. The questions and answers\nof long rows are synthetic: they can be wrong, and their "
      "scores (`probability`, `verdict_margin`) say how sure\nthe model was. `MANIFEST.json` has "
      "the whole specification and the SHA-256 of every file.\n\n## Where it comes from\n\n");
  AppendModel("Questions, answers and verdicts", header.generating_model(), out);
  AppendModel("Tokens and chat template", header.target_model(), out);
  absl::StrAppend(out, "- Made by ", header.created_by(), ", run `",
                  absl::BytesToHexString(header.run_id()), "`, seed ", header.spec().seed(), "\n");
  const std::string& license = header.spec().export_().license();
  absl::StrAppend(out, "- Licence: ",
                  license.empty() ? "not stated; that of the documents and rows applies" : license,
                  "\n");
}

void AppendFormats(const ManifestInput& input, std::string* out) {
  if (!input.folders) return;
  absl::StrAppend(out,
                  "\n## Formats\n\n| folder | for | train rows | validation rows | left out |\n"
                  "|---|---|---:|---:|---:|\n");
  for (const FormatSummary& format : input.formats) {
    const absl::StatusOr<const FormatInfo*> info = FindFormat(format.name);
    absl::StrAppend(out, "| `", format.name, "` | ", info.ok() ? (*info)->reader : "", " | ",
                    format.train_rows, " | ", format.validation_rows, " | ", format.left_out,
                    " |\n");
  }
  absl::StrAppend(out,
                  "\nLeft out are rows that a format cannot express, such as an answer in the "
                  "middle that takes no loss.\n");
}

Rows CountRows(const storage::RunCounts& counts, const ManifestInput& input) {
  const ExportCounts& exported = input.counts;
  Rows rows = {{"documents", counts.documents},
               {"documents without a chunk", counts.without_chunk},
               {"pairs accepted", counts.accepted},
               {"pairs rejected", counts.rejected},
               {"long rows", exported.long_rows},
               {"short rows", exported.short_rows},
               {"packs", exported.packed_rows},
               {"conversations", exported.messages_rows},
               {"tokens without padding", exported.tokens},
               {"trained tokens", exported.trained_tokens}};
  const uint64_t validation = exported.splits[1].conversations;
  if (validation > 0) rows.push_back({"of the conversations, in the validation split", validation});
  return rows;
}

Rows LengthRows(const std::map<int, uint64_t>& lengths) {
  Rows rows;
  if (lengths.empty()) return rows;
  for (int digits = lengths.begin()->first; digits <= lengths.rbegin()->first; ++digits) {
    const auto found = lengths.find(digits);
    rows.push_back({absl::StrCat(uint64_t{1} << (digits - 1), " to ", (uint64_t{1} << digits) - 1),
                    found == lengths.end() ? 0 : found->second});
  }
  return rows;
}

Rows DepthRows(const ExportCounts& counts) {
  Rows rows;
  if (std::all_of(std::begin(counts.depths), std::end(counts.depths),
                  [](uint64_t count) { return count == 0; })) {
    return rows;
  }
  for (int i = 0; i < 10; ++i) {
    rows.push_back({absl::StrFormat("%.1f to %.1f", i / 10.0, (i + 1) / 10.0), counts.depths[i]});
  }
  return rows;
}

template <typename Map, typename Name>
Rows NamedRows(const Map& map, Name name) {
  Rows rows;
  for (const auto& [key, count] : map) {
    if (count > 0) rows.push_back({name(key), count});
  }
  return rows;
}

}  // namespace

absl::StatusOr<std::string> CardOf(const storage::StoreView& store, const ManifestInput& input,
                                   absl::Span<const ShardInfo> files) {
  const v1::RunHeader& header = store.header();
  ASSIGN_OR_RETURN(const storage::RunCounts counts, store.Count());
  std::string out = FrontMatter(header.spec(), input, files);
  absl::StrAppend(&out, "\n# ", TitleOf(header.spec()), "\n");
  AppendProvenance(header, &out);
  AppendTable("Counts", "what", "number", CountRows(counts, input), &out);
  AppendFormats(input, &out);
  const auto same = [](const std::string& name) { return name; };
  AppendTable("Length of conversations", "tokens", "conversations",
              LengthRows(input.counts.lengths), &out);
  AppendTable("Place of the evidence in its context", "depth", "long rows", DepthRows(input.counts),
              &out);
  AppendTable("Languages of long rows", "language", "rows",
              NamedRows(input.counts.long_rows_by_language, same), &out);
  AppendTable("Kinds of long rows", "kind", "rows", NamedRows(input.counts.long_rows_by_kind, same),
              &out);
  AppendTable("Rejected pairs by reason", "reason", "pairs",
              NamedRows(counts.rejects_by_reason, RejectLabel), &out);
  return out;
}

}  // namespace quipu::pipelines
