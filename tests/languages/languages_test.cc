// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Real texts in many languages give chunks of whole sentences, and their language is known.
// README.md says where the texts are from.
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "generator/chunks/chunker.h"
#include "generator/chunks/document_tokens.h"
#include "generator/languages/tables.h"
#include "generator/text/normalize.h"
#include "generator/words/language.h"
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

// "de" of {"language":"de"}.
std::string LanguageOf(const pipelines::Record& record) {
  const std::vector<std::string> parts = absl::StrSplit(record.metadata_json, '"');
  return parts.size() == 5 ? parts[3] : "";
}

// Tibetan's shad and Khmer's khan, which Unicode 15 does not call Sentence_Terminal.
bool IsFullStop(UChar32 c) { return c == 0x0F0D || c == 0x17D4; }

// Whether a sentence ends at byte `at`, by Unicode's properties alone: there is a line end (these
// texts have paragraphs), or before it a terminator, with closing marks and spaces behind it.
bool SentenceEndsAt(absl::string_view text, size_t at) {
  auto i = static_cast<int32_t>(at);
  while (i > 0) {
    UChar32 c;
    U8_PREV(text.data(), 0, i, c);
    if (c == '\n' || u_hasBinaryProperty(c, UCHAR_S_TERM) || IsFullStop(c)) return true;
    const int8_t type = u_charType(c);
    const bool behind = u_isUWhiteSpace(c) || type == U_END_PUNCTUATION || c == '"' || c == '\'' ||
                        type == U_FINAL_PUNCTUATION || type == U_INITIAL_PUNCTUATION;
    if (!behind) break;
  }
  return i == 0 || at == text.size() || text[at] == '\n';
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

// Thai has no terminator; it is cut at its spaces.
TEST(Languages, ChunksOfRealTextsAreWholeSentences) {
  const auto tokenizer = inference::CreateByteTokenizer();
  const v1::ChunkSpec spec = Spec();
  std::vector<std::string> cut;
  int ends = 0;
  for (const pipelines::Record& record : Texts()) {
    const std::string language = LanguageOf(record);
    ASSERT_OK_AND_ASSIGN(const std::string text, generator::NormalizeDocument(record.text));
    const std::vector<uint32_t> begins = generator::DocumentTokenizer(*tokenizer)(text).begins;
    for (const char* seed : {"1", "2", "3", "4"}) {
      const Fingerprint key = FingerprintOf(absl::StrCat(record.metadata_json, seed));
      for (const auto& chunk : generator::PickChunks(text, begins, spec, *tokenizer, key).chunks) {
        for (const size_t at : {chunk.begin, chunk.end}) {
          ++ends;
          if (SentenceEndsAt(text, at)) continue;
          if (language == "th" && at > 0 && text[at - 1] == ' ') continue;
          cut.push_back(absl::StrCat(language, ": ", text.substr(at < 30 ? 0 : at - 30, 60)));
        }
      }
    }
  }
  EXPECT_GT(ends, 200);
  EXPECT_THAT(cut, IsEmpty());
}

TEST(Languages, TheLanguageOfRealTextsIsFound) {
  std::map<std::string, std::string> wrong;
  for (const pipelines::Record& record : Texts()) {
    const std::string language = LanguageOf(record);
    ASSERT_OK_AND_ASSIGN(const std::string text, generator::NormalizeDocument(record.text));
    const bool known = generator::LanguageOfCode(language).has_value();
    const std::string found = generator::DetectLanguageCode(text);
    if (found != (known ? language : std::string(generator::kUnknownCode))) {
      wrong[language] = found;
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
}

}  // namespace
}  // namespace quipu
