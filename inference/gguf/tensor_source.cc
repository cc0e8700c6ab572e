// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/tensor_source.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/sha256.h"

namespace quipu::inference {

const TensorInfo* TensorSource::FindTensor(absl::string_view name) const {
  const auto it = tensors().find(std::string(name));
  return it == tensors().end() ? nullptr : &it->second;
}

absl::StatusOr<const TensorInfo*> TensorSource::GetTensor(absl::string_view name) const {
  const TensorInfo* tensor = FindTensor(name);
  if (tensor == nullptr) {
    return absl::NotFoundError(absl::StrCat(path(), ": no tensor \"", StoredName(name), "\""));
  }
  return tensor;
}

void ReleaseMappedPages(const uint8_t* data, uint64_t bytes) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  // Only whole pages: the others contain something else as well.
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(data) + page - 1) / page * page;
  const uintptr_t end = (reinterpret_cast<uintptr_t>(data) + bytes) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

std::string Sha256OfFiles(std::vector<std::pair<std::string, absl::string_view>> files) {
  if (files.size() == 1) return Sha256Hex(files[0].second);
  std::sort(files.begin(), files.end());
  std::string list;
  for (const auto& [name, bytes] : files) {
    absl::StrAppend(&list, Sha256Hex(bytes), "  ", name, "\n");
  }
  return Sha256Hex(list);
}

}  // namespace quipu::inference
