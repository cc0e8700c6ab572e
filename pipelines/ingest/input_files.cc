// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/input_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "base/file.h"
#include "base/log.h"
#include "base/posix_error.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/dataset_files.h"
#include "pipelines/tables/object_store.h"

namespace quipu::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kStandardInput = "-";

// A file by its key: its path, and the first entry that names it.
using Seen = std::map<std::string, std::pair<std::string, size_t>>;

// Whether both entries make the same records of a file.
bool ReadAlike(const InputFile& a, const InputFile& b) {
  v1::DocumentInput one = a.document_input;
  v1::DocumentInput other = b.document_input;
  one.clear_path();
  other.clear_path();
  return one.SerializeAsString() == other.SerializeAsString() &&
         a.short_input.format() == b.short_input.format();
}

// What the run itself writes: a corpus around it is read without it.
class OwnFiles {
 public:
  explicit OwnFiles(const v1::RunSpec& spec) {
    std::error_code ignored;
    here_ = fs::current_path(ignored);
    if (spec.store().empty()) return;
    const std::string store = Normal(spec.store());
    const std::string export_dir = spec.export_dir().empty()
                                       ? (fs::path(store).parent_path() / "export").string()
                                       : Normal(spec.export_dir());
    prefixes_ = {store + "/", store + ".partition-", export_dir + "/"};
  }

  bool Contain(absl::string_view path) const {
    const std::string normal = Normal(path);
    return std::any_of(prefixes_.begin(), prefixes_.end(),
                       [&](const std::string& prefix) { return absl::StartsWith(normal, prefix); });
  }

 private:
  // Absolute, without "." and a slash at the end.
  std::string Normal(absl::string_view path) const {
    std::string normal = (here_ / std::string(path)).lexically_normal().string();
    while (normal.size() > 1 && normal.back() == '/') normal.pop_back();
    return normal;
  }

  fs::path here_;
  std::vector<std::string> prefixes_;
};

// Appends the files of `entries[index]` that no entry before it has. `clash`: set to a file that
// one of those would read differently, if there is any.
absl::Status AddFiles(absl::Span<const InputFile> entries, size_t index, const OwnFiles& own,
                      Seen* seen, std::vector<InputFile>* files,
                      std::pair<std::string, size_t>* clash) {
  const InputFile& entry = entries[index];
  size_t left_out = 0;
  // Unless the user names them.
  const bool named = own.Contain(entry.path);
  ASSIGN_OR_RETURN(std::vector<std::string> paths,
                   ListDataFiles(entry.path, [&](absl::string_view path) {
                     if (named || path == entry.path || !own.Contain(path)) return false;
                     ++left_out;
                     return true;
                   }));
  if (left_out > 0) {
    LogInfo(absl::StrCat(entry.entry_name, ": ", left_out,
                         " files of the run's own store and export are left out"));
  }
  for (std::string& path : paths) {
    InputFile file = entry;
    file.path = std::move(path);
    const auto [known, fresh] =
        seen->try_emplace(file.Key(), std::make_pair(file.path, entry.entry));
    const auto& [first_path, first_entry] = known->second;
    if (fresh) {
      files->push_back(std::move(file));
    } else if (first_path != file.path) {  // "%E9", and the byte.
      return absl::InvalidArgumentError(
          absl::StrCat("two files would both be known as ", PathAsText(file.path), "; rename one"));
    } else if (clash->first.empty() && !ReadAlike(entries[first_entry], entry)) {
      *clash = known->second;
    }
  }
  return absl::OkStatus();
}

// Says which links a directory is read without: links to directories may form a cycle.
void WarnOfLinks(const std::string& path) {
  if (IsObjectUrl(path) || !IsDirectory(path)) return;
  std::error_code error;
  fs::recursive_directory_iterator at(path, error);
  size_t count = 0;
  std::string first;
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (absl::StartsWith(at->path().filename().string(), ".")) {
      at.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    const bool left_out = at->is_symlink(ignored) && !at->is_regular_file(ignored);
    if (left_out && count++ == 0) first = at->path().string();
  }
  if (count == 0) return;
  LogWarning(absl::StrCat(Snippet(path, 300), " is read without the links in it that lead to ",
                          "directories or to nothing (", count, ", such as ", Snippet(first, 300),
                          "): name a directory in an entry of its own"));
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
  if (!absl::ConsumePrefix(&key, storage::kDocumentsSource)) {
    absl::ConsumePrefix(&key, storage::kShortRowsSource);
  }
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
  return absl::StrCat(short_rows ? storage::kShortRowsSource : storage::kDocumentsSource,
                      PathAsText(path));
}

absl::StatusOr<std::vector<InputFile>> ListInputFiles(const v1::RunSpec& spec) {
  std::vector<InputFile> files;
  const OwnFiles own(spec);
  Seen seen;
  const std::vector<InputFile> entries = EntriesOf(spec);
  for (const InputFile& entry : entries) {
    WarnOfLinks(entry.path);
    std::pair<std::string, size_t> clash;
    const absl::Status added = AddFiles(entries, entry.entry, own, &seen, &files, &clash);
    if (!added.ok()) {
      return Annotate(added, entry.short_rows ? "short_rows.path" : "documents.path");
    }
    if (clash.first.empty()) continue;
    LogWarning(absl::StrCat(entries[clash.second].entry_name, " and ", entry.entry_name,
                            " both name files, such as ", Snippet(clash.first, 300),
                            ", and would read them differently: each is read once, as the first "
                            "entry says"));
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
  const OwnFiles own(spec);
  Seen seen;
  std::pair<std::string, size_t> clash;
  const std::vector<InputFile> entries = EntriesOf(spec);
  for (const InputFile& entry : entries) {
    std::vector<InputFile> files;
    const absl::Status added = AddFiles(entries, entry.entry, own, &seen, &files, &clash);
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
