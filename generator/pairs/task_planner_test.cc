// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/task_planner.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::FakeTokenizer;
using ::quipu::testing::StatusIs;

v1::Document MakeDocument(const std::string& salt) {
  v1::Document document;
  std::string& text = *document.mutable_text();
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&text, "The ", salt, " sentence runs on for a while and then it ends.",
                    i % 5 == 4 ? "\n\n" : " ");
  }
  document.set_id(FingerprintOf(text).ToBytes());
  return document;
}

v1::RunSpec MakeSpec() {
  v1::RunSpec spec;
  spec.mutable_generation()->set_pairs_per_chunk(4);
  spec.mutable_chunks()->set_min_tokens(40);
  spec.mutable_chunks()->set_max_tokens(80);
  spec.mutable_chunks()->set_tokens_per_chunk(300);
  return spec;
}

v1::DocumentPlan Plan(const v1::Document& document, const v1::RunSpec& spec,
                      const char* run = "run") {
  const FakeTokenizer tokenizer;
  absl::StatusOr<v1::DocumentPlan> plan =
      TaskPlanner(spec.chunks(), spec.generation(), FingerprintOf(run), tokenizer).Plan(document);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return plan.value_or(v1::DocumentPlan());
}

TEST(TaskPlanner, MakesPairsForEachChunkInOrder) {
  const v1::Document document = MakeDocument("first");
  const v1::RunSpec spec = MakeSpec();
  const v1::DocumentPlan plan = Plan(document, spec);
  EXPECT_EQ(plan.document_id(), document.id());
  ASSERT_EQ(plan.tasks_size() % 4, 0);
  ASSERT_GE(plan.tasks_size(), 16);
  std::set<std::string> ids;
  for (int i = 0; i < plan.tasks_size(); ++i) {
    const v1::Task& task = plan.tasks(i);
    EXPECT_EQ(task.index(), static_cast<uint32_t>(i));
    EXPECT_EQ(task.chunk_index(), static_cast<uint32_t>(i / 4));
    EXPECT_EQ(task.document_id(), document.id());
    EXPECT_EQ(task.id().size(), 16u);
    ids.insert(task.id());
    if (i >= 4) {
      EXPECT_GE(task.chunk().begin(), plan.tasks(i - 4).chunk().end());
    }
    EXPECT_LT(task.chunk().begin(), task.chunk().end());
    EXPECT_LE(task.chunk().begin(), task.target().begin());
    EXPECT_LT(task.target().begin(), task.target().end());
    EXPECT_LE(task.target().end(), task.chunk().end());
  }
  EXPECT_EQ(ids.size(), static_cast<size_t>(plan.tasks_size()));
}

TEST(TaskPlanner, GivesAllTasksTheLanguageOfTheDocument) {
  v1::RunSpec spec = MakeSpec();
  const v1::DocumentPlan english = Plan(MakeDocument("first"), spec);
  for (const v1::Task& task : english.tasks()) EXPECT_EQ(task.language(), "en");

  spec.mutable_generation()->set_language("fr");
  const v1::DocumentPlan french = Plan(MakeDocument("first"), spec);

  ASSERT_EQ(french.tasks_size(), english.tasks_size());
  for (int i = 0; i < french.tasks_size(); ++i) {
    EXPECT_EQ(french.tasks(i).language(), "fr");
    EXPECT_NE(french.tasks(i).id(), english.tasks(i).id());
  }
}

TEST(TaskPlanner, KeepsTheShareOfShortForms) {
  for (const double share : {0.0, 0.25, 0.5, 0.7, 1.0}) {
    v1::RunSpec spec = MakeSpec();
    spec.mutable_generation()->set_short_share(share);
    const v1::DocumentPlan plan = Plan(MakeDocument("first"), spec);
    int count = 0;
    for (const v1::Task& task : plan.tasks()) {
      ASSERT_NE(task.form(), v1::ANSWER_FORM_UNSPECIFIED);
      count += task.form() == v1::ANSWER_FORM_SHORT;
    }
    EXPECT_NEAR(count, share * plan.tasks_size(), 1) << share;
  }
}

TEST(TaskPlanner, KeepsASmallShareOverManySmallDocuments) {
  v1::RunSpec spec = MakeSpec();
  spec.mutable_generation()->set_short_share(0.1);
  spec.mutable_chunks()->set_max_per_document(1);
  int count = 0;
  for (int i = 0; i < 300; ++i) {
    const v1::DocumentPlan plan = Plan(MakeDocument(absl::StrCat(i)), spec);
    for (const v1::Task& task : plan.tasks()) {
      count += task.form() == v1::ANSWER_FORM_SHORT;
    }
  }
  EXPECT_NEAR(count, 120, 45);  // Of 1,200; the choices are fixed.
}

TEST(TaskPlanner, IsTheSameForTheSameRunOnly) {
  const v1::Document document = MakeDocument("first");
  const v1::RunSpec spec = MakeSpec();
  const v1::DocumentPlan plan = Plan(document, spec);
  EXPECT_EQ(plan.SerializeAsString(), Plan(document, spec).SerializeAsString());
  EXPECT_NE(plan.SerializeAsString(), Plan(document, spec, "another").SerializeAsString());
}

// Chunks that share the names of places and people, each with facts of its own.
v1::Document MakeStory(int paragraphs) {
  v1::Document document;
  std::string& text = *document.mutable_text();
  const char* const places[] = {"Vardo", "Lindholm", "Tarnby", "Ostrava"};
  for (int i = 0; i < paragraphs; ++i) {
    for (int j = 0; j < 4; ++j) {
      absl::StrAppend(&text, "In the year ", 1500 + 4 * i + j, " the guild of ", places[i % 4],
                      " sold ", 7 * i + j, " barrels of herring to the traders from ",
                      places[(i + j) % 4], ". ");
    }
    absl::StrAppend(&text, "\n\n");
  }
  document.set_id(FingerprintOf(text).ToBytes());
  return document;
}

size_t CountOf(const v1::DocumentPlan& plan, v1::TaskKind kind) {
  size_t count = 0;
  for (const v1::Task& task : plan.tasks()) count += task.kind() == kind ? 1 : 0;
  return count;
}

TEST(TaskPlanner, PutsPairsOfTwoChunksInThePlaceOfPairsOfOne) {
  const v1::Document document = MakeStory(40);
  v1::RunSpec spec = MakeSpec();
  const v1::DocumentPlan without = Plan(document, spec);
  spec.mutable_generation()->set_two_chunk_share(0.5);

  const v1::DocumentPlan plan = Plan(document, spec);

  EXPECT_EQ(plan.tasks_size(), without.tasks_size());
  EXPECT_NEAR(static_cast<double>(CountOf(plan, v1::TASK_KIND_TWO_CHUNKS)),
              0.5 * without.tasks_size(), 1.0);
  const uint32_t chunks = without.tasks(without.tasks_size() - 1).chunk_index() + 1;
  std::set<std::string> ids;
  uint32_t last = 0;
  for (int i = 0; i < plan.tasks_size(); ++i) {
    const v1::Task& task = plan.tasks(i);
    EXPECT_EQ(task.index(), static_cast<uint32_t>(i));
    EXPECT_GE(task.chunk_index(), last);
    last = task.chunk_index();
    ids.insert(task.id());
    EXPECT_EQ(task.kind() == v1::TASK_KIND_TWO_CHUNKS, task.chunk_index() >= chunks);
    if (task.kind() != v1::TASK_KIND_TWO_CHUNKS) continue;
    ASSERT_EQ(task.more_chunks_size(), 1);
    ASSERT_EQ(task.more_targets_size(), 1);
    EXPECT_GE(task.more_chunks(0).begin(), task.chunk().end());
    EXPECT_GE(task.more_targets(0).begin(), task.more_chunks(0).begin());
    EXPECT_LE(task.more_targets(0).end(), task.more_chunks(0).end());
    EXPECT_GE(task.target().begin(), task.chunk().begin());
    EXPECT_LE(task.target().end(), task.chunk().end());
  }
  EXPECT_EQ(ids.size(), static_cast<size_t>(plan.tasks_size()));
  EXPECT_EQ(Plan(document, spec).SerializeAsString(), plan.SerializeAsString());
}

TEST(TaskPlanner, ChunksThatShareNothingKeepTheirPairs) {
  v1::RunSpec spec = MakeSpec();
  spec.mutable_chunks()->set_max_per_document(1);
  const size_t all = static_cast<size_t>(Plan(MakeStory(40), spec).tasks_size());
  spec.mutable_generation()->set_two_chunk_share(1);
  const v1::DocumentPlan plan = Plan(MakeStory(40), spec);
  EXPECT_EQ(CountOf(plan, v1::TASK_KIND_PAIR), all);  // One chunk has no other.
}

TEST(TaskPlanner, DrawsTheDocumentsThatAreSummedUp) {
  v1::RunSpec spec = MakeSpec();
  spec.mutable_generation()->set_summary_share(0.5);
  int drawn = 0;
  for (int i = 0; i < 100; ++i) {
    const v1::Document document = MakeStory(12 + i);
    const v1::DocumentPlan plan = Plan(document, spec);
    const size_t summaries = CountOf(plan, v1::TASK_KIND_SUMMARY);
    ASSERT_LE(summaries, 1u);
    drawn += static_cast<int>(summaries);
    if (summaries == 0) continue;
    const v1::Task& task = plan.tasks(plan.tasks_size() - 1);
    EXPECT_EQ(task.kind(), v1::TASK_KIND_SUMMARY);
    EXPECT_EQ(task.form(), v1::ANSWER_FORM_LONG);
    EXPECT_EQ(task.chunk().begin(), 0u);
    EXPECT_FALSE(task.has_target());
    const v1::Span& end = task.more_chunks().empty() ? task.chunk() : *task.more_chunks().rbegin();
    EXPECT_GE(end.end() + 4, document.text().size());
  }
  EXPECT_GT(drawn, 30);
  EXPECT_LT(drawn, 70);
}

TEST(TaskPlanner, PlansNothingThatWouldNotFitARow) {
  const v1::Document document = MakeStory(40);
  v1::RunSpec spec = MakeSpec();
  spec.mutable_generation()->set_two_chunk_share(1);
  spec.mutable_generation()->set_summary_share(1);
  const FakeTokenizer tokenizer;
  const auto plan = [&](uint32_t context) {
    return *TaskPlanner(spec.chunks(), spec.generation(), FingerprintOf("run"), tokenizer, context)
                .Plan(document);
  };
  EXPECT_EQ(CountOf(plan(100000), v1::TASK_KIND_SUMMARY), 1u);
  EXPECT_EQ(CountOf(plan(500), v1::TASK_KIND_SUMMARY), 0u);
  EXPECT_GT(CountOf(plan(100000), v1::TASK_KIND_TWO_CHUNKS), 0u);
  EXPECT_EQ(CountOf(plan(100), v1::TASK_KIND_TWO_CHUNKS), 0u);
  const size_t bytes = document.text().size() * 600 /
                       tokenizer.EncodeWithOffsets(document.text(), false).begins.size();
  const v1::DocumentPlan narrow = plan(800);
  for (const v1::Task& task : narrow.tasks()) {
    if (task.more_chunks().empty()) continue;
    EXPECT_LE(task.more_chunks(0).end() - task.chunk().begin(), bytes + 1);
  }
}

TEST(TaskPlanner, SumsUpNoDocumentOfALanguageWithoutATable) {
  v1::Document document;
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(document.mutable_text(),
                    "Hunden springer over den h\u00f8je mur, og katten "
                    "ser p\u00e5, mens de andre sover hele dagen.",
                    i % 5 == 4 ? "\n\n" : " ");
  }
  document.set_id(FingerprintOf(document.text()).ToBytes());
  v1::RunSpec spec = MakeSpec();
  spec.mutable_generation()->set_summary_share(1);
  const v1::DocumentPlan plan = Plan(document, spec);
  ASSERT_GT(plan.tasks_size(), 0);
  ASSERT_EQ(plan.tasks(0).language(), "und");
  EXPECT_EQ(CountOf(plan, v1::TASK_KIND_SUMMARY), 0u);
}

TEST(TaskPlanner, PlansNothingForADocumentWithoutProse) {
  v1::Document document;
  document.set_id(std::string(16, 'd'));
  document.set_text("| a | b |\n| c | d |\n");
  const v1::DocumentPlan plan = Plan(document, MakeSpec());
  EXPECT_EQ(plan.document_id(), document.id());
  EXPECT_TRUE(plan.tasks().empty());
}

TEST(TaskPlanner, RefusesMalformedDocuments) {
  v1::Document document = MakeDocument("first");
  document.set_id("short");
  const FakeTokenizer tokenizer;
  const v1::RunSpec spec = MakeSpec();
  const TaskPlanner planner(spec.chunks(), spec.generation(), {}, tokenizer);
  EXPECT_THAT(planner.Plan(document).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "document id"));
  v1::Document invalid;
  invalid.set_id(std::string(16, 'd'));
  *invalid.mutable_text() = "ab\xff";
  EXPECT_THAT(planner.Plan(invalid).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "invalid UTF-8 at byte 2"));
}

}  // namespace
}  // namespace quipu::generator
