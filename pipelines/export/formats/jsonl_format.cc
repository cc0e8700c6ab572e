// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/jsonl_format.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::pipelines {

JsonlFormat::JsonlFormat(const FormatContext& context) : context_(context) {
  for (const Split split : generator::kSplits) {
    shards_[static_cast<int>(split)] = std::make_unique<ShardWriter>(
        context.out, context.Prefix(split), ".jsonl", context.header.spec().export_().shard_bytes(),
        context.compression);
  }
}

absl::Status JsonlFormat::AddLine(Split split, absl::string_view line) {
  CountRow(split);
  if (absl::EndsWith(line, "\n")) return Shards(split).Append(line);
  line_ = absl::StrCat(line, "\n");
  return Shards(split).Append(line_);
}

absl::Status JsonlFormat::Finish() {
  for (const Split split : generator::kSplits) RETURN_IF_ERROR(Shards(split).Finish());
  return context_.folder ? WriteConfig() : absl::OkStatus();
}

absl::Status JsonlFormat::Write(absl::string_view name, absl::string_view content) {
  return context_.out->Write(context_.Path(name), content);
}

std::vector<std::string> JsonlFormat::ShardNames(Split split) const {
  std::vector<std::string> names;
  const size_t folder = context_.Path("").size();
  for (const std::string& name : shards_[static_cast<int>(split)]->names()) {
    names.push_back(name.substr(folder));
  }
  return names;
}

std::string JsonlFormat::ShardList(Split split, absl::string_view indent) const {
  std::string list;
  for (const std::string& name : ShardNames(split))
    absl::StrAppend(&list, indent, "- ", name, "\n");
  return list;
}

}  // namespace quipu::pipelines
