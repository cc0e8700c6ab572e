// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chunk_bench.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::bench {
namespace {

using inference::CompleteRequest;
using inference::EngineStats;
using inference::Prefix;
using inference::ScoreRequest;
using inference::Slot;
using inference::TemplatePart;

constexpr int kChunkTokens = 1000;
constexpr int kBranches = 4;
constexpr int kInstructionTokens = 20;
constexpr int kReplyTokens = 60;
constexpr int kVerificationTokens = 80;
// Attempts at making a text of a given length, each with its remaining
// difference.
constexpr int kTries = 100;

const char* const kWords[] = {
    "the",    "of",      "and",     "a",     "in",     "to",     "was",    "river", "house",
    "people", "between", "city",    "water", "system", "with",   "years",  "after", "before",
    "light",  "north",   "old",     "new",   "group",  "first",  "second", "name",  "state",
    "number", "which",   "because", "small", "large",  "form",   "part",   "local", "public",
    "school", "music",   "war",     "game",  "line",   "order",  "power",  "study", "body",
    "cell",   "energy",  "field",   "human", "land",   "market", "night",  "paper", "road",
    "sound",  "table",   "time",    "tree",  "value",  "white",  "word",   "world", "writer"};

// Calls run(0), ..., run(count - 1), each on its own thread; returns the first
// error.
absl::Status InThreads(int count, const std::function<absl::Status(int)>& run) {
  std::vector<absl::Status> statuses(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&, i] { statuses[i] = run(i); });
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

EngineStats Difference(const EngineStats& after, const EngineStats& before) {
  EngineStats d;
  d.prompt_tokens_computed = after.prompt_tokens_computed - before.prompt_tokens_computed;
  d.prompt_tokens_needed = after.prompt_tokens_needed - before.prompt_tokens_needed;
  d.sampled_tokens = after.sampled_tokens - before.sampled_tokens;
  d.drafted_tokens = after.drafted_tokens - before.drafted_tokens;
  d.accepted_drafts = after.accepted_drafts - before.accepted_drafts;
  d.steps = after.steps - before.steps;
  d.step_tokens = after.step_tokens - before.step_tokens;
  d.busy_seconds = after.busy_seconds - before.busy_seconds;
  return d;
}

}  // namespace

double ChunkTokens() {
  return kChunkTokens + kBranches * (kInstructionTokens + (kReplyTokens - 1) + kVerificationTokens);
}

double ChunkOperations(const inference::HyperParameters& params) {
  const double generation =
      LayerOperations(params, kChunkTokens, kInstructionTokens + kReplyTokens - 1) +
      kReplyTokens * OutputOperations(params);
  return LayerOperations(params, 0, kChunkTokens) +
         kBranches * (generation + LayerOperations(params, kChunkTokens, kVerificationTokens));
}

ChunkBench::ChunkBench(inference::Engine* engine, const inference::HyperParameters& params)
    : engine_(engine), params_(params) {}

absl::StatusOr<std::unique_ptr<ChunkBench>> ChunkBench::Create(
    inference::Engine* engine, const inference::HyperParameters& params) {
  std::unique_ptr<ChunkBench> bench(new ChunkBench(engine, params));
  for (const char* word : kWords) {
    if (engine->tokenizer()->Encode(absl::StrCat(" ", word), false).size() == 1)
      bench->words_.push_back(word);
  }
  if (bench->words_.size() < 2)
    return absl::InternalError("none of the usual words is one token of the vocabulary");
  RETURN_IF_ERROR(bench->MakeRequests());
  return bench;
}

absl::Status ChunkBench::MakeRequests() {
  ASSIGN_OR_RETURN(instruction_, MakeText(0, kInstructionTokens, 1));
  ASSIGN_OR_RETURN(question_, MakeText(0, kVerificationTokens, 2));
  return absl::OkStatus();
}

// Words that make, inside the template, a prefix of `prefix_tokens` tokens or,
// if that is 0, a continuation of `rest_tokens`.
absl::StatusOr<std::string> ChunkBench::MakeText(int prefix_tokens, int rest_tokens,
                                                 uint64_t number) const {
  const inference::ChatTemplate& chat = engine_->chat_template();
  const int wanted = prefix_tokens > 0 ? prefix_tokens : rest_tokens;
  Rng rng(FingerprintBuilder("bench text").Add(number).Build(), "words");
  std::vector<std::string> words;
  std::string text;
  for (int i = 0; i < kTries; ++i) {
    text.clear();
    for (const std::string& word : words) absl::StrAppend(&text, " ", word);
    const std::vector<TemplatePart> parts =
        prefix_tokens > 0 ? chat.RenderPrefix("", text) : chat.RenderContinuation(text, "");
    // A continuation follows text.
    ASSIGN_OR_RETURN(const inference::RenderedTokens tokens,
                     EncodeParts(*engine_->tokenizer(), parts, prefix_tokens > 0));
    int missing = wanted - static_cast<int>(tokens.ids.size());
    if (missing == 0) return text;
    for (; missing > 0; --missing) words.push_back(words_[rng.Below(words_.size())]);
    for (; missing < 0 && !words.empty(); ++missing) words.pop_back();
  }
  return absl::InternalError(absl::StrCat("no text of ", wanted, " tokens could be made"));
}

absl::StatusOr<std::vector<std::string>> ChunkBench::MakeChunks(int count) {
  std::vector<std::string> chunks;
  for (int i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(std::string text, MakeText(kChunkTokens, 0, 1000 + chunks_made_++));
    chunks.push_back(std::move(text));
  }
  return chunks;
}

absl::Status ChunkBench::Run(int chunks, int in_flight, ChunkFigures* figures) {
  const uint64_t first = chunks_made_;
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, MakeChunks(chunks));
  const EngineStats before = engine_->stats();
  std::atomic<int> next{0};
  const Stopwatch watch;
  RETURN_IF_ERROR(InThreads(std::min(chunks, in_flight), [&](int) {
    for (int i = next++; i < chunks; i = next++) RETURN_IF_ERROR(RunChunk(texts[i], first + i));
    return absl::OkStatus();
  }));
  figures->per_chunk.seconds = watch.Seconds() / chunks;
  figures->per_chunk.cpu_seconds = watch.CpuSeconds() / chunks;
  figures->per_chunk.tokens = ChunkTokens();
  figures->per_chunk.operations = ChunkOperations(params_);
  figures->stats = Difference(engine_->stats(), before);
  const int64_t wanted = int64_t{chunks} * kBranches * kReplyTokens;
  if (figures->stats.sampled_tokens != wanted) {
    return absl::InternalError(
        absl::StrCat("the run sampled ", figures->stats.sampled_tokens, " tokens, not ", wanted));
  }
  return absl::OkStatus();
}

absl::Status ChunkBench::RunChunk(const std::string& text, uint64_t number) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Prefix> prefix, engine_->OpenPrefix({"", text}));
  if (prefix->num_tokens() != kChunkTokens)
    return absl::InternalError("a chunk does not have the length it was made with");
  return InThreads(kBranches,
                   [&](int branch) { return RunBranch(*prefix, number * kBranches + branch); });
}

// A generation, and its verification.
absl::Status ChunkBench::RunBranch(const Prefix& prefix, uint64_t number) {
  CompleteRequest generation;
  generation.user_rest = instruction_;
  // Not greedy, or the four would be one text; the seed makes it the same in
  // every run.
  generation.reply_template = {Slot::Free("reply", kReplyTokens, kReplyTokens, "\n\n</reply>")};
  generation.seed = FingerprintBuilder("bench reply").Add(number).Build();
  ASSIGN_OR_RETURN(const inference::Completion completion, engine_->Complete(prefix, generation));
  if (completion.parts[0].num_tokens != kReplyTokens)
    return absl::InternalError("a reply has the wrong length");
  ScoreRequest verification;
  verification.user_rest = question_;
  verification.continuations = {"yes", "no"};
  verification.relative_only = true;
  return engine_->Score(prefix, verification).status();
}

}  // namespace quipu::bench
