// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A task in progress: a state machine that calls nothing. It says what to ask the engine next, and
// after which text; whoever drives it opens the prefix of that text and takes the answer back.
// generate.h has the pair from one chunk, task_kind.h the other kinds.
//
//   while (!steps->ended()) {
//     const inference::Prefix& prefix = Open(steps->passage());
//     if (steps->completes()) {
//       steps->OnCompletion(engine->Complete(prefix, steps->completion()));
//     } else {
//       steps->OnScore(engine->Score(prefix, steps->score()));
//     }
//   }
//   ASSIGN_OR_RETURN(v1::Result result, steps->TakeResult());
//
// Thread-compatible.
#ifndef QUIPU_GENERATOR_PAIRS_TASK_STEPS_H_
#define QUIPU_GENERATOR_PAIRS_TASK_STEPS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/engine.h"
#include "protos/sample.pb.h"

namespace quipu::generator {

class TaskSteps {
 public:
  virtual ~TaskSteps() = default;

  virtual bool ended() const = 0;
  // Whether the next request is a completion; else it is a score.
  virtual bool completes() const = 0;
  // The text that takes the place of the chunk in the prefix of the next request
  // (ChunkPrefixRequest). Empty: the prefix without a chunk. Valid until the next answer.
  virtual absl::string_view passage() const = 0;
  // The next request. REQUIRES: it is of this kind.
  virtual const inference::CompleteRequest& completion() const = 0;
  virtual const inference::ScoreRequest& score() const = 0;

  // Takes the engine's answer, or the error with which it refused the request or the prefix.
  // REQUIRES: the request was of this kind.
  virtual void OnCompletion(const absl::StatusOr<inference::Completion>& completion) = 0;
  virtual void OnScore(const absl::StatusOr<inference::ScoreResult>& scored) = 0;

  // If something is wrong with what was made, the result has a reject. An error status means that
  // the engine failed and the task is still pending (RESOURCE_EXHAUSTED from the engine becomes a
  // reject, ENGINE_LIMIT). v1::Scores says which figures each reject has. REQUIRES: ended().
  virtual absl::StatusOr<v1::Result> TakeResult() = 0;

 protected:
  TaskSteps() = default;
  TaskSteps(const TaskSteps&) = default;
  TaskSteps& operator=(const TaskSteps&) = default;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_TASK_STEPS_H_
