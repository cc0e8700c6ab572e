// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench_run.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/random_bytes.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "tests/bench/measure.h"

namespace quipu::bench {
namespace {

constexpr int kChunksPerDocument = 4;
constexpr int kTasksPerChunk = 4;
static_assert(kChunksPerDocument * kTasksPerChunk == kTasksPerDocument);
constexpr size_t kChunkBytes = 2048;

const char* const kWords[] = {"the",   "river", "house",  "between", "city",   "water", "system",
                              "with",  "years", "after",  "before",  "light",  "north", "old",
                              "group", "state", "number", "because", "small",  "large", "local",
                              "music", "game",  "power",  "study",   "energy", "field", "human",
                              "land",  "night", "road",   "sound",   "table",  "time",  "value"};

std::string ChunkText(Rng& rng) {
  std::string text = "It began";
  while (text.size() < kChunkBytes - 16) {
    absl::StrAppend(&text, " ", kWords[rng.Below(std::size(kWords))]);
    if (rng.Below(12) == 0) absl::StrAppend(&text, ". Then");
  }
  text.resize(kChunkBytes - 2, ' ');
  return text + "a.";
}

}  // namespace

v1::RunHeader BenchHeader() {
  v1::RunHeader header;
  header.set_run_id(FingerprintOf("a benchmark's run").ToBytes());
  header.mutable_spec()->mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
  header.mutable_spec()->mutable_verification()->set_enabled(false);
  header.mutable_generating_model()->set_engine("scripted");
  return header;
}

absl::Status MakeBenchStore(const std::string& path, int documents) {
  ASSIGN_OR_RETURN(std::unique_ptr<storage::Store> store, storage::Store::Create(path, Header()));
  Rng rng(FingerprintOf("texts"), "texts");
  for (int n = 0; n < documents;) {
    storage::IngestBatch batch;
    batch.progress.set_source("made up");
    batch.progress.set_offset(static_cast<uint64_t>(n + 1));
    for (int k = 0; k < 100 && n < documents; ++k, ++n) {
      v1::Document& document = batch.documents.emplace_back();
      for (int i = 0; i < kChunksPerDocument; ++i) document.mutable_text()->append(ChunkText(rng));
      document.set_id(FingerprintOf(document.text()).ToBytes());
    }
    const std::vector<v1::Document> added = batch.documents;
    RETURN_IF_ERROR(store->Ingest(std::move(batch)));
    for (const v1::Document& document : added) {
      v1::DocumentPlan plan;
      plan.set_document_id(document.id());
      for (int i = 0; i < kChunksPerDocument * kTasksPerChunk; ++i) {
        v1::Task& task = *plan.add_tasks();
        task.set_id(FingerprintBuilder("task")
                        .Add(document.id())
                        .Add(static_cast<uint64_t>(i))
                        .Build()
                        .ToBytes());
        task.set_document_id(document.id());
        task.set_index(i);
        task.set_chunk_index(i / kTasksPerChunk);
        task.mutable_chunk()->set_begin(task.chunk_index() * kChunkBytes);
        task.mutable_chunk()->set_end((task.chunk_index() + 1) * kChunkBytes);
        task.set_form(v1::ANSWER_FORM_LONG);
      }
      RETURN_IF_ERROR(store->AddPlan(plan));
    }
  }
  return store->Close();
}

v1::LeaseResults BenchResults(const v1::LeasedChunk& chunk, size_t answer_bytes) {
  v1::LeaseResults results;
  *results.mutable_ticket() = chunk.ticket();
  std::string answer = absl::StrCat(chunk.text(), " ", chunk.text()).substr(0, answer_bytes);
  answer.resize(answer.find_last_of(' '));  // No half words: the filters check for them.
  for (const v1::Task& task : chunk.tasks()) {
    v1::Result& result = *results.add_results();
    *result.mutable_task() = task;
    result.set_question(
        absl::StrCat("How did the northern group fare in year ", task.index(), "?"));
    result.set_answer(answer);
    result.mutable_scores()->set_grounded_share(1);
    result.set_sampled_tokens(100);
  }
  return results;
}

v1::LeasedChunk BenchChunk() {
  Rng rng(FingerprintOf("one"), "texts");
  v1::LeasedChunk chunk;
  chunk.set_text(ChunkText(rng));
  chunk.add_tasks()->set_form(v1::ANSWER_FORM_LONG);
  return chunk;
}

absl::StatusOr<BenchRun> OpenBenchRun(const std::string& path) {
  BenchRun run;
  const Stopwatch watch;
  ASSIGN_OR_RETURN(run.store, storage::Store::Open(path, {}));
  ASSIGN_OR_RETURN(run.run_store, pipelines::MakeRunStore(run.store.get()));
  pipelines::CoordinatorOptions options;
  options.secret = RandomBytes(32);
  options.leases.max_leases_per_worker = 1024;
  ASSIGN_OR_RETURN(run.coordinator, pipelines::Coordinator::Start(options, run.run_store.get()));
  run.seconds = watch.Seconds();
  return run;
}

}  // namespace quipu::bench
