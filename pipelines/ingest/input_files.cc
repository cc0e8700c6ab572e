// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/input_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/posix_error.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/dataset_files.h"
#include "pipelines/tables/object_store.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kStandardInput = "-";

// `seen`: paths by key.
absl::Status AddFiles(const InputFile& entry, std::map<std::string, std::string>* seen,
                      std::vector<InputFile>* files) {
  ASSIGN_OR_RETURN(std::vector<std::string> paths, ListDataFiles(entry.path));
  for (std::string& path : paths) {
    InputFile file = entry;
    file.path = std::move(path);
    const auto [known, fresh] = seen->try_emplace(file.Key(), file.path);
    if (fresh) {
      files->push_back(std::move(file));
    } else if (known->second != file.path) {  // "%E9", and the byte.
      return absl::InvalidArgumentError(
          absl::StrCat("two files would both be known as ", PathAsText(file.path), "; rename one"));
    }
  }
  return absl::OkStatus();
}

// The entries, each with its pattern as its path.
std::vector<InputFile> EntriesOf(const v1::RunSpec& spec) {
  std::vector<InputFile> entries;
  const auto add = [&entries](bool short_rows, const std::string& path, absl::string_view field,
                              int index) -> InputFile& {
    InputFile& entry = entries.emplace_back();
    entry.short_rows = short_rows;
    entry.path = path;
    entry.entry = entries.size() - 1;
    entry.entry_name = absl::StrCat(field, "[", index, "] (", Snippet(path, 300), ")");
    return entry;
  };
  for (int i = 0; i < spec.documents_size(); ++i) {
    add(false, spec.documents(i).path(), "documents", i).document_input = spec.documents(i);
  }
  for (int i = 0; i < spec.short_rows_size(); ++i) {
    add(true, spec.short_rows(i).path(), "short_rows", i).short_input = spec.short_rows(i);
  }
  return entries;
}

// The path of a progress' key.
absl::string_view PathOf(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, "documents:")) absl::ConsumePrefix(&key, "short_rows:");
  return key;
}

// Of a file or an object.
absl::StatusOr<std::string> Sha256HexOf(absl::string_view path) {
  if (!IsObjectUrl(path)) return Sha256HexOfFile(path);
  ASSIGN_OR_RETURN(const std::unique_ptr<ObjectReader> object, OpenObject(path));
  Sha256 hash;
  std::string buffer(1 << 20, '\0');
  while (true) {
    ASSIGN_OR_RETURN(const size_t count, object->Read(&buffer[0], buffer.size()));
    if (count == 0) return hash.FinishHex();
    hash.Update(absl::string_view(buffer).substr(0, count));
  }
}

// What differs between the file as it was read and as it is; nothing if nothing does, or if it is
// not known how it was.
absl::StatusOr<std::optional<std::string>> Difference(absl::string_view path,
                                                      const v1::InputProgress& read) {
  if (path == kStandardInput || read.modified_unix_ns() == 0) return std::optional<std::string>();
  v1::InputProgress now;
  RETURN_IF_ERROR(SetFileState(path, &now));
  if (now.file_bytes() != read.file_bytes()) {
    return std::optional<std::string>(
        absl::StrCat("it had ", read.file_bytes(), " bytes, it has ", now.file_bytes()));
  }
  if (now.modified_unix_ns() == read.modified_unix_ns()) return std::optional<std::string>();
  if (read.sha256().empty()) return std::optional<std::string>("it was written since");
  ASSIGN_OR_RETURN(const std::string digits, Sha256HexOf(path));
  if (absl::HexStringToBytes(digits) == read.sha256()) return std::optional<std::string>();
  return std::optional<std::string>("as many bytes, other content");
}

}  // namespace

std::string InputFile::Key() const {
  return absl::StrCat(short_rows ? "short_rows:" : "documents:", PathAsText(path));
}

absl::StatusOr<std::vector<InputFile>> ListInputFiles(const v1::RunSpec& spec) {
  std::vector<InputFile> files;
  std::map<std::string, std::string> seen;
  for (const InputFile& entry : EntriesOf(spec)) {
    const absl::Status added = AddFiles(entry, &seen, &files);
    if (!added.ok()) {
      return Annotate(added, entry.short_rows ? "short_rows.path" : "documents.path");
    }
  }
  return files;
}

absl::Status SetFileState(absl::string_view path, v1::InputProgress* progress) {
  if (path == kStandardInput) return absl::OkStatus();
  if (IsObjectUrl(path)) {
    ASSIGN_OR_RETURN(const ObjectInfo object, StatObject(path));
    progress->set_file_bytes(object.bytes);
    progress->set_modified_unix_ns(object.modified_unix_ns);
    return absl::OkStatus();
  }
  struct stat info;
  if (stat(std::string(path).c_str(), &info) != 0) {
    return PosixError(errno, "cannot inspect", path);
  }
  progress->set_file_bytes(static_cast<uint64_t>(info.st_size));
  progress->set_modified_unix_ns(int64_t{info.st_mtim.tv_sec} * 1000000000 + info.st_mtim.tv_nsec);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> CorpusChanges(const v1::RunSpec& spec,
                                                       const storage::Store& store, bool all_read) {
  ASSIGN_OR_RETURN(const std::vector<v1::InputProgress> inputs, store.ListInputs());
  std::map<std::string, v1::InputProgress> left;
  for (const v1::InputProgress& input : inputs) left[input.source()] = input;
  std::vector<std::string> changes;
  std::map<std::string, std::string> seen;
  for (const InputFile& entry : EntriesOf(spec)) {
    std::vector<InputFile> files;
    const absl::Status added = AddFiles(entry, &seen, &files);
    // Nothing is left of the entry.
    if (!added.ok() && !absl::IsNotFound(added)) return added;
    for (const InputFile& file : files) {
      const auto read = left.find(file.Key());
      if (read == left.end()) {
        if (all_read) changes.push_back(absl::StrCat("new: ", PathAsText(file.path)));
        continue;
      }
      ASSIGN_OR_RETURN(const std::optional<std::string> difference,
                       Difference(file.path, read->second));
      if (difference.has_value()) {
        changes.push_back(absl::StrCat("changed: ", PathAsText(file.path), " (", *difference, ")"));
      }
      left.erase(read);
    }
  }
  for (const auto& [key, input] : left) changes.push_back(absl::StrCat("gone: ", PathOf(key)));
  return changes;
}

}  // namespace quipu::pipelines
