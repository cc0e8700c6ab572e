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
#include "generator/checks/filters.h"
#include "generator/prompts/prompts.h"
#include "tests/bench/measure.h"

namespace quipu::bench {
namespace {

constexpr size_t kChunksPerDocument = 4;
constexpr size_t kTasksPerChunk = 4;
static_assert(kChunksPerDocument * kTasksPerChunk == kTasksPerDocument);
constexpr size_t kChunkBytes = 4096;

const char* const kWords[] = {"river", "house", "city",   "water", "system", "years",   "light",
                              "north", "group", "state",  "large", "local",  "music",   "game",
                              "power", "study", "energy", "field", "human",  "land",    "night",
                              "road",  "sound", "table",  "time",  "value",  "harbour", "mill"};

// Texts and answers are made once, so that the processor time is the coordinator's; but there are
// more of them than a thread remembers, so that it finds each pair's words as in a real run.
constexpr size_t kChunkTexts = 16;

std::string MakeChunkText(size_t number) {
  Rng rng(FingerprintOf("texts"), absl::StrCat("text ", number));
  std::string text;
  while (text.size() < kChunkBytes) {
    absl::StrAppend(&text, text.empty() ? "" : " ", "In the year ", 1200 + number + text.size(),
                    " the");
    for (int i = 0; i < 9; ++i) {
      absl::StrAppend(&text, i == 4 ? " of the " : " ", kWords[rng.Below(std::size(kWords))]);
    }
    absl::StrAppend(&text, " was sold.");
  }
  return text;
}

const std::string& ChunkText(size_t number) {
  static const auto& texts = *[] {
    auto* made = new std::vector<std::string>;
    for (size_t i = 0; i < kChunkTexts; ++i) made->push_back(MakeChunkText(i));
    return made;
  }();
  return texts[number % kChunkTexts];
}

void AimAtFirstSentence(absl::string_view chunk, v1::Task* task) {
  task->mutable_target()->set_begin(task->chunk().begin());
  task->mutable_target()->set_end(task->chunk().begin() + chunk.find('.') + 1);
}

// What the recipe makes of some sentences of the chunk as an answer: another one for each task.
v1::Result MakeResult(const std::string& chunk, size_t task, size_t answer_bytes) {
  size_t begin = 0;
  for (size_t i = 0; i < task; ++i) begin = chunk.find('.', begin) + 2;
  v1::Result result;
  result.mutable_task()->set_form(v1::ANSWER_FORM_LONG);
  result.set_question(
      absl::StrCat("What was sold in the year ", 1200 + task, " at the harbour of the mill?"));
  const std::string rest = chunk.substr(begin);
  result.set_answer(rest.substr(0, rest.rfind('.', answer_bytes) + 1));
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

// By chunk text, then by task.
std::vector<v1::Result> MakeResults(size_t answer_bytes) {
  std::vector<v1::Result> results;
  for (size_t chunk = 0; chunk < kChunkTexts; ++chunk) {
    for (size_t task = 0; task < kTasksPerChunk; ++task) {
      results.push_back(MakeResult(ChunkText(chunk), task, answer_bytes));
    }
  }
  return results;
}

size_t NumberOf(const v1::LeasedChunk& chunk) {
  for (size_t i = 0; i < kChunkTexts; ++i) {
    if (ChunkText(i) == chunk.text()) return i;
  }
  return 0;
}

v1::DocumentPlan PlanOf(const std::string& document_id, size_t document) {
  v1::DocumentPlan plan;
  plan.set_document_id(document_id);
  size_t begin = 0;
  for (size_t chunk = 0; chunk < kChunksPerDocument; ++chunk) {
    const std::string& text = ChunkText(document * kChunksPerDocument + chunk);
    for (size_t i = 0; i < kTasksPerChunk; ++i) {
      const size_t index = chunk * kTasksPerChunk + i;
      v1::Task& task = *plan.add_tasks();
      task.set_id(FingerprintBuilder("task")
                      .Add(document_id)
                      .Add(static_cast<uint64_t>(index))
                      .Build()
                      .ToBytes());
      task.set_document_id(document_id);
      task.set_index(static_cast<uint32_t>(index));
      task.set_chunk_index(static_cast<uint32_t>(chunk));
      task.mutable_chunk()->set_begin(begin);
      task.mutable_chunk()->set_end(begin + text.size());
      task.set_form(v1::ANSWER_FORM_LONG);
      AimAtFirstSentence(text, &task);
    }
    begin += text.size();
  }
  return plan;
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

absl::Status MakeBenchStore(const std::string& path, int documents, storage::StoreMemory memory) {
  ASSIGN_OR_RETURN(std::unique_ptr<storage::Store> store,
                   storage::Store::Create(path, BenchHeader(), memory));
  for (int n = 0; n < documents;) {
    storage::IngestBatch batch;
    batch.progress.set_source("made up");
    batch.progress.set_offset(static_cast<uint64_t>(n + 1));
    for (int k = 0; k < 100 && n < documents; ++k, ++n) {
      v1::Document& document = batch.documents.emplace_back();
      for (size_t i = 0; i < kChunksPerDocument; ++i) {
        document.mutable_text()->append(ChunkText(static_cast<size_t>(n) * kChunksPerDocument + i));
      }
      document.set_id(FingerprintOf(absl::StrCat("document ", n)).ToBytes());
    }
    const std::vector<v1::Document> added = batch.documents;
    RETURN_IF_ERROR(store->Ingest(std::move(batch)));
    for (size_t k = 0; k < added.size(); ++k) {
      const size_t number = static_cast<size_t>(n) - added.size() + k;
      RETURN_IF_ERROR(store->AddPlan(PlanOf(added[k].id(), number)));
    }
  }
  return store->Close();
}

v1::LeaseResults BenchResults(const v1::LeasedChunk& chunk, size_t answer_bytes) {
  static const std::vector<v1::Result> large = MakeResults(kLargeAnswer);
  static const std::vector<v1::Result> usual = MakeResults(kUsualAnswer);
  const std::vector<v1::Result>& made = answer_bytes == kLargeAnswer ? large : usual;
  const size_t first = NumberOf(chunk) * kTasksPerChunk;
  v1::LeaseResults results;
  *results.mutable_ticket() = chunk.ticket();
  for (const v1::Task& task : chunk.tasks()) {
    v1::Result& result = *results.add_results();
    result = made[first + static_cast<size_t>(task.index()) % kTasksPerChunk];
    *result.mutable_task() = task;
  }
  return results;
}

std::vector<v1::LeasedChunk> BenchChunks() {
  std::vector<v1::LeasedChunk> chunks;
  for (size_t number = 0; number < kChunkTexts; ++number) {
    v1::LeasedChunk& chunk = chunks.emplace_back();
    chunk.set_text(ChunkText(number));
    for (size_t i = 0; i < kTasksPerChunk; ++i) {
      v1::Task& task = *chunk.add_tasks();
      task.set_id(FingerprintOf("a task").ToBytes());
      task.set_index(static_cast<uint32_t>(i));
      task.set_form(v1::ANSWER_FORM_LONG);
      task.mutable_chunk()->set_end(chunk.text().size());
      AimAtFirstSentence(chunk.text(), &task);
    }
  }
  return chunks;
}

absl::StatusOr<BenchRun> OpenBenchRun(const std::string& path, storage::StoreMemory memory) {
  BenchRun run;
  storage::StoreOptions store;
  store.memory = memory;
  const Stopwatch watch;
  ASSIGN_OR_RETURN(run.store, storage::Store::Open(path, store));
  ASSIGN_OR_RETURN(run.run_store, pipelines::MakeRunStore(run.store.get()));
  pipelines::CoordinatorOptions options;
  options.secret = RandomBytes(32);
  options.leases.max_leases_per_worker = 1024;
  ASSIGN_OR_RETURN(run.coordinator, pipelines::Coordinator::Start(options, run.run_store.get()));
  run.seconds = watch.Seconds();
  return run;
}

}  // namespace quipu::bench
