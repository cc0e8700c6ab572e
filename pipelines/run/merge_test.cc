// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Split and merged runs, compared with the unsplit run: real files, real
// stores, real exports, the scripted engine.
#include "pipelines/run/merge.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/staged_dir.h"
#include "base/stop.h"
#include "generator/pairs/generate.h"
#include "generator/spec/run_spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/core/partition.h"
#include "pipelines/run/stages.h"
#include "tests/support/dataset_checks.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using testing::CheckDataset;
using testing::DirDigest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusIs;
using testing::TempDir;

// A document of this many sentences; `salt` varies the text.
std::string MakeText(int salt, int sentences) {
  std::string text;
  for (int i = 0; i < sentences; ++i) {
    absl::StrAppend(&text, "The keeper of tower ", salt, " counted ", i * 7 + salt,
                    " silver coins before the year ", 1200 + i * 3, " was over",
                    i % 5 == 4 ? ".\n\n" : ". ");
  }
  return text;
}

// Makes every pair, one after the other.
absl::Status MakePairs(RunStages* run, const v1::RunSpec& spec) {
  absl::StatusOr<inference::Engine*> engine = run->NeedEngine();
  if (!engine.ok()) return engine.status();
  auto run_store = MakeRunStore(run->store());
  if (!run_store.ok()) return run_store.status();
  auto without = generator::OpenWithoutChunk(**engine, spec);
  if (!without.ok()) return without.status();
  std::vector<v1::ChunkId> chunks;
  absl::Status status = (*run_store)->ForEachChunk([&](const v1::ChunkAdded& added) {
    if (added.done() == 0) chunks.push_back(added.chunk());
    return absl::OkStatus();
  });
  for (size_t i = 0; status.ok() && i < chunks.size(); ++i) {
    if (StopRequested()) return absl::CancelledError("stopped");
    auto content = (*run_store)->ReadChunk(chunks[i]);
    if (!content.ok()) return content.status();
    auto prefixes = generator::OpenChunk(**engine, spec, content->text, *without);
    if (!prefixes.ok()) return prefixes.status();
    JournalBatch batch;
    for (const v1::Task& task : content->tasks) {
      auto result = generator::RunTask(**engine, **prefixes, spec, content->text, task);
      if (!result.ok()) return result.status();
      batch.results.emplace_back();
      batch.results.back().result = *std::move(result);
      batch.results.back().by.set_worker("ann");
    }
    status = (*run_store)->Commit(batch, /*sync=*/false);
  }
  v1::EngineCounters work;
  work.set_sampled_tokens(chunks.size());
  status.Update((*run_store)->AddCounters(work));
  return status;
}

absl::Status BuildPart(const v1::RunSpec& spec, const BuildOptions& options) {
  auto run = RunStages::Open(spec, options);
  if (!run.ok()) return run.status();
  absl::Status status = (*run)->ReadAndPlan();
  if (status.ok()) status = (*run)->Generate([&] { return MakePairs(run->get(), spec); });
  return status.ok() ? (*run)->Finish().status() : status;
}

BuildOptions PartOf(uint32_t index, uint32_t count) {
  BuildOptions options;
  options.partition.emplace();
  options.partition->set_index(index);
  options.partition->set_count(count);
  return options;
}

class MergeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    ASSERT_OK(MakeDirs(dir_.Path("corpus")));
    for (int i = 0; i < 6; ++i) {
      Write(absl::StrCat("corpus/", i, ".txt"), MakeText(i, 60 + 5 * i));
    }
    Write("corpus/copy.txt", MakeText(2, 70));
    Write("corpus/tiny.txt", "Too small to ask about.");
    Write("corpus/tiny2.txt", "Too small to ask about.");
    Write("corpus/draft.txt", absl::StrCat("Draft. ", MakeText(9, 70)));
    Write("corpus/bad.txt", std::string("not\xff text\0", 10));
    std::string rows = "nonsense\n";
    for (int i = 0; i < 40; ++i) {
      absl::StrAppend(&rows, "{\"prompt\":\"What is ", i % 35, " plus one?\",\"completion\":\"",
                      i % 35 + 1, "\"}\n");
    }
    Write("short.jsonl", rows);
  }
  void TearDown() override { ResetStopForTest(); }

  void Write(const std::string& name, const std::string& content) {
    ASSERT_OK(WriteFileAtomic(dir_.Path(name), content));
  }

  v1::RunSpec Spec(absl::string_view name) {
    auto spec = generator::ParseRunSpec(
        absl::StrCat("seed: 3 store: \"", dir_.Path(absl::StrCat(name, "/store")),
                     "\" documents { path: \"", dir_.Path("corpus"),
                     "\" keep_if { pattern: \"^Draft\" negate: true } } short_rows { path: \"",
                     dir_.Path("short.jsonl"),
                     "\" } engine { kind: SCRIPTED } chunks { min_tokens: 200 max_tokens: 400"
                     " tokens_per_chunk: 500 } read { min_document_tokens: 100 } packing {"
                     " pack_tokens: 256 }"),
        "test");
    EXPECT_OK(spec.status());
    EXPECT_OK(generator::ValidateRunSpec(*spec));
    return *spec;
  }

  void BuildPartitions(const v1::RunSpec& spec, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) ASSERT_OK(BuildPart(spec, PartOf(i, count))) << i;
  }

  // Names and hashes of all that was exported, the manifest included.
  std::string Digest(const v1::RunSpec& spec) { return DirDigest(ExportDirOf(spec)); }

  // The unsplit run's digest.
  std::string Whole() {
    const v1::RunSpec spec = Spec("whole");
    EXPECT_OK(BuildPart(spec, {}));
    return Digest(spec);
  }

  TempDir dir_;
};

TEST_F(MergeTest, GivesTheBytesOfTheUnsplitRun) {
  const std::string whole = Whole();
  ASSERT_THAT(whole, AllOf(HasSubstr("MANIFEST.json"), HasSubstr("tokens-")));
  ASSERT_OK_AND_ASSIGN(const auto unsplit, storage::Store::Open(Spec("whole").store(), {}));
  ASSERT_OK_AND_ASSIGN(const std::vector<v1::InputProgress> inputs, unsplit->ListInputs());
  for (const uint32_t count : {1u, 3u, 7u}) {
    SCOPED_TRACE(absl::StrCat(count, " partitions"));
    const v1::RunSpec spec = Spec(absl::StrCat("split", count));
    BuildPartitions(spec, count);

    ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Merge(spec, {}));

    EXPECT_EQ(Digest(spec), whole);
    EXPECT_THAT(CheckDataset(spec), IsEmpty());
    EXPECT_EQ(summary.counts.documents, 6u);
    EXPECT_EQ(summary.counts.duplicates, 1u);
    EXPECT_EQ(summary.counts.duplicate_rows, 5u);
    EXPECT_EQ(summary.counts.too_short, 2u);
    EXPECT_EQ(summary.counts.not_kept, 1u);
    EXPECT_EQ(summary.counts.bad_records, 2u);
    EXPECT_GT(summary.counts.rejected, 0u) << "of the scripted engine's faults";
    ASSERT_OK_AND_ASSIGN(const auto merged, storage::Store::Open(spec.store(), {}));
    ASSERT_OK_AND_ASSIGN(const std::vector<v1::InputProgress> sums, merged->ListInputs());
    ASSERT_EQ(sums.size(), inputs.size());
    for (size_t i = 0; i < sums.size(); ++i) {
      EXPECT_EQ(sums[i].SerializeAsString(), inputs[i].SerializeAsString()) << sums[i].source();
    }
    EXPECT_EQ(merged->header().merged_partitions(), count);
    EXPECT_FALSE(merged->header().has_partition());
  }
}

TEST_F(MergeTest, LeavesOutWhatABenchmarkHasAsTheUnsplitRunDoes) {
  std::string context = MakeText(4, 80);
  for (char& c : context) {
    if (c == '\n') c = ' ';
  }
  Write("mills.jsonl", absl::StrCat("{\"context\":\"", context,
                                    "\",\"question\":\"What is 7 plus one?\",\"answer\":8}\n"));
  v1::RunSpec spec = Spec("whole");
  spec.mutable_decontamination()->add_benchmarks(dir_.Path("mills.jsonl"));
  ASSERT_OK(BuildPart(spec, {}));
  const std::string whole = Digest(spec);
  v1::RunSpec split = Spec("split");
  *split.mutable_decontamination() = spec.decontamination();
  BuildPartitions(split, 3);
  // Merging reads the benchmark where it is then.
  ASSERT_OK(MakeDirs(dir_.Path("moved")));
  ASSERT_EQ(std::rename(dir_.Path("mills.jsonl").c_str(), dir_.Path("moved/mills.jsonl").c_str()),
            0);
  split.mutable_decontamination()->set_benchmarks(0, dir_.Path("moved/mills.jsonl"));

  ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Merge(split, {}));

  EXPECT_EQ(Digest(split), whole);
  EXPECT_THAT(CheckDataset(split), IsEmpty());
  EXPECT_EQ(summary.counts.no_chunk_by_reason.at(v1::NO_CHUNK_REASON_CONTAMINATED), 1u);
  EXPECT_EQ(summary.counts.row_rejects_by_reason.at(v1::REJECT_REASON_CONTAMINATED), 1u);
}

TEST_F(MergeTest, SumsTheEnginesWorkAndLeavesAttemptsBehind) {
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 3);
  uint64_t sum = 0;
  for (uint32_t i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(
        const auto partition,
        storage::Store::Open(PartitionStorePath(spec.store(), *PartOf(i, 3).partition), {true}));
    ASSERT_OK_AND_ASSIGN(const v1::EngineCounters work, partition->GetEngineCounters());
    sum += work.sampled_tokens();
  }
  ASSERT_GT(sum, 0u);
  ASSERT_OK(Merge(spec, {}).status());
  ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(spec.store(), {true}));
  ASSERT_OK_AND_ASSIGN(const v1::EngineCounters work, store->GetEngineCounters());
  EXPECT_EQ(work.sampled_tokens(), sum);
  ASSERT_OK(store->ForEachAttempt([](absl::string_view, uint32_t, const v1::AttemptRecord&) {
    return absl::InternalError("an attempt");
  }));
}

// Also if the corpus cannot be listed.
TEST_F(MergeTest, NeedsNoCorpus) {
  const std::string whole = Whole();
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 2);
  Write("corpus/new%E9.txt", "one");
  Write("corpus/new\xe9.txt", "two");
  ASSERT_THAT(BuildPart(spec, PartOf(0, 2)),
              StatusIs(absl::StatusCode::kInvalidArgument, "two files"));

  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(Merge(spec, {}).status());
    EXPECT_EQ(Digest(spec), whole);
  }
  ASSERT_OK(RemoveTree(dir_.Path("corpus")));
  EXPECT_OK(BuildPart(spec, {}));
}

TEST_F(MergeTest, TakesPartitionsWithNothingInThem) {
  const std::string whole = Whole();
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 24);
  int empty = 0;
  for (uint32_t i = 0; i < 24; ++i) {
    ASSERT_OK_AND_ASSIGN(
        const auto partition,
        storage::Store::Open(PartitionStorePath(spec.store(), *PartOf(i, 24).partition), {true}));
    ASSERT_OK_AND_ASSIGN(const storage::RunCounts counts, partition->Count());
    empty += counts.documents + counts.short_rows == 0 ? 1 : 0;
  }
  ASSERT_GT(empty, 0);

  MergeOptions options;
  options.check = true;
  ASSERT_OK(Merge(spec, options).status());

  EXPECT_EQ(Digest(spec), whole);
}

TEST_F(MergeTest, SaysSoWhenAllPartitionsAreEmpty) {
  v1::RunSpec spec = Spec("split");
  spec.clear_short_rows();
  spec.mutable_read()->set_min_document_tokens(1000000);
  BuildPartitions(spec, 2);
  EXPECT_THAT(Merge(spec, {}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "nothing to build from"));
  EXPECT_FALSE(storage::Store::Exists(spec.store()));
}

TEST_F(MergeTest, ResumesAStoppedPartition) {
  const std::string whole = Whole();
  const v1::RunSpec spec = Spec("split");
  RequestStopForTest();
  EXPECT_THAT(BuildPart(spec, PartOf(0, 2)), StatusIs(absl::StatusCode::kCancelled));
  ResetStopForTest();
  BuildPartitions(spec, 2);
  BuildPartitions(spec, 2);  // Done already: nothing changes.
  RequestStopForTest();
  EXPECT_THAT(Merge(spec, {}).status(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_FALSE(storage::Store::Exists(spec.store()));
  ResetStopForTest();
  ASSERT_OK(Merge(spec, {}).status());
  EXPECT_EQ(Digest(spec), whole);
}

TEST_F(MergeTest, StartsACopyOverThatWasKilled) {
  const std::string whole = Whole();
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 3);
  // The remains of a process that died while copying.
  {
    ASSERT_OK_AND_ASSIGN(
        const auto partition,
        storage::Store::Open(PartitionStorePath(spec.store(), *PartOf(0, 3).partition), {true}));
    const std::string left = dir_.Path("split/.store.quipu-merge");
    ASSERT_OK(MakeDirs(left));
    ASSERT_OK_AND_ASSIGN(const auto half, storage::Store::Create(left, partition->header()));
    storage::ImportBatch batch;
    ASSERT_OK(partition->ForEachDocument([&](const v1::Document& document) {
      batch.documents.push_back(document);
      return absl::OkStatus();
    }));
    ASSERT_OK(half->Import(batch));
    ASSERT_OK(half->Close());
  }
  ASSERT_OK(Merge(spec, {}).status());
  EXPECT_EQ(Digest(spec), whole);
  EXPECT_FALSE(IsDirectory(dir_.Path("split/.store.quipu-merge")));
}

TEST_F(MergeTest, ResumesAfterTheCopyAndChangesNothingWhenRunAgain) {
  const std::string whole = Whole();
  v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 3);
  // Fails after packing: where the export should go is a file.
  Write("in-the-way", "");
  spec.set_export_dir(dir_.Path("in-the-way"));
  EXPECT_FALSE(Merge(spec, {}).ok());
  spec.clear_export_dir();
  for (uint32_t i = 0; i < 3; ++i) {  // No longer needed.
    ASSERT_OK(RemoveTree(PartitionStorePath(spec.store(), *PartOf(i, 3).partition)));
  }
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(Merge(spec, {}).status());
    EXPECT_EQ(Digest(spec), whole);
  }
  ASSERT_OK(BuildPart(spec, {}));  // An ordinary whole run.
  EXPECT_EQ(Digest(spec), whole);
}

TEST_F(MergeTest, TakesTheStoresThatAreNamedWhereverTheyAre) {
  const std::string whole = Whole();
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 2);
  MergeOptions options;
  for (uint32_t i = 0; i < 2; ++i) {
    const std::string elsewhere = dir_.Path(absl::StrCat("moved", i));
    ASSERT_EQ(std::rename(PartitionStorePath(spec.store(), *PartOf(i, 2).partition).c_str(),
                          elsewhere.c_str()),
              0);
    options.stores.insert(options.stores.begin(), elsewhere);
  }
  EXPECT_THAT(Merge(spec, {}).status(), StatusIs(absl::StatusCode::kNotFound, ".partition-i-of-n"));
  ASSERT_OK(Merge(spec, options).status());
  EXPECT_EQ(Digest(spec), whole);
}

TEST_F(MergeTest, NamesPartitionsThatAreMissingTwiceOrNotDone) {
  const v1::RunSpec spec = Spec("split");
  ASSERT_OK(BuildPart(spec, PartOf(1, 4)));
  {
    // Read and planned, not generated.
    const BuildOptions options = PartOf(3, 4);
    ASSERT_OK_AND_ASSIGN(const auto run, RunStages::Open(spec, options));
    ASSERT_OK(run->ReadAndPlan());
  }
  MergeOptions options;
  ASSERT_OK_AND_ASSIGN(options.stores, FindPartitionStores(spec.store()));
  ASSERT_EQ(options.stores.size(), 2u);
  options.stores.push_back(options.stores[0]);
  EXPECT_THAT(Merge(spec, options).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("missing: 0, 2"), HasSubstr("duplicated: 1 ("),
                             HasSubstr("not finished generating: 3 ("))));
  EXPECT_FALSE(storage::Store::Exists(spec.store()));
  EXPECT_FALSE(IsDirectory(dir_.Path("split/.store.quipu-merge")));
}

TEST_F(MergeTest, RefusesStoresThatDoNotBelongTogether) {
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 2);
  v1::RunSpec other = spec;
  other.set_seed(4);
  EXPECT_THAT(Merge(other, {}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("seed: 3 -> 4")));
  ASSERT_OK(BuildPart(spec, PartOf(0, 3)));
  EXPECT_THAT(Merge(spec, {}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "name the stores of one split"));
  ASSERT_OK(BuildPart(Spec("whole"), {}));
  MergeOptions options;
  options.stores = {Spec("whole").store()};
  EXPECT_THAT(Merge(spec, options).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "is not a partition"));
  options.stores = {dir_.Path("corpus")};
  EXPECT_THAT(Merge(spec, options).status(), StatusIs(absl::StatusCode::kNotFound, "no run"));
}

TEST_F(MergeTest, RefusesPartitionsOfAnotherQuipu) {
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 1);
  const std::string first = PartitionStorePath(spec.store(), *PartOf(0, 1).partition);
  ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(first, {true}));
  v1::RunHeader header = store->header();
  header.set_created_by("quipu 99");
  ASSERT_OK_AND_ASSIGN(const auto newer, storage::Store::Create(dir_.Path("newer"), header));
  MergeOptions options;
  options.stores = {first, dir_.Path("newer")};
  EXPECT_THAT(Merge(spec, options).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("created_by")));
}

TEST_F(MergeTest, RefusesAStoreThatNoMergeMade) {
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 2);
  ASSERT_OK(BuildPart(spec, {}));
  const std::string before = Digest(spec);
  EXPECT_THAT(Merge(spec, {}).status(),
              StatusIs(absl::StatusCode::kAlreadyExists, "not made by a merge"));
  EXPECT_EQ(Digest(spec), before);
}

TEST_F(MergeTest, RefusesToReplaceWhatIsNoStore) {
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 1);
  ASSERT_OK(MakeDirs(spec.store()));
  Write("split/store/notes.txt", "mine");
  EXPECT_THAT(Merge(spec, {}).status(), StatusIs(absl::StatusCode::kAlreadyExists, "store"));
  EXPECT_TRUE(FileExists(dir_.Path("split/store/notes.txt")));
  ASSERT_OK(RemoveTree(dir_.Path("split/store/notes.txt")));
  EXPECT_OK(Merge(spec, {}).status());
}

TEST_F(MergeTest, FindsOutThatTheCorpusChangedBetweenPartitions) {
  const v1::RunSpec spec = Spec("split");
  ASSERT_OK(BuildPart(spec, PartOf(0, 2)));
  Write("corpus/3.txt", MakeText(3, 99));
  ASSERT_OK(BuildPart(spec, PartOf(1, 2)));
  EXPECT_THAT(Merge(spec, {}).status(),
              StatusIs(absl::StatusCode::kDataLoss, "was the corpus the same"));
  EXPECT_FALSE(storage::Store::Exists(spec.store()));

  const v1::RunSpec more = Spec("more");
  ASSERT_OK(BuildPart(more, PartOf(0, 2)));
  Write("corpus/more.txt", MakeText(50, 60));
  ASSERT_OK(BuildPart(more, PartOf(1, 2)));
  EXPECT_THAT(Merge(more, {}).status(), StatusIs(absl::StatusCode::kDataLoss,
                                                 "it has read 13 inputs, the first partition 12"));
}

TEST_F(MergeTest, RefusesASecondMergeBesideTheFirst) {
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 1);
  {
    ASSERT_OK_AND_ASSIGN(const auto first,
                         StagedDir::Create(spec.store(), {"quipu-merge", "merging into", nullptr}));
    EXPECT_THAT(Merge(spec, {}).status(),
                StatusIs(absl::StatusCode::kFailedPrecondition, "another process is merging"));
  }
  EXPECT_OK(Merge(spec, {}).status());
}

TEST_F(MergeTest, OpensAPartitionsStoreAsThatPartitionAlone) {
  const v1::RunSpec spec = Spec("split");
  BuildPartitions(spec, 1);
  const std::string made = PartitionStorePath(spec.store(), *PartOf(0, 1).partition);
  const std::string as_other = PartitionStorePath(spec.store(), *PartOf(1, 2).partition);
  ASSERT_EQ(std::rename(made.c_str(), as_other.c_str()), 0);
  EXPECT_THAT(BuildPart(spec, PartOf(1, 2)),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("has partition 0 of 1, want partition 1 of 2")));
  ASSERT_EQ(std::rename(as_other.c_str(), spec.store().c_str()), 0);
  EXPECT_THAT(BuildPart(spec, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("want a whole run")));
}

}  // namespace
}  // namespace quipu::pipelines
