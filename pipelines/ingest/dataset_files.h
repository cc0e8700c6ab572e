// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which files of a directory are a dataset's rows: datasets' save_to_disk writes
// descriptions and caches beside them, and a dataset of the Hugging Face Hub has a card.
//
//   paths = RowFiles(std::move(paths));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_INGEST_DATASET_FILES_H_
#define QUIPU_PIPELINES_INGEST_DATASET_FILES_H_

#include <string>
#include <vector>

namespace quipu::pipelines {

// `paths` without the files that describe tables among them: of a directory with a state.json of
// save_to_disk, all but the data files that it lists; README.md and the like where all other files
// are JSON or one is a table; marks that programs leave ("_SUCCESS"). Says in the log what is left
// out. A single path is what the user named, and stays.
std::vector<std::string> RowFiles(std::vector<std::string> paths);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_DATASET_FILES_H_
