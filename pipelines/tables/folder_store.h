// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Objects for tests: those of a bucket are the files of a folder, and calls fail when they
// are told to, as a store's do.
//
//   StoreFaults faults;
//   if (!ServeFolder(dir.Path(""), "bucket", &faults)) GTEST_SKIP();
//   faults.failing = 2;  // Of the next calls.
//   OpenObject("s3://bucket/a.jsonl");  // DIR/bucket/a.jsonl
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_TABLES_FOLDER_STORE_H_
#define QUIPU_PIPELINES_TABLES_FOLDER_STORE_H_

#include <atomic>
#include <limits>
#include <string>

namespace quipu::pipelines {

struct StoreFaults {
  // How many of the next calls of any kind fail.
  std::atomic<int> failing{0};
  // How many more pieces of objects can be read before all fail.
  std::atomic<int> good_reads{std::numeric_limits<int>::max()};
  // Pieces of objects that were read so far, or failed.
  std::atomic<int> reads{0};
};

// Serves the folder `bucket` of `root` instead of what was served under its name. `faults` must outlive
// all use of it. From then on failed calls are retried after a few milliseconds. False in a build without
// Arrow.
bool ServeFolder(const std::string& root, const std::string& bucket, StoreFaults* faults);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_FOLDER_STORE_H_
