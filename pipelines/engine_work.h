// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the engine did for a run, kept in the store beside the results: summed
// over interruptions, written every second and at the end. What was done in the
// second before a kill is not counted. Nothing depends on it but what people
// read.
//
//   ASSIGN_OR_RETURN(auto recorder, EngineWorkRecorder::Start(*engine, store));
//   ... the engine works ...
//   RETURN_IF_ERROR(recorder->Finish());
#ifndef QUIPU_PIPELINES_ENGINE_WORK_H_
#define QUIPU_PIPELINES_ENGINE_WORK_H_

#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "inference/engine.h"
#include "protos/store.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// `before` and what an engine has counted since it was made.
v1::EngineWork AddWork(const v1::EngineWork& before,
                       const inference::EngineStats& stats);

// Two lines for a terminal; empty if no engine worked:
//   engine     4821 prompt tokens computed, 4790 needed (1.006), 1204 sampled
//              96 steps of 62.8 columns, 81 of 240 drafts taken, 871 tokens/s
std::string EngineWorkText(const v1::EngineWork& work);
// The same figures as a JSON object.
std::string EngineWorkJson(const v1::EngineWork& work);

// Thread-safe, but for Finish.
class EngineWorkRecorder {
 public:
  // Goes on from what the store has. `engine` must not have been recorded
  // before; both must outlive the recorder. Errors are the store's.
  static absl::StatusOr<std::unique_ptr<EngineWorkRecorder>> Start(
      const inference::Engine& engine, storage::Store* store);
  // Ends without writing the last figures: call Finish.
  ~EngineWorkRecorder();
  EngineWorkRecorder(const EngineWorkRecorder&) = delete;
  EngineWorkRecorder& operator=(const EngineWorkRecorder&) = delete;

  // Writes the last figures; the first error that any writing met.
  absl::Status Finish();

 private:
  EngineWorkRecorder(const inference::Engine& engine, storage::Store* store,
                     v1::EngineWork before);
  void WriteLoop();
  void StopWriter();

  const inference::Engine& engine_;
  storage::Store* const store_;
  const v1::EngineWork before_;
  absl::Mutex mutex_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_;  // The writer's, then Finish's.
  std::thread writer_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_ENGINE_WORK_H_
