// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/chunker.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "generator/chunks/document_tokens.h"
#include "generator/text/outline.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::FakeTokenizer;
using ::quipu::testing::TestFingerprint;

constexpr char kTable[] =
    "+---------+-------------------+\n|character|      meaning      |\n"
    "|---------+-------------------|\n|-        |normal file        |\n"
    "|d        |directory          |\n+---------+-------------------+\n\n";
constexpr char kMenu[] =
    "Preface\n    1. Disclaimer\n    2. What is Debian\n    3. About this "
    "document\n"
    "        3.1. Guiding rules\n        3.2. Prerequisites\n\n";
constexpr char kCode[] = "# mount -t proc proc /proc\n# chroot /target\n# exit\n\n";

// A document of wrapped paragraphs, with other things among them if asked.
std::string MakeDocument(Rng* rng, int paragraphs, bool mixed) {
  static const char* const kWords[] = {
      "system", "file", "package", "user",  "reads",     "writes", "command", "the",
      "of",     "a",    "kernel",  "which", "directory", "shell",  "remote",  "installs"};
  std::string text;
  for (int p = 0; p < paragraphs; ++p) {
    std::string paragraph;
    size_t line = 0;
    for (uint64_t s = 1 + rng->Below(5); s > 0; --s) {
      for (uint64_t w = 0, n = 6 + rng->Below(14); w < n; ++w) {
        std::string word = w == 0 ? "Every" : kWords[rng->Below(std::size(kWords))];
        if (w + 1 == n) word += '.';
        const bool wraps = line + word.size() + 1 > 70;
        if (!paragraph.empty()) paragraph += wraps ? "\n" : " ";
        line = wraps ? word.size() : line + word.size() + 1;
        paragraph += word;
      }
    }
    absl::StrAppend(&text, paragraph, "\n\n");
    if (mixed && rng->Below(4) == 0) {
      static const char* const kOthers[] = {kTable, kMenu, kCode, "2.7. A heading in between\n\n",
                                            "  * an item of a list\n\n"};
      text += kOthers[rng->Below(std::size(kOthers))];
    }
  }
  return text;
}

v1::ChunkSpec SmallChunks() {
  v1::ChunkSpec spec;
  spec.set_min_tokens(64);
  spec.set_max_tokens(128);
  spec.set_tokens_per_chunk(400);
  spec.set_max_per_document(50);
  return spec;
}

std::vector<Chunk> Pick(absl::string_view text, const v1::ChunkSpec& spec,
                        const FakeTokenizer& tokenizer, const Fingerprint& key) {
  return PickChunks(text, DocumentTokenizer(tokenizer)(text).begins, spec, tokenizer, key).chunks;
}

absl::string_view TextOf(const std::string& text, const Chunk& chunk) {
  return absl::string_view(text).substr(chunk.begin, chunk.end - chunk.begin);
}

TEST(Chunker, KeepsItsPromisesOnRandomDocuments) {
  const FakeTokenizer tokenizer;
  Rng rng(TestFingerprint(), "documents");
  for (int round = 0; round < 60; ++round) {
    const std::string text = MakeDocument(&rng, 60, /*mixed=*/true);
    const v1::ChunkSpec spec = SmallChunks();
    const std::vector<Chunk> chunks = Pick(text, spec, tokenizer, FingerprintOf(text));
    ASSERT_FALSE(chunks.empty());
    size_t free_from = 0;
    for (const Chunk& chunk : chunks) {
      const absl::string_view piece = TextOf(text, chunk);
      ASSERT_GE(chunk.begin, free_from) << "overlap";
      free_from = chunk.end;
      ASSERT_LE(chunk.end, text.size());
      const size_t tokens = tokenizer.Encode(piece, false).size();
      ASSERT_EQ(tokens, chunk.tokens);
      ASSERT_GE(tokens, 64u);
      ASSERT_LE(tokens, 128u);
      ASSERT_TRUE(absl::StartsWith(piece, "Every") || absl::StartsWith(piece, "2.7.")) << piece;
      ASSERT_EQ(piece.back(), '.') << piece;
      ASSERT_FALSE(absl::StrContains(piece, "|d ")) << piece;
      ASSERT_FALSE(absl::StrContains(piece, "Disclaimer")) << piece;
      ASSERT_GE(LetterShare(piece), spec.min_letter_share());
    }
  }
}

TEST(Chunker, SpreadsChunksOverTheDocument) {
  const FakeTokenizer tokenizer;
  Rng rng(FingerprintOf("spread"), "documents");
  const std::string text = MakeDocument(&rng, 400, /*mixed=*/false);
  v1::ChunkSpec spec = SmallChunks();
  spec.set_tokens_per_chunk(1);
  spec.set_max_per_document(8);
  const std::vector<Chunk> chunks = Pick(text, spec, tokenizer, FingerprintOf("x"));
  ASSERT_EQ(chunks.size(), 8u);
  for (size_t i = 0; i < chunks.size(); ++i) {
    // One in each eighth, give or take the neighbour it may reach into.
    const double at = static_cast<double>(chunks[i].begin) / static_cast<double>(text.size());
    EXPECT_GE(at, static_cast<double>(i) / 8 - 0.02);
    EXPECT_LE(at, static_cast<double>(i + 1) / 8 + 0.02);
  }
}

TEST(Chunker, DependsOnTheKeyAlone) {
  const FakeTokenizer tokenizer;
  Rng rng(FingerprintOf("key"), "documents");
  const std::string text = MakeDocument(&rng, 200, /*mixed=*/true);
  std::set<size_t> begins;
  for (const char* key : {"a", "b", "c", "d"}) {
    const auto once = Pick(text, SmallChunks(), tokenizer, FingerprintOf(key));
    const auto twice = Pick(text, SmallChunks(), FakeTokenizer(), FingerprintOf(key));
    ASSERT_EQ(once.size(), twice.size());
    for (size_t i = 0; i < once.size(); ++i) {
      EXPECT_EQ(once[i].begin, twice[i].begin);
      EXPECT_EQ(once[i].end, twice[i].end);
    }
    begins.insert(once[0].begin);
  }
  EXPECT_GT(begins.size(), 1u);
}

TEST(Chunker, PicksAsManyAsTheSpecAsks) {
  const FakeTokenizer tokenizer;
  Rng rng(FingerprintOf("count"), "documents");
  const std::string text = MakeDocument(&rng, 100, /*mixed=*/false);
  const uint64_t tokens = tokenizer.Encode(text, false).size();
  v1::ChunkSpec spec = SmallChunks();
  spec.set_tokens_per_chunk(1000);
  EXPECT_EQ(Pick(text, spec, tokenizer, FingerprintOf("x")).size(), (tokens + 999) / 1000);
  spec.set_max_per_document(2);
  EXPECT_EQ(Pick(text, spec, tokenizer, FingerprintOf("x")).size(), 2u);
}

TEST(Chunker, FindsNothingWhereThereIsNoProse) {
  const FakeTokenizer tokenizer;
  std::string tables, menus, code;
  for (int i = 0; i < 50; ++i) {
    tables += kTable;
    menus += kMenu;
    code += kCode;
  }
  for (const std::string& text : {std::string(), std::string("\n\n"), std::string("Short."), tables,
                                  menus, code, std::string(5000, 'x'), std::string(5000, '.')}) {
    EXPECT_TRUE(Pick(text, SmallChunks(), tokenizer, FingerprintOf("x")).empty())
        << text.substr(0, 60);
  }
}

TEST(Chunker, NeverReturnsAScrap) {
  // Ten paragraphs of about 10 tokens each, between rules: none makes a chunk.
  const FakeTokenizer tokenizer;
  std::string text;
  for (int i = 0; i < 10; ++i) {
    text += "This is a lonely paragraph of some words.\n\n-----------\n\n";
  }
  EXPECT_TRUE(Pick(text, SmallChunks(), tokenizer, FingerprintOf("x")).empty());
}

TEST(Chunker, CutsLongParagraphsAtSentences) {
  const FakeTokenizer tokenizer;
  std::string text;
  for (int i = 0; i < 300; ++i) text += "The sentence runs on for a while and then it ends. ";
  v1::ChunkSpec spec = SmallChunks();
  const std::vector<Chunk> chunks = Pick(text, spec, tokenizer, FingerprintOf("x"));
  ASSERT_GE(chunks.size(), 3u);
  for (const Chunk& chunk : chunks) {
    EXPECT_TRUE(absl::StartsWith(TextOf(text, chunk), "The sentence"));
    EXPECT_TRUE(absl::EndsWith(TextOf(text, chunk), "it ends."));
  }
}

TEST(Chunker, TakesTheHeadingAlong) {
  const FakeTokenizer tokenizer;
  std::string text = "Chapter 3. Kernels\n\n3.1. Modules\n\n";
  for (int i = 0; i < 8; ++i) text += "The sentence runs on for a while and then it ends. ";
  const std::vector<Chunk> chunks = Pick(text, SmallChunks(), tokenizer, FingerprintOf("x"));
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(chunks[0].begin, 0u);
}

}  // namespace
}  // namespace quipu::generator
