// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/diff/spec_changes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {
namespace {

TEST(ChangedFields, NamesEachFieldThatDiffersInOrder) {
  v1::RunSpec first;
  v1::RunSpec second;
  first.set_seed(1);
  second.set_seed(1);
  first.add_documents()->set_path("a.jsonl");
  second.add_documents()->set_path("a.jsonl");
  second.add_documents()->set_path("b.jsonl");
  first.mutable_verification()->set_min_gain(0.5);
  second.mutable_verification()->set_min_gain(0.75);
  first.mutable_generation()->set_long_prompt("Ask.");

  const std::vector<FieldChange> changes = ChangedFields(first, second);

  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].path, "documents[1].path");
  EXPECT_EQ(changes[0].first, "(not set)");
  EXPECT_EQ(changes[0].second, "\"b.jsonl\"");
  EXPECT_EQ(changes[1].path, "generation.long_prompt");
  EXPECT_EQ(changes[1].first, "\"Ask.\"");
  EXPECT_EQ(changes[1].second, "(not set)");
  EXPECT_EQ(changes[2].path, "verification.min_gain");
  EXPECT_EQ(changes[2].first, "0.5");
  EXPECT_EQ(changes[2].second, "0.75");
}

TEST(ChangedFields, AreNoneOfEqualSpecs) {
  v1::RunSpec spec;
  spec.set_seed(7);

  EXPECT_TRUE(ChangedFields(spec, spec).empty());
}

}  // namespace
}  // namespace quipu::pipelines
