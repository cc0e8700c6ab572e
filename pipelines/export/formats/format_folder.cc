// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/format_folder.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "pipelines/export/rows/columns.h"

namespace quipu::pipelines {

std::vector<ShardInfo> FormatFolder::FilesOf(generator::Split split,
                                             absl::string_view suffix) const {
  const std::string prefix = absl::StrCat(name, "/", generator::SplitName(split), "/");
  std::vector<ShardInfo> found;
  for (const ShardInfo& file : files) {
    if (absl::StartsWith(file.name, prefix) && absl::EndsWith(file.name, suffix)) {
      found.push_back(file);
    }
  }
  return found;
}

std::string FormatFolder::PathOf(const ShardInfo& file) const { return JoinPath(dir, file.name); }

void FormatFolder::CheckRows(generator::Split split, uint64_t found, Findings* findings) const {
  const uint64_t wanted = rows[static_cast<int>(split)];
  if (found == wanted) return;
  findings->Add({absl::StrCat(name, "/", generator::SplitName(split))},
                absl::StrCat(found, " rows, the manifest says ", wanted));
}

namespace {

std::string FaultOfLengths(const TokenColumns& row) {
  const size_t size = row.input_ids.size();
  if (size == 0) return "no tokens";
  if (row.labels.size() != size) {
    return absl::StrCat(row.labels.size(), " labels for ", size, " input_ids");
  }
  if (!row.attention_mask.empty() && row.attention_mask.size() != size) {
    return absl::StrCat("attention_mask of ", row.attention_mask.size(), " for ", size,
                        " input_ids");
  }
  if (row.seq_lengths.empty()) return "";
  uint64_t sum = 0;
  for (const int32_t length : row.seq_lengths) {
    if (length <= 0) return absl::StrCat("a segment of ", length, " tokens");
    sum += length;
  }
  if (sum != size) return absl::StrCat("seq_lengths sum to ", sum, ", want ", size);
  return "";
}

}  // namespace

std::string FaultOf(const TokenColumns& row) {
  std::string fault = FaultOfLengths(row);
  if (!fault.empty()) return fault;
  bool trained = false;
  for (size_t i = 0; i < row.input_ids.size(); ++i) {
    if (row.input_ids[i] < 0) return absl::StrCat("token ", i, " is ", row.input_ids[i]);
    trained |= row.labels[i] != kIgnoredLabel;
    if (row.labels[i] != kIgnoredLabel && row.labels[i] != row.input_ids[i]) {
      return absl::StrCat("token ", i, ": a label that is neither -100 nor its input_id");
    }
  }
  if (!trained) return "no token is trained";
  size_t begin = 0;
  for (const int32_t length : row.seq_lengths) {
    if (row.labels[begin] != kIgnoredLabel) {
      return absl::StrCat("token ", begin, ": the first token of a segment is a target");
    }
    begin += length;
  }
  return row.labels[0] == kIgnoredLabel ? "" : "the first token is a target";
}

absl::Status ReadArray(absl::string_view bytes, uint64_t offset, uint64_t count,
                       std::vector<int32_t>* out) {
  if (offset > bytes.size() || count > (bytes.size() - offset) / sizeof(int32_t)) {
    return absl::InvalidArgumentError(absl::StrCat("an array of ", count, " numbers at byte ",
                                                   offset, " ends behind the file's ",
                                                   bytes.size()));
  }
  out->resize(count);
  if (count > 0) std::memcpy(out->data(), bytes.data() + offset, count * sizeof(int32_t));
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
