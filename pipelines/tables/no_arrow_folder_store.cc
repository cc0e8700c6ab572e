// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/folder_store.h"

namespace quipu::pipelines {

bool ServeFolder(const std::string&, const std::string&, StoreFaults*) { return false; }

}  // namespace quipu::pipelines
