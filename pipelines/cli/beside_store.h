// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Where a command puts a file about a store, if it is not told: in the store's parent directory.
//
//   BesideStore("out/demo/store", "report.html");  // "out/demo/report.html"
//   BesideStore(".", "report.html");               // "./../report.html"
//
// Pure.
#ifndef QUIPU_PIPELINES_CLI_BESIDE_STORE_H_
#define QUIPU_PIPELINES_CLI_BESIDE_STORE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

std::string BesideStore(absl::string_view store, absl::string_view name);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_BESIDE_STORE_H_
