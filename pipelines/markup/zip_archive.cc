// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/zip_archive.h"

#include <zip.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace quipu::pipelines {

absl::StatusOr<std::unique_ptr<ZipArchive>> ZipArchive::Open(absl::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* const archive =
      source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive != nullptr) return std::unique_ptr<ZipArchive>(new ZipArchive(archive));
  const std::string message = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (source != nullptr) zip_source_free(source);
  return absl::InvalidArgumentError(absl::StrCat("not a zip archive: ", message));
}

ZipArchive::~ZipArchive() { zip_discard(archive_); }

bool ZipArchive::Has(const std::string& name) const {
  return zip_name_locate(archive_, name.c_str(), 0) >= 0;
}

absl::StatusOr<std::string> ZipArchive::Read(const std::string& name, uint64_t max_bytes) const {
  const zip_int64_t index = zip_name_locate(archive_, name.c_str(), 0);
  if (index < 0) return absl::NotFoundError(absl::StrCat("the archive has no file ", name));
  zip_file_t* const file = zip_fopen_index(archive_, static_cast<zip_uint64_t>(index), 0);
  if (file == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": ", zip_strerror(archive_)));
  }
  std::string text;
  constexpr size_t kStep = 1 << 16;
  zip_int64_t count = 0;
  do {
    const size_t size = text.size();
    text.resize(size + kStep);
    count = zip_fread(file, &text[size], kStep);
    text.resize(size + static_cast<size_t>(std::max<zip_int64_t>(count, 0)));
  } while (count > 0 && text.size() <= max_bytes);
  const std::string error = count < 0 ? zip_file_strerror(file) : "";
  zip_fclose(file);
  if (count < 0) return absl::InvalidArgumentError(absl::StrCat(name, ": ", error));
  if (text.size() <= max_bytes) return text;
  return absl::ResourceExhaustedError(
      absl::StrCat(name, ": more than ", max_bytes, " bytes when it is decompressed"));
}

}  // namespace quipu::pipelines
