// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/backup.h"

#include <filesystem>
#include <memory>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/staged_dir.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/store_impl.h"

namespace quipu::storage {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kListVersion = 1;
// simdjson reads past the end of its text.
constexpr size_t kJsonPadding = 64;
// The epochs that an original may count after its backup.
constexpr uint64_t kRestoredEpochs = 1 << 16;

struct ListedFile {
  std::string name;
  uint64_t bytes = 0;
  std::string sha256;
};

struct BackupList {
  std::string run_id;  // In hexadecimal.
  uint64_t records = 0;
  uint64_t results = 0;
  std::vector<ListedFile> files;
};

absl::Status BadList(absl::string_view path, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("backup list ", path, " is damaged: ", what));
}

std::string EncodeList(const BackupList& list) {
  std::string text;
  JsonWriter json(&text, /*indent=*/1);
  json.BeginObject();
  json.Key("backup_version").Uint(kListVersion);
  json.Key("run_id").String(list.run_id);
  json.Key("records").Uint(list.records);
  json.Key("results").Uint(list.results);
  json.Key("files").BeginArray();
  for (const ListedFile& file : list.files) {
    json.BeginObject();
    json.Key("name").String(file.name);
    json.Key("bytes").Uint(file.bytes);
    json.Key("sha256").String(file.sha256);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return text;
}

absl::StatusOr<uint64_t> RequiredCount(const simdjson::dom::object& object, absl::string_view key) {
  ASSIGN_OR_RETURN(const simdjson::dom::element value, Required(object, key));
  uint64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError(absl::StrCat(key, " is no count"));
  }
  return number;
}

absl::StatusOr<std::string> RequiredText(const simdjson::dom::object& object,
                                         absl::string_view key) {
  ASSIGN_OR_RETURN(const absl::string_view text, RequiredString(object, key));
  return std::string(text);
}

absl::StatusOr<BackupList> ParseList(std::string text) {
  const size_t size = text.size();
  text.append(kJsonPadding, ' ');
  JsonParser parser;
  ASSIGN_OR_RETURN(const simdjson::dom::object object,
                   parser.ParseObject(absl::string_view(text).substr(0, size)));
  BackupList list;
  ASSIGN_OR_RETURN(const uint64_t version, RequiredCount(object, "backup_version"));
  if (version != kListVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("has backup_version ", version, ", this quipu reads version ", kListVersion));
  }
  ASSIGN_OR_RETURN(list.run_id, RequiredText(object, "run_id"));
  ASSIGN_OR_RETURN(list.records, RequiredCount(object, "records"));
  ASSIGN_OR_RETURN(list.results, RequiredCount(object, "results"));
  ASSIGN_OR_RETURN(const simdjson::dom::element files, Required(object, "files"));
  ASSIGN_OR_RETURN(const simdjson::dom::array array, AsArray(files, "files"));
  for (const simdjson::dom::element element : array) {
    ASSIGN_OR_RETURN(const simdjson::dom::object entry, AsObject(element, "a file"));
    ListedFile file;
    ASSIGN_OR_RETURN(file.name, RequiredText(entry, "name"));
    ASSIGN_OR_RETURN(file.bytes, RequiredCount(entry, "bytes"));
    ASSIGN_OR_RETURN(file.sha256, RequiredText(entry, "sha256"));
    list.files.push_back(std::move(file));
  }
  return list;
}

// NOT_FOUND if there is no list.
absl::StatusOr<BackupList> ReadList(absl::string_view backup) {
  const std::string path = JoinPath(backup, kBackupListName);
  absl::StatusOr<std::string> text = ReadFile(path, kMaxManifestBytes);
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(
        absl::StrCat("no backup at ", backup, ": it has no ", kBackupListName));
  }
  RETURN_IF_ERROR(text.status());
  absl::StatusOr<BackupList> list = ParseList(*std::move(text));
  if (list.ok()) return list;
  if (absl::IsFailedPrecondition(list.status())) return Annotate(list.status(), path);
  return BadList(path, list.status().message());
}

// Files of the copy that matter: neither locks nor logs for people.
bool IsListed(absl::string_view name) {
  return name != "LOCK" && name != kBackupListName && !absl::StartsWith(name, "LOG");
}

absl::StatusOr<std::vector<ListedFile>> ListFilesOf(const std::string& dir) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(dir));
  std::vector<ListedFile> files;
  for (const std::string& name : names) {
    if (!IsListed(name)) continue;
    ListedFile file;
    file.name = name;
    ASSIGN_OR_RETURN(file.bytes, FileSize(JoinPath(dir, name)));
    ASSIGN_OR_RETURN(file.sha256, Sha256HexOfFile(JoinPath(dir, name)));
    files.push_back(std::move(file));
  }
  return files;
}

// DATA_LOSS, naming the first file that is missing, or not as the list says.
absl::Status CheckFiles(const std::string& dir, const BackupList& list) {
  const auto damaged = [&](absl::string_view name, absl::string_view what) {
    return absl::DataLossError(absl::StrCat("backup file ", JoinPath(dir, name), " ", what));
  };
  for (const ListedFile& file : list.files) {
    // A list is no reason to read other files.
    if (absl::StrContains(file.name, "/")) return damaged(kBackupListName, "names a path");
    const std::string path = JoinPath(dir, file.name);
    if (!FileExists(path)) return damaged(file.name, "is missing");
    ASSIGN_OR_RETURN(const uint64_t bytes, FileSize(path));
    if (bytes != file.bytes) {
      return damaged(file.name, absl::StrCat("has ", bytes, " bytes, ", kBackupListName, " says ",
                                             file.bytes));
    }
    ASSIGN_OR_RETURN(const std::string sha256, Sha256HexOfFile(path));
    if (sha256 != file.sha256) {
      return damaged(file.name,
                     absl::StrCat("is damaged: its SHA-256 is not that in ", kBackupListName));
    }
  }
  std::set<std::string> known;
  for (const ListedFile& file : list.files) known.insert(file.name);
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(dir));
  for (const std::string& name : names) {
    if (IsListed(name) && known.count(name) == 0) {
      return damaged(Snippet(name), "does not belong to it: was the backup opened for writing?");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<StoreImpl>> OpenToCopy(absl::string_view path) {
  StoreOptions options;
  options.read_only = true;
  return StoreImpl::Open(path, options, Clock::Real());
}

// OK if `dir` is a backup of this run.
absl::Status CheckIsBackupOf(const std::string& dir, const std::string& run_id) {
  const absl::StatusOr<BackupList> list = ReadList(dir);
  if (!list.ok()) return absl::AlreadyExistsError(list.status().message());
  if (list->run_id == run_id) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat("it is a backup of run ", list->run_id));
}

// Removes the lock and the logs of the copying.
absl::Status RemoveUnlisted(const std::string& dir) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(dir));
  for (const std::string& name : names) {
    if (!IsListed(name)) RETURN_IF_ERROR(RemoveTree(JoinPath(dir, name)));
  }
  return absl::OkStatus();
}

BackupSummary SummaryOf(const StoreImpl& store, const BackupList& list) {
  BackupSummary summary;
  summary.run_id = store.header().run_id();
  summary.records = list.records;
  summary.results = list.results;
  for (const ListedFile& file : list.files) summary.bytes += file.bytes;
  return summary;
}

// INVALID_ARGUMENT if the backup would be a part of what it copies.
absl::Status CheckOutside(absl::string_view store, absl::string_view backup) {
  std::error_code error;
  const fs::path inner = fs::weakly_canonical(std::string(backup), error) / "";
  if (error) return absl::OkStatus();
  const fs::path outer = fs::weakly_canonical(std::string(store), error) / "";
  if (error || !absl::StartsWith(inner.string(), outer.string()) || inner == outer) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(backup, " is inside the store ", store, ": name a directory outside it"));
}

}  // namespace

absl::StatusOr<BackupSummary> BackUp(absl::string_view store, absl::string_view backup) {
  RETURN_IF_ERROR(CheckOutside(store, backup));
  ASSIGN_OR_RETURN(const std::unique_ptr<StoreImpl> from, OpenToCopy(store));
  BackupList list;
  list.run_id = absl::BytesToHexString(from->header().run_id());
  StagedDirOptions options;
  options.suffix = "quipu-backup";
  options.activity = "backing up to";
  options.check_replaceable = [&list](const std::string& dir, const std::vector<std::string>&) {
    return CheckIsBackupOf(dir, list.run_id);
  };
  ASSIGN_OR_RETURN(const std::unique_ptr<StagedDir> staged, StagedDir::Create(backup, options));
  ASSIGN_OR_RETURN(list.records, from->CopyTo(staged->path(), /*more_epochs=*/0));
  list.results = from->num_results();
  RETURN_IF_ERROR(RemoveUnlisted(staged->path()));
  ASSIGN_OR_RETURN(list.files, ListFilesOf(staged->path()));
  RETURN_IF_ERROR(WriteFileAtomic(JoinPath(staged->path(), kBackupListName), EncodeList(list)));
  RETURN_IF_ERROR(staged->Publish());
  return SummaryOf(*from, list);
}

absl::StatusOr<BackupSummary> Restore(absl::string_view backup, absl::string_view store) {
  const std::string dir(backup);
  ASSIGN_OR_RETURN(const BackupList list, ReadList(dir));
  RETURN_IF_ERROR(CheckFiles(dir, list));
  ASSIGN_OR_RETURN(const std::unique_ptr<StoreImpl> from, OpenToCopy(dir));
  if (absl::BytesToHexString(from->header().run_id()) != list.run_id) {
    return BadList(JoinPath(dir, kBackupListName), "it names another run");
  }
  StagedDirOptions options;
  options.suffix = "quipu-restore";
  options.activity = "restoring";
  ASSIGN_OR_RETURN(const std::unique_ptr<StagedDir> staged, StagedDir::Create(store, options));
  ASSIGN_OR_RETURN(const uint64_t records, from->CopyTo(staged->path(), kRestoredEpochs));
  if (records != list.records) {
    return BadList(JoinPath(dir, kBackupListName),
                   absl::StrCat("it says ", list.records, " records, there are ", records));
  }
  RETURN_IF_ERROR(staged->Publish());
  return SummaryOf(*from, list);
}

}  // namespace quipu::storage
