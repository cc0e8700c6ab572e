// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/spm_tokenizer.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/strings.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/text/tokenizer.h"
#include "inference/text/tokenizer_vectors.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::GgufWriter;
using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;

using TokenizerPtr = std::shared_ptr<const Tokenizer>;

// A SentencePiece vocabulary, and the parts that a test may change.
struct Pieces {
  std::vector<std::string> texts;
  std::vector<int32_t> kinds;
  std::vector<float> scores;

  void Add(int32_t kind, float score, absl::string_view text) {
    texts.emplace_back(text);
    kinds.push_back(kind);
    scores.push_back(score);
  }

  GgufWriter Writer() const {
    GgufWriter writer;
    writer.AddString("tokenizer.ggml.model", "llama")
        .AddStringArray("tokenizer.ggml.tokens", texts)
        .AddInt32Array("tokenizer.ggml.token_type", kinds)
        .AddFloatArray("tokenizer.ggml.scores", scores)
        .AddUint32("tokenizer.ggml.unknown_token_id", 0)
        .AddUint32("tokenizer.ggml.bos_token_id", 1)
        .AddUint32("tokenizer.ggml.eos_token_id", 2);
    return writer;
  }
};

absl::StatusOr<TokenizerPtr> Create(const GgufWriter& writer) {
  const std::string bytes = writer.Build();
  const auto gguf = GgufFile::Parse(bytes, "spm");
  if (!gguf.ok()) return gguf.status();
  return CreateTokenizer(**gguf);
}

// The 900 pieces of testdata: kind, score and text, separated by tabs.
Pieces Trained() {
  Pieces pieces;
  const auto lines = ReadFile("inference/text/testdata/spm_vocabulary.txt", 1 << 20);
  EXPECT_TRUE(lines.ok()) << lines.status();
  for (const absl::string_view line : absl::StrSplit(lines.value_or(""), '\n')) {
    if (line.empty()) continue;
    const std::vector<absl::string_view> fields = absl::StrSplit(line, '\t');
    int32_t kind = 0;
    float score = 0.0f;
    EXPECT_TRUE(fields.size() == 3 && absl::SimpleAtoi(fields[0], &kind) &&
                absl::SimpleAtof(fields[1], &score))
        << Snippet(line);
    pieces.Add(kind, score, fields[2]);
  }
  return pieces;
}

// Small enough to follow by hand.
Pieces Toy() {
  Pieces pieces;
  pieces.Add(2, 0, "<unk>");
  pieces.Add(3, 0, "<s>");
  pieces.Add(3, 0, "</s>");
  pieces.Add(1, -9, "\xE2\x96\x81");  // 3
  pieces.Add(1, -9, "a");             // 4
  pieces.Add(1, -9, "b");             // 5
  pieces.Add(1, -2, "ab");            // 6
  pieces.Add(1, -1, "ba");            // 7
  pieces.Add(1, -5,
             "\xE2\x96\x81"
             "a");  // 8
  return pieces;
}

TEST(SpmTokenizer, AgreesWithSentencePiece) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Trained().Writer()));
  for (size_t i = 0; i < kNumVectors; ++i) {
    EXPECT_EQ(absl::StrJoin(t->Encode(kTexts[i], true), " "), kSpmIds[i])
        << "text " << i << ": " << Snippet(kTexts[i]);
    EXPECT_EQ(t->EncodeWithOffsets(kTexts[i], true).ids, t->Encode(kTexts[i], true)) << i;
  }
}

TEST(SpmTokenizer, GivesBackEveryText) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Trained().Writer()));
  for (const bool fragment_start : {true, false}) {
    for (const absl::string_view text : kTexts) {
      EXPECT_EQ(t->Decode(t->Encode(text, fragment_start), fragment_start), text);
    }
  }
  ASSERT_OK_AND_ASSIGN(const std::string document,
                       ReadFile("/usr/share/common-licenses/GPL-3", 1 << 20));
  for (const absl::string_view line : absl::StrSplit(document, '\n')) {
    ASSERT_EQ(t->Decode(t->Encode(line, true), true), line);
  }
  EXPECT_EQ(t->Decode(t->Encode(document, true), true), document);
}

TEST(SpmTokenizer, MergesTheBestScoreFirst) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Toy().Writer()));

  EXPECT_THAT(t->Encode("aba", false), ElementsAre(4, 7));  // ba before ab.
  EXPECT_THAT(t->Encode("abab", false), ElementsAre(4, 7, 5));
  EXPECT_THAT(t->Encode("abb", false), ElementsAre(6, 5));
  EXPECT_THAT(t->Encode("baba", false), ElementsAre(7, 7));
}

TEST(SpmTokenizer, PutsASpaceInFrontOfAFragment) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Toy().Writer()));

  EXPECT_THAT(t->Encode("a", true), ElementsAre(8));
  EXPECT_THAT(t->Encode("a", false), ElementsAre(4));
  EXPECT_THAT(t->Encode("b", true), ElementsAre(3, 5));
  EXPECT_THAT(t->Encode(" a", true), ElementsAre(3, 8));
  EXPECT_THAT(t->Encode(" a", false), ElementsAre(8));
  EXPECT_THAT(t->Encode("", true), IsEmpty());
  EXPECT_EQ(t->Decode({8}, true), "a");
  EXPECT_EQ(t->Decode({8}, false), " a");
  EXPECT_EQ(t->Decode({3, 8}, true), " a");
  EXPECT_EQ(t->TokenBytes(8), " a");

  ASSERT_OK_AND_ASSIGN(const TokenizerPtr without,
                       Create(Toy().Writer().AddBool("tokenizer.ggml.add_space_prefix", false)));
  EXPECT_THAT(without->Encode("a", true), ElementsAre(4));
  EXPECT_EQ(without->Decode({8}, true), " a");
}

TEST(SpmTokenizer, SaysWhereEachTokenBegins) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Trained().Writer()));
  // The added space and its token at 0; a character spelled in bytes, byte by
  // byte.
  const Encoding encoding = t->EncodeWithOffsets("\xF0\x9F\x91\xA8 a", true);
  std::string spelled;
  for (const TokenId id : encoding.ids) spelled += std::string(t->TokenBytes(id));
  EXPECT_EQ(spelled, " \xF0\x9F\x91\xA8 a");
  EXPECT_THAT(encoding.begins, ElementsAre(0, 0, 1, 2, 3, 4));

  for (const absl::string_view text : kTexts) {
    const Encoding whole = t->EncodeWithOffsets(text, false);
    size_t at = 0;
    for (size_t i = 0; i < whole.ids.size(); ++i) {
      ASSERT_EQ(whole.begins[i], at);
      at += t->TokenBytes(whole.ids[i]).size();
    }
    EXPECT_EQ(at, text.size());
  }
}

TEST(SpmTokenizer, NeverMakesControlTokensFromText) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Trained().Writer()));
  for (const absl::string_view text : {"<s>", "</s>", "<unk>", "<tool>", "<0x41>", "a</s>b"}) {
    const std::vector<TokenId> ids = t->Encode(text, true);
    for (const TokenId id : ids) EXPECT_FALSE(t->IsControl(id)) << text;
    EXPECT_GT(ids.size(), 1u);
    EXPECT_EQ(t->Decode(ids, true), text);
  }
  EXPECT_EQ(t->ControlId("</s>"), 2);
  EXPECT_EQ(t->ControlId("<0x41>"), std::nullopt);
  EXPECT_TRUE(t->IsEndOfTurn(2));
  EXPECT_EQ(t->pad(), 0);
  EXPECT_EQ(t->description(), "spm/llama");
}

TEST(SpmTokenizer, UsesTheUnknownTokenWhereThereAreNoBytes) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Toy().Writer()));
  EXPECT_THAT(t->Encode("a\xC3\xA9"
                        "b",
                        false),
              ElementsAre(4, 0, 5));
  EXPECT_THAT(t->EncodeWithOffsets("a\xC3\xA9"
                                   "b",
                                   false)
                  .begins,
              ElementsAre(0, 1, 3));
}

TEST(SpmTokenizer, SurvivesBytesThatAreNotUtf8) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Trained().Writer()));
  Rng rng(testing::TestFingerprint(), "bytes");
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (uint64_t i = rng.Below(40); i > 0; --i) text.push_back(static_cast<char>(rng.Below(256)));
    if (text.find("\xE2\x96\x81") != std::string::npos) continue;  // Comes back as a space.
    ASSERT_EQ(t->Decode(t->Encode(text, true), true), text);
  }
}

TEST(SpmTokenizer, TakesOneHugeText) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Trained().Writer()));
  for (const absl::string_view unit : {"a", " ", "the quipu ", "\xE6\x97\xA5"}) {
    std::string text;
    while (text.size() < (1 << 20)) text.append(unit.data(), unit.size());
    EXPECT_EQ(t->Decode(t->Encode(text, true), true), text) << Snippet(unit);
  }
}

TEST(SpmTokenizer, AddsBosUnlessTheFileSaysNo) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Create(Toy().Writer()));
  EXPECT_TRUE(t->adds_bos());
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr without,
                       Create(Toy().Writer().AddBool("tokenizer.ggml.add_bos_token", false)));
  EXPECT_FALSE(without->adds_bos());
}

TEST(SpmTokenizer, RefusesMalformedMetadata) {
  GgufWriter no_scores;
  no_scores.AddString("tokenizer.ggml.model", "llama")
      .AddStringArray("tokenizer.ggml.tokens", {"a"})
      .AddInt32Array("tokenizer.ggml.token_type", {1});
  EXPECT_THAT(Create(no_scores), StatusIs(kInvalid, "tokenizer.ggml.scores"));
  Pieces fewer = Toy();
  fewer.scores.pop_back();
  EXPECT_THAT(Create(fewer.Writer()), StatusIs(kInvalid, "9 tokens but 8 scores"));
  Pieces nan = Toy();
  nan.scores[4] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(Create(nan.Writer()), StatusIs(kInvalid, "score of token 4"));
  for (const char* byte : {"<0x4>", "<0x4g>", "0x41", "<0x41", "<0xab>"}) {
    Pieces bytes = Toy();
    bytes.Add(6, 0, byte);
    EXPECT_THAT(Create(bytes.Writer()), StatusIs(kInvalid, "is of type byte but")) << byte;
  }
  EXPECT_THAT(Create(Toy().Writer().AddBool("tokenizer.ggml.remove_extra_whitespaces", true)),
              StatusIs(kUnimplemented, "remove_extra_whitespaces"));
  EXPECT_THAT(Create(Toy().Writer().AddString("tokenizer.ggml.precompiled_charsmap", "x")),
              StatusIs(kUnimplemented, "precompiled_charsmap"));
}

TEST(SpmTokenizer, FingerprintsEverythingThatDecidesIds) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr same, Create(Toy().Writer()));
  Pieces score = Toy();
  score.scores[6] = -1.5f;
  Pieces text = Toy();
  text.texts[5] = "c";
  Pieces kind = Toy();
  kind.kinds[5] = 4;
  const GgufWriter changed[] = {score.Writer(), text.Writer(), kind.Writer(),
                                Toy().Writer().AddBool("tokenizer.ggml.add_space_prefix", false),
                                Toy().Writer().AddBool("tokenizer.ggml.add_bos_token", false)};
  for (const GgufWriter& writer : changed) {
    ASSERT_OK_AND_ASSIGN(const TokenizerPtr other, Create(writer));
    EXPECT_NE(other->fingerprint(), same->fingerprint());
  }
}

}  // namespace
}  // namespace quipu::inference
