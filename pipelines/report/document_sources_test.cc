// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/document_sources.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;

v1::Document DocumentOf(char id, absl::string_view source, uint64_t line) {
  v1::Document document;
  document.set_id(std::string(16, id));
  document.mutable_provenance()->set_source(std::string(source));
  document.mutable_provenance()->set_line(line);
  return document;
}

TEST(DocumentSourcesTest, FilesOfRecordsAreInputsAndTextFilesAreTheirDirectory) {
  DocumentSources sources;
  ASSERT_OK(sources.Add(DocumentOf('a', "corpus/x.jsonl", 3)));
  ASSERT_OK(sources.Add(DocumentOf('b', "corpus/books/one.txt", 0)));
  ASSERT_OK(sources.Add(DocumentOf('\xf0', "corpus/books/two.txt", 0)));
  ASSERT_OK(sources.Add(DocumentOf('\xf1', "alone.txt", 0)));

  EXPECT_EQ(sources.Of(std::string(16, 'a')), "corpus/x.jsonl");
  EXPECT_EQ(sources.Of(std::string(16, 'b')), "corpus/books/");
  EXPECT_EQ(sources.Of(std::string(16, '\xf0')), "corpus/books/");
  EXPECT_EQ(sources.Of(std::string(16, '\xf1')), "alone.txt");
  EXPECT_EQ(sources.Of(std::string(16, 'z')), "");
}

TEST(DocumentSourcesTest, InputsOverTheLimitAreOthers) {
  DocumentSources sources(/*most=*/2);
  for (int i = 0; i < 4; ++i) {
    ASSERT_OK(sources.Add(DocumentOf(static_cast<char>('a' + i), absl::StrCat("f", i), 1)));
  }

  EXPECT_EQ(sources.Of(std::string(16, 'b')), "f1");
  EXPECT_EQ(sources.Of(std::string(16, 'c')), "other inputs");
  EXPECT_EQ(sources.Of(std::string(16, 'd')), "other inputs");
}

TEST(DocumentSourcesTest, RefusesAnotherOrder) {
  DocumentSources sources;
  ASSERT_OK(sources.Add(DocumentOf('b', "f", 1)));

  EXPECT_THAT(sources.Add(DocumentOf('a', "f", 1)), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace quipu::pipelines
