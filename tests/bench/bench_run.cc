// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench_run.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/random_bytes.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "generator/filters.h"
#include "generator/prompts.h"
#include "tests/bench/measure.h"

namespace quipu::bench {
namespace {

constexpr int kChunksPerDocument = 4;
constexpr int kTasksPerChunk = 4;
static_assert(kChunksPerDocument * kTasksPerChunk == kTasksPerDocument);
constexpr size_t kChunkBytes = 4096;

const char* const kWords[] = {"river", "house", "city",   "water", "system", "years",   "light",
                              "north", "group", "state",  "large", "local",  "music",   "game",
                              "power", "study", "energy", "field", "human",  "land",    "night",
                              "road",  "sound", "table",  "time",  "value",  "harbour", "mill"};

// Of all chunks: a result is then made once, and the processor time is the coordinator's.
std::string ChunkText() {
  Rng rng(FingerprintOf("texts"), "texts");
  std::string text;
  while (text.size() < kChunkBytes) {
    absl::StrAppend(&text, text.empty() ? "" : " ", "In the year ", 1200 + text.size(), " the");
    for (int i = 0; i < 9; ++i) {
      absl::StrAppend(&text, i == 4 ? " of the " : " ", kWords[rng.Below(std::size(kWords))]);
    }
    absl::StrAppend(&text, " was sold.");
  }
  return text;
}

void AimAtFirstSentence(absl::string_view chunk, v1::Task* task) {
  task->mutable_target()->set_begin(task->chunk().begin());
  task->mutable_target()->set_end(task->chunk().begin() + chunk.find('.') + 1);
}

// What the recipe makes of the first sentences of the chunk as an answer.
v1::Result MakeResult(size_t answer_bytes) {
  const std::string chunk = ChunkText();
  v1::Result result;
  result.mutable_task()->set_form(v1::ANSWER_FORM_LONG);
  result.set_question("What was sold in the year 1200 at the harbour of the mill?");
  result.set_answer(chunk.substr(0, chunk.rfind('.', answer_bytes) + 1));
  result.set_question_kind("other");
  result.set_sampled_tokens(100);
  const v1::RunSpec spec = BenchHeader().spec();
  const std::optional<v1::Reject> reject =
      generator::FilterPair({result.question(), result.answer(), chunk, v1::ANSWER_FORM_LONG},
                            generator::InstructionOfResult(spec.generation(), result),
                            spec.filters(), result.mutable_scores());
  if (reject.has_value()) *result.mutable_reject() = *reject;
  return result;
}

}  // namespace

v1::RunHeader BenchHeader() {
  v1::RunHeader header;
  header.set_run_id(FingerprintOf("a benchmark's run").ToBytes());
  header.mutable_spec()->mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
  v1::RunSpec& spec = *header.mutable_spec();
  spec.mutable_verification()->set_enabled(false);
  spec.mutable_filters()->set_max_copied_share(1);
  // The same kind for every task.
  v1::QuestionKinds& kinds = *spec.mutable_generation()->mutable_question_kinds();
  const auto* const fields = kinds.GetDescriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    kinds.GetReflection()->SetDouble(&kinds, fields->field(i),
                                     fields->field(i)->name() == "other" ? 1 : 0);
  }
  header.mutable_generating_model()->set_engine("scripted");
  return header;
}

absl::Status MakeBenchStore(const std::string& path, int documents) {
  ASSIGN_OR_RETURN(std::unique_ptr<storage::Store> store,
                   storage::Store::Create(path, BenchHeader()));
  const std::string chunk = ChunkText();
  for (int n = 0; n < documents;) {
    storage::IngestBatch batch;
    batch.progress.set_source("made up");
    batch.progress.set_offset(static_cast<uint64_t>(n + 1));
    for (int k = 0; k < 100 && n < documents; ++k, ++n) {
      v1::Document& document = batch.documents.emplace_back();
      for (int i = 0; i < kChunksPerDocument; ++i) document.mutable_text()->append(chunk);
      document.set_id(FingerprintOf(absl::StrCat("document ", n)).ToBytes());
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
        task.mutable_chunk()->set_begin(task.chunk_index() * chunk.size());
        task.mutable_chunk()->set_end((task.chunk_index() + 1) * chunk.size());
        task.set_form(v1::ANSWER_FORM_LONG);
        AimAtFirstSentence(chunk, &task);
      }
      RETURN_IF_ERROR(store->AddPlan(plan));
    }
  }
  return store->Close();
}

v1::LeaseResults BenchResults(const v1::LeasedChunk& chunk, size_t answer_bytes) {
  static const v1::Result large = MakeResult(kLargeAnswer);
  static const v1::Result usual = MakeResult(kUsualAnswer);
  v1::LeaseResults results;
  *results.mutable_ticket() = chunk.ticket();
  for (const v1::Task& task : chunk.tasks()) {
    v1::Result& result = *results.add_results();
    result = answer_bytes == kLargeAnswer ? large : usual;
    *result.mutable_task() = task;
  }
  return results;
}

v1::LeasedChunk BenchChunk() {
  v1::LeasedChunk chunk;
  chunk.set_text(ChunkText());
  v1::Task& task = *chunk.add_tasks();
  task.set_id(FingerprintOf("a task").ToBytes());
  task.set_form(v1::ANSWER_FORM_LONG);
  task.mutable_chunk()->set_end(chunk.text().size());
  AimAtFirstSentence(chunk.text(), &task);
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
