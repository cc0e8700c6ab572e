// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/output_dir.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

absl::Status ListInto(const std::string& dir, const std::string& prefix,
                      std::vector<std::string>* names) {
  ASSIGN_OR_RETURN(const std::vector<std::string> entries, ListDir(dir));
  for (const std::string& entry : entries) {
    const std::string path = JoinPath(dir, entry);
    std::error_code ignored;
    if (!std::filesystem::is_symlink(path, ignored) && IsDirectory(path)) {
      RETURN_IF_ERROR(ListInto(path, absl::StrCat(prefix, entry, "/"), names));
    } else {
      names->push_back(prefix + entry);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ListTree(absl::string_view dir) {
  std::vector<std::string> names;
  RETURN_IF_ERROR(ListInto(std::string(dir), "", &names));
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status OutputFile::Append(absl::string_view bytes) {
  appended_ += bytes.size();
  if (compressor_ == nullptr) return file_->Append(bytes);
  compressed_.clear();
  RETURN_IF_ERROR(compressor_->Append(bytes, &compressed_));
  return file_->Append(compressed_);
}

absl::Status OutputFile::Close() {
  if (compressor_ != nullptr) {
    compressed_.clear();
    RETURN_IF_ERROR(compressor_->Finish(&compressed_));
    RETURN_IF_ERROR(file_->Append(compressed_));
  }
  RETURN_IF_ERROR(file_->Close());
  info_.bytes = file_->bytes_written();
  info_.sha256 = file_->sha256();
  dir_->files_.push_back(std::move(info_));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<OutputFile>> OutputDir::Create(absl::string_view name,
                                                              ShardCompression compression) {
  RETURN_IF_ERROR(PathOf(name).status());
  std::unique_ptr<OutputFile> file(
      new OutputFile(this, absl::StrCat(name, CompressionSuffix(compression))));
  ASSIGN_OR_RETURN(file->compressor_, Compressor::Create(compression));
  ASSIGN_OR_RETURN(file->file_, FileWriter::Create(JoinPath(path_, file->info_.name)));
  return file;
}

absl::StatusOr<std::string> OutputDir::PathOf(absl::string_view name) {
  // Every directory on the way, so that all are synced.
  for (size_t slash = name.find('/'); slash != absl::string_view::npos;
       slash = name.find('/', slash + 1)) {
    const std::string dir = JoinPath(path_, name.substr(0, slash));
    if (made_.insert(dir).second) RETURN_IF_ERROR(MakeDirs(dir));
  }
  return JoinPath(path_, name);
}

absl::Status OutputDir::AddWritten(absl::string_view name, uint64_t rows) {
  const std::string path = JoinPath(path_, name);
  ShardInfo info;
  info.name = std::string(name);
  info.rows = rows;
  ASSIGN_OR_RETURN(info.sha256, Sha256HexOfFile(path));
  ASSIGN_OR_RETURN(info.bytes, FileSize(path));
  files_.push_back(std::move(info));
  return absl::OkStatus();
}

absl::Status OutputDir::Write(absl::string_view name, absl::string_view content) {
  ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, Create(name));
  RETURN_IF_ERROR(file->Append(content));
  return file->Close();
}

absl::Status OutputDir::Sync() const {
  for (const std::string& dir : made_) RETURN_IF_ERROR(SyncDir(dir));
  return absl::OkStatus();
}

std::vector<ShardInfo> OutputDir::Files() const {
  std::vector<ShardInfo> files = files_;
  std::sort(files.begin(), files.end(),
            [](const ShardInfo& a, const ShardInfo& b) { return a.name < b.name; });
  return files;
}

}  // namespace quipu::pipelines
