// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A dataset made by the small model has the same bytes with one thread, one
// chunk in flight, steps of a few tokens and the least memory as with two threads,
// 32 chunks, full steps and much memory; in each kind of arithmetic. Every field of
// PerformanceSpec is varied here, or in the test that is named for it.
#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/stop.h"
#include "generator/spec/run_spec.h"
#include "gtest/gtest.h"
#include "pipelines/run/build.h"
#include "storage/store.h"
#include "tests/support/dataset_checks.h"
#include "tests/support/models.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::IsOk;
using testing::StatusIs;
using testing::TempDir;

std::string Story(int salt) {
  const char* who[] = {"keeper", "traveller", "captain", "weaver", "miller"};
  const char* what[] = {"knotted cords", "silver coins", "river stones"};
  std::string text;
  for (int i = 0; i < 60; ++i) {
    const int k = i * 31 + salt * 17;
    absl::StrAppend(&text, "In the year ", 1200 + k, " the ", who[k % 5], " counted ", k + 3, " ",
                    what[k / 3 % 3], " and wrote the number down. ", i % 4 == 3 ? "\n\n" : "");
  }
  return text;
}

v1::RunSpec Spec(const TempDir& dir, absl::string_view name, absl::string_view math) {
  auto spec = generator::ParseRunSpec(
      absl::StrCat("seed: 5 store: \"", dir.Path(name), "\" export_dir: \"",
                   dir.Path(absl::StrCat(name, "-export")), "\" documents { path: \"",
                   dir.Path("corpus"), "\" } engine { model: \"", SmallModelPath(),
                   "\" math: ", math,
                   " } read { min_document_tokens: 64 }"
                   " chunks { min_tokens: 64 max_tokens: 160 tokens_per_chunk: 500 }"
                   " generation { pairs_per_chunk: 2 max_question_tokens: 24"
                   " max_long_answer_tokens: 32 max_short_answer_tokens: 12 }"
                   " verification { target_precision: 0 min_verdict_margin: -100 }"
                   " performance { kv_mib: 256 }"),
      "test");
  EXPECT_OK(spec.status());
  return *spec;
}

// Every exported file with its hash, and what the model wrote, accepted or not.
std::string DigestOf(const v1::RunSpec& spec, int* results) {
  std::string digest = testing::DirDigest(spec.export_dir());
  const auto store = storage::Store::Open(spec.store(), {});
  EXPECT_OK(store.status());
  EXPECT_OK((*store)->ForEachResult([&](const v1::Result& result) {
    ++*results;
    absl::StrAppend(&digest, result.DebugString());
    return absl::OkStatus();
  }));
  return digest;
}

// What a build that has too little memory says is enough.
uint32_t LeastMemory(v1::RunSpec spec) {
  spec.mutable_performance()->set_kv_mib(4);
  const absl::Status refused = Build(spec, {}).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, "performance.kv_mib"));
  uint32_t least = 0;
  EXPECT_TRUE(RE2::PartialMatch(std::string(refused.message()), "least: (\\d+)", &least));
  spec.mutable_performance()->set_kv_mib(least - 1);
  EXPECT_THAT(Build(spec, {}), StatusIs(absl::StatusCode::kInvalidArgument, "least: "));
  return least;
}

TEST(SameDatasetFields, AreAllThatThereAre) {
  // By field: where its values are varied.
  const std::map<std::string, std::string> varied = {
      {"threads", "here"},
      {"max_step_tokens", "here"},
      {"kv_mib", "here"},
      {"chunks_in_flight", "here"},
      {"scripted_latency_ms", "tests/crash:build_kill_test"},
      {"requests_in_flight", "inference/remote:openai_client_test"},
      {"request_timeout_s", "inference/remote:openai_client_test"},
      {"scripted_crash_on", "tests/crash:service_faults_test"},
  };
  const auto* const fields = v1::PerformanceSpec::descriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    EXPECT_EQ(varied.count(fields->field(i)->name()), 1u) << fields->field(i)->name();
  }
}

class SameDataset : public ::testing::TestWithParam<const char*> {};

TEST_P(SameDataset, WithOneThreadAndChunkAsWithTwoAndManyMore) {
  ResetStopForTest();
  TempDir dir;
  ASSERT_OK(MakeDirs(dir.Path("corpus")));
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK(WriteFileAtomic(dir.Path(absl::StrCat("corpus/", i, ".txt")), Story(i)));
  }
  v1::RunSpec least = Spec(dir, "least", GetParam());
  least.mutable_performance()->set_threads(1);
  least.mutable_performance()->set_chunks_in_flight(1);
  least.mutable_performance()->set_max_step_tokens(7);
  least.mutable_performance()->set_kv_mib(LeastMemory(least));
  v1::RunSpec most = Spec(dir, "most", GetParam());
  most.mutable_performance()->set_threads(2);
  most.mutable_performance()->set_chunks_in_flight(32);

  ASSERT_OK(Build(least, {}).status());
  ASSERT_OK(Build(most, {}).status());

  int results_of_least = 0;
  int results_of_most = 0;
  EXPECT_EQ(DigestOf(least, &results_of_least), DigestOf(most, &results_of_most));
  EXPECT_GE(results_of_least, 12);
}

INSTANTIATE_TEST_SUITE_P(Math, SameDataset, ::testing::Values("FLOAT", "INT8"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace quipu::pipelines
