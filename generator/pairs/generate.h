// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Turns one task into its result: asks for a pair, parses, filters, judges it. The
// task is a state machine that calls nothing: it says what to ask the engine next,
// and takes the answer. The cheapest test comes first, and nothing is asked about a
// pair that is already refused.
//
//   ASSIGN_OR_RETURN(auto prefixes, OpenChunk(*engine, spec, chunk_text, without));
//   TaskRun run(spec, engine->info(), chunk_text, task);
//   while (run.next() != TaskRun::Next::kEnd) {
//     if (run.completes()) {
//       run.OnCompletion(engine->Complete(prefixes->For(run.next()), run.completion()));
//     } else {
//       run.OnScore(engine->Score(prefixes->For(run.next()), run.score()));
//     }
//   }
//   ASSIGN_OR_RETURN(v1::Result result, run.TakeResult());
//
// RunTask is this loop; a worker makes the calls in their asynchronous form.
#ifndef QUIPU_GENERATOR_PAIRS_GENERATE_H_
#define QUIPU_GENERATOR_PAIRS_GENERATE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/checks/question_kinds.h"
#include "generator/languages/table.h"
#include "generator/pairs/task_steps.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// The parts of a run's spec that decide a task's result. The spec must outlive it.
struct TaskSpec {
  // Implicit, because a run's spec has all of them.
  TaskSpec(const v1::RunSpec& spec)  // NOLINT(google-explicit-constructor)
      : generation(spec.generation()), filters(spec.filters()), verification(spec.verification()) {}

  const v1::GenerationSpec& generation;
  const v1::FilterSpec& filters;
  const v1::VerificationSpec& verification;
};

// A pair from one text in progress. Pure; thread-compatible. Spec and chunk must outlive it. A task
// of two chunks has both as one text here (JoinChunks).
class TaskRun : public TaskSteps {
 public:
  // What to ask the engine next. kClosedBook uses the prefix without the chunk.
  enum class Next {
    kComplete,      // completion(): a pair.
    kRead,          // score(): is the answer right, and how likely is it?
    kEcho,          // score(): how likely is it as a reply? (No spans can be scored.)
    kClosedBook,    // score(): how likely is it without the chunk?
    kSecondAnswer,  // completion(): the question again.
    kEnd,           // Nothing: TakeResult().
  };

  // How far a pair is measured.
  enum class Extent {
    kUntilRefused,
    kAll,  // Also after a reject, for `quipu score`; the first reject stays.
  };

  TaskRun(const TaskSpec& spec, const inference::EngineInfo& engine, absl::string_view chunk_text,
          v1::Task task);

  // Judges a given pair; of the task only the form and the language count.
  static TaskRun ForPair(const TaskSpec& spec, const inference::EngineInfo& engine,
                         absl::string_view chunk_text, v1::Task task, std::string question,
                         std::string answer, Extent extent);

  Next next() const { return next_; }
  bool ended() const override { return next_ == Next::kEnd; }
  bool completes() const override {
    return next_ == Next::kComplete || next_ == Next::kSecondAnswer;
  }
  absl::string_view passage() const override {
    return next_ == Next::kClosedBook ? absl::string_view() : chunk_text_;
  }
  const inference::CompleteRequest& completion() const override { return completion_; }
  // After the last score: that one.
  const inference::ScoreRequest& score() const override { return score_; }
  void OnCompletion(const absl::StatusOr<inference::Completion>& completion) override;
  void OnScore(const absl::StatusOr<inference::ScoreResult>& scored) override;
  absl::StatusOr<v1::Result> TakeResult() override;

 private:
  TaskRun(const TaskSpec& spec, const inference::EngineInfo& engine, absl::string_view chunk_text,
          Extent extent);

  // Parses the reply. Returns the reject if it is not a whole pair.
  std::optional<v1::Reject> TakePair(const inference::Completion& completion);
  void JudgePair();
  void AskReading();
  void AskEcho();
  void AskClosedBook();
  void AskAgain();
  // Takes the verdict; the answer's figures too, where spans are scored.
  void OnReading(const inference::ScoreResult& scored);
  void OnAnswer(const inference::ContinuationScore& answer);
  // Takes the gain, and where spans are scored what it does to the verdict.
  void OnClosedBook(const inference::ContinuationScore& answer,
                    const std::vector<inference::ContinuationScore>& verdict);
  void OnSecondAnswer(const inference::Completion& completion);
  // Keeps the first reject. Returns whether the task ends by it.
  bool Refuses(std::optional<v1::Reject> reject);
  void AskAgainOrEnd();
  // Ends the task; with a reject if a limit of the engine was reached.
  void Fail(const absl::Status& status);

  const TaskSpec spec_;
  const bool scores_text_;
  const bool scores_spans_;
  const absl::string_view chunk_text_;
  const Extent extent_;
  QuestionKind kind_;
  Language language_ = Language::kEnglish;
  std::string opening_;    // How the question begins.
  std::string extracted_;  // The answer, if it is taken from the sentence.
  Next next_ = Next::kComplete;
  inference::CompleteRequest completion_;
  inference::ScoreRequest score_;
  absl::Status status_;
  v1::Result result_;
};

// The prefixes that all calls on one chunk share. Thread-safe (immutable).
struct ChunkPrefixes {
  std::unique_ptr<inference::Prefix> with_chunk;
  // The same prompt with an empty chunk, for the gain. May be shared by chunks.
  std::shared_ptr<inference::Prefix> without_chunk;

  // The prefix for the next call.
  const inference::Prefix& For(TaskRun::Next next) const {
    return next == TaskRun::Next::kClosedBook ? *without_chunk : *with_chunk;
  }
};

// The request for the prefix of the calls on a chunk of a document in this
// language. With an empty text: for the prefix that measures answers without a chunk.
inference::PrefixRequest ChunkPrefixRequest(const TaskSpec& spec, Language language,
                                            absl::string_view chunk_text);

// Opens the prefix that measures answers without a chunk; a run needs one for each
// language. Blocks.
absl::StatusOr<std::shared_ptr<inference::Prefix>> OpenWithoutChunk(
    inference::Engine& engine, const TaskSpec& spec, Language language = Language::kEnglish);

// Opens the prefixes of a chunk; `without_chunk` has the same language. Blocks.
absl::StatusOr<std::unique_ptr<ChunkPrefixes>> OpenChunk(
    inference::Engine& engine, const TaskSpec& spec, absl::string_view chunk_text,
    std::shared_ptr<inference::Prefix> without_chunk, Language language = Language::kEnglish);

// Runs one task; blocks. Errors of TaskRun::TakeResult.
absl::StatusOr<v1::Result> RunTask(inference::Engine& engine, const ChunkPrefixes& prefixes,
                                   const TaskSpec& spec, absl::string_view chunk_text,
                                   const v1::Task& task);

// The result of a task whose chunk is too large for the engine (OpenChunk returned
// RESOURCE_EXHAUSTED): a reject, ENGINE_LIMIT.
v1::Result EngineLimitResult(const v1::Task& task, const absl::Status& status);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_GENERATE_H_
