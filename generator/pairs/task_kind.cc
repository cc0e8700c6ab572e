// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/task_kind.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/rng.h"
#include "base/status_macros.h"
#include "generator/chunks/document_parts.h"
#include "generator/chunks/task_chunks.h"
#include "generator/languages/tables.h"
#include "generator/pairs/chunk_pairs.h"
#include "generator/pairs/summary_check.h"
#include "generator/pairs/summary_run.h"
#include "generator/pairs/targets.h"
#include "generator/pairs/two_chunks.h"
#include "generator/words/language.h"

namespace quipu::generator {
namespace {

// Pairs of sentences from two chunks: later ones have less in common.
constexpr uint32_t kMostPairsOfTwoChunks = 3;
// Two chunks and what is between them fill at most this share of a row's context, so that the
// row still has room for chance to place them.
constexpr double kMostOfContext = 0.75;
// A part that is summed up has this many times the tokens of a chunk: fewer parts lose less of what
// joins them, and a model's context has room for it (chunks.max_tokens is at most half of it).
constexpr uint32_t kChunksOfPart = 2;
// With chunks of 512 tokens, this covers a context of 16,384. A longer document is summed up from
// parts that are spread over it.
constexpr uint32_t kMostParts = 16;

v1::Span SpanOf(const TextRange& range) {
  v1::Span span;
  span.set_begin(range.begin);
  span.set_end(range.end);
  return span;
}

std::vector<TextRange> RangesOf(absl::Span<const Chunk> chunks) {
  std::vector<TextRange> ranges;
  for (const Chunk& chunk : chunks) ranges.push_back({chunk.begin, chunk.end});
  return ranges;
}

size_t AllPairs(const PlanInput& input) {
  return input.chunks.size() * input.generation.pairs_per_chunk();
}

// A pair from one chunk.
class PairKind final : public TaskKind {
 public:
  std::vector<v1::Task> Draft(const PlanInput& input) const override {
    std::vector<v1::Task> tasks;
    const size_t all = AllPairs(input) - std::min(AllPairs(input), input.replaced);
    const size_t chunks = input.chunks.size();
    for (size_t c = 0; c < chunks; ++c) {
      // Pairs are replaced evenly over the chunks.
      const size_t pairs = (c + 1) * all / chunks - c * all / chunks;
      AddPairs(input, c, pairs, &tasks);
    }
    return tasks;
  }

  absl::StatusOr<std::unique_ptr<TaskSteps>> Start(const TaskSpec& spec,
                                                   const inference::EngineInfo& engine,
                                                   absl::string_view text,
                                                   v1::Task task) const override {
    return std::make_unique<TaskRun>(spec, engine, text, std::move(task));
  }

  absl::Status Check(const ResultRules& rules, const v1::Task& task, absl::string_view text,
                     const v1::Result& result) const override {
    return CheckResult(rules, task, text, result);
  }

  Evidence FindEvidence(const EvidenceFinder& finder, const v1::Result& sample) const override {
    const v1::Span& chunk = sample.task().chunk();
    return finder.Find({chunk.begin(), chunk.end()}, sample.question(), sample.answer());
  }

 private:
  static void AddPairs(const PlanInput& input, size_t index, size_t pairs,
                       std::vector<v1::Task>* tasks) {
    const Chunk& chunk = input.chunks[index];
    const std::vector<Target> targets = ChooseTargets(
        input.text.substr(chunk.begin, chunk.end - chunk.begin), pairs, input.language,
        FingerprintBuilder("targets").Add(input.key).Add(uint64_t{chunk.begin}).Build());
    for (size_t pair = 0; pair < pairs; ++pair) {
      v1::Task& task = tasks->emplace_back();
      task.set_chunk_index(static_cast<uint32_t>(index));
      *task.mutable_chunk() = SpanOf({chunk.begin, chunk.end});
      if (targets.empty()) continue;
      *task.mutable_target() =
          SpanOf({chunk.begin + targets[pair].begin, chunk.begin + targets[pair].end});
    }
  }
};

// A pair whose answer needs two chunks.
class TwoChunksKind final : public TaskKind {
 public:
  std::vector<v1::Task> Draft(const PlanInput& input) const override {
    std::vector<v1::Task> tasks;
    const double share = input.generation.two_chunk_share();
    if (!(share > 0)) return tasks;
    // A random phase keeps a small share over many documents, as for the forms.
    const double wanted =
        share * static_cast<double>(AllPairs(input)) + Rng(input.key, "two-chunks").Uniform();
    PairLimits limits;
    limits.tasks = std::min(static_cast<size_t>(std::floor(wanted)), AllPairs(input));
    limits.per_pair = std::min(kMostPairsOfTwoChunks, input.generation.pairs_per_chunk());
    limits.max_bytes = MostBytes(input);
    const std::vector<TextRange> chunks = RangesOf(input.chunks);
    uint32_t number = 0;
    for (const ChunkPair& pair : ChooseChunkPairs(input.text, chunks, input.language, limits)) {
      for (const SentencePair& target : pair.targets) {
        v1::Task& task = tasks.emplace_back();
        task.set_chunk_index(number);
        *task.mutable_chunk() = SpanOf(chunks[pair.first]);
        *task.add_more_chunks() = SpanOf(chunks[pair.second]);
        *task.mutable_target() = SpanOf(target.first);
        *task.add_more_targets() = SpanOf(target.second);
      }
      ++number;
    }
    return tasks;
  }

  bool ReplacesPairs() const override { return true; }

  absl::StatusOr<std::unique_ptr<TaskSteps>> Start(const TaskSpec& spec,
                                                   const inference::EngineInfo& engine,
                                                   absl::string_view text,
                                                   v1::Task task) const override {
    return TwoChunkRun::Create(spec, engine, text, std::move(task));
  }

  absl::Status Check(const ResultRules& rules, const v1::Task& task, absl::string_view text,
                     const v1::Result& result) const override {
    return CheckTwoChunkResult(rules, task, text, result);
  }

  // Of both chunks. Neither is another place for the other, and no place contradicts what only two
  // together say.
  Evidence FindEvidence(const EvidenceFinder& finder, const v1::Result& sample) const override {
    Evidence evidence;
    const std::vector<TextRange> chunks = ChunksOf(sample.task());
    for (const TextRange& chunk : chunks) {
      const Evidence found = finder.Find(chunk, sample.question(), sample.answer());
      evidence.sentences.insert(evidence.sentences.end(), found.sentences.begin(),
                                found.sentences.end());
    }
    return evidence;
  }

 private:
  // The bytes that kMostOfContext tokens take in this document on average; 0: any number.
  static size_t MostBytes(const PlanInput& input) {
    if (input.context_tokens == 0 || input.token_begins.empty()) return 0;
    const double bytes_per_token =
        static_cast<double>(input.text.size()) / static_cast<double>(input.token_begins.size());
    return static_cast<size_t>(kMostOfContext * input.context_tokens * bytes_per_token);
  }
};

// A summary of the whole document.
class SummaryKind final : public TaskKind {
 public:
  std::vector<v1::Task> Draft(const PlanInput& input) const override {
    std::vector<v1::Task> tasks;
    const double share = input.generation.summary_share();
    const bool drawn = share > 0 && Rng(input.key, "summary").Uniform() < share;
    const bool fits = input.context_tokens == 0 || input.token_begins.size() < input.context_tokens;
    // Its question is a fixed text, which a language without a table lacks.
    if (!drawn || !fits || input.language == Language::kUnknown) return tasks;
    const std::vector<TextRange> parts = DivideDocument(
        input.text, input.token_begins, kChunksOfPart * input.chunk_spec.max_tokens(), kMostParts);
    if (parts.empty()) return tasks;
    v1::Task& task = tasks.emplace_back();
    *task.mutable_chunk() = SpanOf(parts[0]);
    for (size_t i = 1; i < parts.size(); ++i) *task.add_more_chunks() = SpanOf(parts[i]);
    return tasks;
  }

  v1::AnswerForm OnlyForm() const override { return v1::ANSWER_FORM_LONG; }

  absl::StatusOr<std::unique_ptr<TaskSteps>> Start(const TaskSpec& spec,
                                                   const inference::EngineInfo& engine,
                                                   absl::string_view text,
                                                   v1::Task task) const override {
    return SummaryRun::Create(spec, engine, text, std::move(task));
  }

  absl::Status Check(const ResultRules& rules, const v1::Task& task, absl::string_view text,
                     const v1::Result& result) const override {
    return CheckSummaryResult(rules, task, text, result);
  }

  // The whole document is: no sentence of it more than another.
  Evidence FindEvidence(const EvidenceFinder& /*finder*/,
                        const v1::Result& /*sample*/) const override {
    return {};
  }
};

constexpr v1::TaskKind kAddedKinds[] = {v1::TASK_KIND_TWO_CHUNKS, v1::TASK_KIND_SUMMARY};

}  // namespace

const TaskKind& KindOfTask(v1::TaskKind kind) {
  static const TaskKind& pair = *new PairKind;
  static const TaskKind& two_chunks = *new TwoChunksKind;
  static const TaskKind& summary = *new SummaryKind;
  switch (kind) {
    case v1::TASK_KIND_TWO_CHUNKS:
      return two_chunks;
    case v1::TASK_KIND_SUMMARY:
      return summary;
    default:
      return pair;
  }
}

absl::Span<const v1::TaskKind> AddedKinds() { return kAddedKinds; }

absl::StatusOr<v1::Result> MakeResult(inference::Engine& engine, const TaskSpec& spec,
                                      absl::string_view text, const v1::Task& task) {
  ASSIGN_OR_RETURN(const std::unique_ptr<TaskSteps> steps,
                   KindOfTask(task.kind()).Start(spec, engine.info(), text, task));
  const Language language = LanguageOfTaskCode(task.language());
  std::map<std::string, std::unique_ptr<inference::Prefix>> prefixes;
  while (!steps->ended()) {
    absl::Status opened;
    std::unique_ptr<inference::Prefix>& prefix = prefixes[std::string(steps->passage())];
    if (prefix == nullptr) {
      auto made = engine.OpenPrefix(ChunkPrefixRequest(spec, language, steps->passage()));
      opened = made.status();
      if (made.ok()) prefix = *std::move(made);
    }
    if (steps->completes()) {
      steps->OnCompletion(opened.ok() ? engine.Complete(*prefix, steps->completion()) : opened);
    } else {
      steps->OnScore(opened.ok() ? engine.Score(*prefix, steps->score()) : opened);
    }
  }
  return steps->TakeResult();
}

}  // namespace quipu::generator
