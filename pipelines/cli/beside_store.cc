// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/beside_store.h"

#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace quipu::pipelines {

std::string BesideStore(absl::string_view store, absl::string_view name) {
  while (store.size() > 1 && absl::EndsWith(store, "/")) store.remove_suffix(1);
  const size_t slash = store.rfind('/');
  const absl::string_view last = slash == absl::string_view::npos ? store : store.substr(slash + 1);
  if (last == "." || last == "..") return JoinPath(store, absl::StrCat("../", name));
  return absl::StrCat(store.substr(0, store.size() - last.size()), name);
}

}  // namespace quipu::pipelines
