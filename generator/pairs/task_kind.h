// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What each kind of task does at every station of a run, in one place: the tasks that it plans, how
// one is made, how its result is checked, and what its row shows. Another kind is another class in
// task_kind.cc.
//
//   const TaskKind& kind = KindOfTask(task.kind());
//   ASSIGN_OR_RETURN(auto steps, kind.Start(spec, engine->info(), leased_text, task));
//   RETURN_IF_ERROR(kind.Check(RulesOf(spec), task, leased_text, result));
//   const Evidence evidence = kind.FindEvidence(finder, result);
//
// Thread-safe (stateless).
#ifndef QUIPU_GENERATOR_PAIRS_TASK_KIND_H_
#define QUIPU_GENERATOR_PAIRS_TASK_KIND_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "generator/checks/evidence.h"
#include "generator/chunks/chunker.h"
#include "generator/languages/table.h"
#include "generator/pairs/generate.h"
#include "generator/pairs/result_check.h"
#include "generator/pairs/task_steps.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// A document as it is planned. All must outlive it.
struct PlanInput {
  absl::string_view text;
  absl::Span<const uint32_t> token_begins;
  absl::Span<const Chunk> chunks;  // Not empty.
  Language language;
  const v1::ChunkSpec& chunk_spec;
  const v1::GenerationSpec& generation;
  uint32_t context_tokens;  // Of a row; 0: not known.
  Fingerprint key;          // Of the run and the document: all chance comes from it.
  size_t replaced = 0;      // Pairs of one chunk that other kinds take the place of.
};

class TaskKind {
 public:
  virtual ~TaskKind() = default;

  // The document's tasks of this kind, with their chunks and targets, in order of chunk_index. Those
  // of one chunk are numbered as the chunk; others from 0, and the planner moves them behind. The
  // planner sets the other fields.
  virtual std::vector<v1::Task> Draft(const PlanInput& input) const = 0;
  // Whether its tasks take the place of pairs of one chunk.
  virtual bool ReplacesPairs() const { return false; }
  // The only form of its answers; UNSPECIFIED: the planner spreads the forms.
  virtual v1::AnswerForm OnlyForm() const { return v1::ANSWER_FORM_UNSPECIFIED; }

  // Begins a task. `text` is LeasedText of the task; spec and text must outlive the steps.
  // INVALID_ARGUMENT if text and task do not fit together.
  virtual absl::StatusOr<std::unique_ptr<TaskSteps>> Start(const TaskSpec& spec,
                                                           const inference::EngineInfo& engine,
                                                           absl::string_view text,
                                                           v1::Task task) const = 0;

  // Checks a worker's result; see CheckResult.
  virtual absl::Status Check(const ResultRules& rules, const v1::Task& task, absl::string_view text,
                             const v1::Result& result) const = 0;

  // The sentences that support the sample, in its own chunks, and the other places that do.
  virtual Evidence FindEvidence(const EvidenceFinder& finder, const v1::Result& sample) const = 0;
};

// The kind of a stored or received task; an unknown number is a pair of one chunk.
const TaskKind& KindOfTask(v1::TaskKind kind);

// The kinds that a spec can add to pairs of one chunk, in the order of their tasks.
absl::Span<const v1::TaskKind> AddedKinds();

// Makes one task; blocks. Opens the prefixes that it needs, each once. For tests and dry runs: a
// worker shares prefixes between tasks. Errors of Start and TaskSteps::TakeResult.
absl::StatusOr<v1::Result> MakeResult(inference::Engine& engine, const TaskSpec& spec,
                                      absl::string_view text, const v1::Task& task);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_TASK_KIND_H_
