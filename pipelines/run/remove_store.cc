// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/remove_store.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "storage/store_lock.h"

namespace quipu::pipelines {
namespace {

namespace fs = std::filesystem;

// Where the store is, and its name while it is removed.
struct Places {
  fs::path store;
  fs::path removed;
};

Places PlacesOf(absl::string_view path) {
  std::error_code error;
  Places places;
  places.store = fs::weakly_canonical(std::string(path), error);
  if (error) places.store = std::string(path);
  if (!places.store.has_filename()) places.store = places.store.parent_path();  // "store/".
  places.removed = places.store.parent_path() /
                   absl::StrCat(".", places.store.filename().string(), ".quipu-removed");
  return places;
}

}  // namespace

absl::Status RemoveStore(absl::string_view path) {
  RETURN_IF_ERROR(FinishRemoval(path));
  const Places places = PlacesOf(path);
  // Held until the new directory is there: who comes later finds no store.
  ASSIGN_OR_RETURN(const auto lock, storage::StoreLock::Take(path));
  if (std::rename(places.store.c_str(), places.removed.c_str()) != 0) {
    return PosixError(errno, "cannot remove", path);
  }
  const fs::path parent = places.store.parent_path();
  RETURN_IF_ERROR(SyncDir(parent.empty() ? "." : parent.string()));
  RETURN_IF_ERROR(MakeDirs(places.store.string()));
  return RemoveTree(places.removed.string());
}

absl::Status FinishRemoval(absl::string_view path) {
  return RemoveTree(PlacesOf(path).removed.string());
}

}  // namespace quipu::pipelines
