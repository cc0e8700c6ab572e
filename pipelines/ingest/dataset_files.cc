// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/dataset_files.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "base/log.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;
namespace fs = std::filesystem;

// A state.json names its files: one of a thousand shards has 60 KB.
constexpr uint64_t kMaxStateBytes = 16 << 20;

// Names beside tables that are no data.
const std::set<std::string>& Descriptions() {
  static const auto& names = *new std::set<std::string>{
      "README.md",      "dataset_dict.json", "dataset_info.json", "dataset_infos.json",
      ".gitattributes", "LICENSE",           "LICENSE.txt",       "LICENSE.md"};
  return names;
}

// What programs leave beside any data: Spark's and Hadoop's marks, Windows' settings and pictures.
bool IsMark(absl::string_view name) {
  constexpr absl::string_view kNames[] = {"_SUCCESS", "_metadata", "_common_metadata", "Thumbs.db",
                                          "desktop.ini"};
  return std::count(std::begin(kNames), std::end(kNames), name) > 0 ||
         absl::StartsWith(name, "_committed_") || absl::StartsWith(name, "_started_");
}

bool IsTable(absl::string_view name) {
  return absl::EndsWithIgnoreCase(name, ".parquet") || absl::EndsWithIgnoreCase(name, ".arrow") ||
         absl::EndsWithIgnoreCase(name, ".feather");
}

// Whether all files are JSON Lines and the like, but for what describes them.
bool AreJson(const std::vector<std::string>& paths) {
  bool any = false;
  for (const std::string& path : paths) {
    const std::string name = fs::path(path).filename().string();
    if (Descriptions().count(name) > 0 || IsMark(name)) continue;
    if (!absl::StrContains(name, ".json") && !absl::StrContains(name, ".ndjson")) return false;
    any = true;
  }
  return any;
}

// The data files that a state.json lists; none if it is no such file.
std::set<std::string> DataFiles(const std::string& path) {
  std::set<std::string> names;
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxStateBytes);
  if (!text.ok()) return names;
  dom::parser parser;
  dom::array files;
  if (parser.parse(*text)["_data_files"].get(files) != simdjson::SUCCESS) return names;
  for (const dom::element file : files) {
    std::string_view name;
    if (file["filename"].get(name) == simdjson::SUCCESS) names.emplace(name);
  }
  return names;
}

}  // namespace

std::vector<std::string> RowFiles(std::vector<std::string> paths) {
  if (paths.size() < 2) return paths;
  const bool tables = std::any_of(paths.begin(), paths.end(), IsTable) || AreJson(paths);
  std::map<std::string, std::set<std::string>> listed;  // By directory.
  for (const std::string& path : paths) {
    const fs::path file(path);
    if (!tables || file.filename() != "state.json") continue;
    std::set<std::string> names = DataFiles(path);
    if (!names.empty()) listed[file.parent_path().string()] = std::move(names);
  }
  std::vector<std::string> rows;
  size_t left_out = 0;
  std::string first;
  for (std::string& path : paths) {
    const fs::path file(path);
    const std::string name = file.filename().string();
    const auto directory = listed.find(file.parent_path().string());
    const bool other = directory != listed.end() ? directory->second.count(name) == 0
                                                 : tables && Descriptions().count(name) > 0;
    if (!other && !IsMark(name)) {
      rows.push_back(std::move(path));
    } else if (left_out++ == 0) {
      first = path;
    }
  }
  if (left_out > 0) {
    LogInfo(absl::StrCat(left_out, " files beside the data are none and are left out, such as ",
                         Snippet(first, 300)));
  }
  return rows;
}

}  // namespace quipu::pipelines
