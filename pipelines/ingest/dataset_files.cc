// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/dataset_files.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/tables/object_store.h"

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

bool IsJson(absl::string_view name) {
  return absl::StrContains(name, ".json") || absl::StrContains(name, ".ndjson") ||
         absl::EndsWith(name, ".jl") || absl::StrContains(name, ".jl.");
}

// Whether all files are JSON Lines and the like, but for what describes them.
bool AreJson(const std::vector<std::string>& paths) {
  bool any = false;
  for (const std::string& path : paths) {
    const std::string name = fs::path(path).filename().string();
    if (Descriptions().count(name) > 0 || IsMark(name)) continue;
    if (!IsJson(name)) return false;
    any = true;
  }
  return any;
}

absl::StatusOr<std::string> ReadObject(const std::string& url, uint64_t max_bytes) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ObjectReader> object, OpenObject(url));
  std::string text;
  std::string buffer(64 << 10, '\0');
  while (true) {
    ASSIGN_OR_RETURN(const size_t count, object->Read(&buffer[0], buffer.size()));
    if (count == 0) return text;
    text.append(buffer, 0, count);
    if (text.size() > max_bytes) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", max_bytes, " bytes"));
    }
  }
}

// The data files that a state.json lists; none if it is no such file.
absl::StatusOr<std::set<std::string>> DataFiles(const std::string& path) {
  std::set<std::string> names;
  const absl::StatusOr<std::string> text =
      IsObjectUrl(path) ? ReadObject(path, kMaxStateBytes) : ReadFile(path, kMaxStateBytes);
  if (absl::IsResourceExhausted(text.status())) return names;
  if (!text.ok()) return Annotate(text.status(), Snippet(path, 300));
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

absl::StatusOr<std::vector<std::string>> RowFiles(std::vector<std::string> paths) {
  if (paths.size() < 2) return paths;
  const bool tables = std::any_of(paths.begin(), paths.end(), IsTable) || AreJson(paths);
  std::map<std::string, std::set<std::string>> listed;  // By directory.
  for (const std::string& path : paths) {
    const fs::path file(path);
    if (!tables || file.filename() != "state.json") continue;
    ASSIGN_OR_RETURN(std::set<std::string> names, DataFiles(path));
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

absl::StatusOr<std::vector<std::string>> ListDataFiles(
    absl::string_view pattern, absl::FunctionRef<bool(absl::string_view)> leave_out) {
  if (pattern == "-") return std::vector<std::string>{"-"};
  ASSIGN_OR_RETURN(std::vector<std::string> paths,
                   IsObjectUrl(pattern) ? ListObjects(pattern) : ExpandInputs(pattern));
  paths.erase(std::remove_if(paths.begin(), paths.end(), leave_out), paths.end());
  return RowFiles(std::move(paths));
}

}  // namespace quipu::pipelines
