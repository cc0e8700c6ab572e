// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The open prefixes of a leased chunk, by the passage in them: the chunk itself, one of two chunks,
// a part of a document. Each is opened when the first task needs it, and shared by all.
//
//   prefixes.Get(passage, open, [&](const absl::StatusOr<PassagePrefixes::Shared>& prefix) {
//     if (prefix.ok()) Call(task, **prefix);
//   });
//
// Thread-safe. Must outlive the calls of `opened` that it passes to `open`.
#ifndef QUIPU_PIPELINES_WORKER_PASSAGE_PREFIXES_H_
#define QUIPU_PIPELINES_WORKER_PASSAGE_PREFIXES_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "inference/engine.h"

namespace quipu::pipelines {

class PassagePrefixes {
 public:
  using Shared = std::shared_ptr<inference::Prefix>;
  using Ready = std::function<void(const absl::StatusOr<Shared>&)>;
  using Opened = std::function<void(absl::StatusOr<std::unique_ptr<inference::Prefix>>)>;
  // Begins to open the prefix of a passage; `opened` is called once, from any thread.
  using Open = std::function<void(const std::string& passage, Opened opened)>;

  // Calls `ready` with the prefix or the error with which it was refused: before it returns if the
  // prefix is open, else from `opened`, after those that asked before.
  void Get(absl::string_view passage, const Open& open, Ready ready);

  // Drops all prefixes that are open, but for this passage's.
  void DropOthers(absl::string_view passage);

 private:
  struct Entry {
    absl::StatusOr<Shared> prefix = Shared();  // Null until it is opened.
    std::vector<Ready> waiting;

    bool done() const { return !prefix.ok() || *prefix != nullptr; }
  };

  void OnOpened(const std::string& passage,
                absl::StatusOr<std::unique_ptr<inference::Prefix>> made);

  absl::Mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_WORKER_PASSAGE_PREFIXES_H_
