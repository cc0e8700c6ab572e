// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Real texts in many languages give chunks. README.md says where the texts are from.
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/fingerprint.h"
#include "generator/chunker.h"
#include "generator/document_tokens.h"
#include "generator/normalize.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/text/byte_tokenizer.h"
#include "pipelines/ingest/record_reader.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using ::testing::IsEmpty;

constexpr char kTexts[] = "tests/languages/testdata/texts.jsonl";
constexpr size_t kLeastLanguages = 25;
constexpr size_t kLeastTokens = 512;

// The records of the file; their language is their metadata.
std::vector<pipelines::Record> Texts() {
  v1::DocumentInput input;
  input.add_metadata_fields("language");
  std::vector<pipelines::Record> records;
  auto reader = pipelines::OpenDocuments(kTexts, input, 0, 0);
  EXPECT_OK(reader.status());
  if (!reader.ok()) return records;
  pipelines::Record record;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(&record);
    EXPECT_OK(more.status());
    if (!more.ok() || !*more) return records;
    EXPECT_OK(record.status);
    records.push_back(record);
  }
}

v1::ChunkSpec Spec() {
  v1::ChunkSpec spec;
  spec.set_min_tokens(200);
  spec.set_max_tokens(500);
  spec.set_tokens_per_chunk(1600);
  return spec;
}

TEST(Languages, RealTextsGiveChunks) {
  const auto tokenizer = inference::CreateByteTokenizer();
  const v1::ChunkSpec spec = Spec();
  std::set<std::string> languages;
  std::vector<std::string> without_chunk;
  for (const pipelines::Record& record : Texts()) {
    ASSERT_OK_AND_ASSIGN(const std::string text, generator::NormalizeDocument(record.text));
    const std::vector<uint32_t> begins = generator::DocumentTokenizer(*tokenizer)(text).begins;
    ASSERT_GE(begins.size(), kLeastTokens) << record.metadata_json;
    languages.insert(record.metadata_json);

    const generator::Chunks picked =
        generator::PickChunks(text, begins, spec, *tokenizer, FingerprintOf(record.metadata_json));

    if (picked.chunks.empty()) without_chunk.push_back(record.metadata_json);
    for (const generator::Chunk& chunk : picked.chunks) {
      EXPECT_GE(chunk.end - chunk.begin, spec.min_tokens()) << record.metadata_json;
      EXPECT_LE(chunk.end - chunk.begin, spec.max_tokens()) << record.metadata_json;
    }
  }
  EXPECT_GE(languages.size(), kLeastLanguages);
  EXPECT_THAT(without_chunk, IsEmpty());
}

}  // namespace
}  // namespace quipu
