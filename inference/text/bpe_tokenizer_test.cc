// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/bpe_tokenizer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/text/tokenizer.h"
#include "inference/text/tokenizer_vectors.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/models.h"
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

std::vector<std::string> Strings(const std::vector<absl::string_view>& views) {
  return std::vector<std::string>(views.begin(), views.end());
}

// The tokenizer of the small model, read once.
const TokenizerPtr& SmolLm() {
  static const TokenizerPtr* const tokenizer = [] {
    auto gguf = GgufFile::Open(SmallModelPath());
    EXPECT_TRUE(gguf.ok()) << gguf.status();
    auto result = gguf.ok() ? CreateTokenizer(**gguf) : gguf.status();
    EXPECT_TRUE(result.ok()) << result.status();
    return new TokenizerPtr(result.ok() ? *result : nullptr);
  }();
  return *tokenizer;
}

// The small model's vocabulary with another pre-tokeniser.
absl::StatusOr<TokenizerPtr> SmallVocabularyWith(absl::string_view pre_tokenizer) {
  const auto gguf = GgufFile::Open(SmallModelPath());
  if (!gguf.ok()) return gguf.status();
  const std::string bytes =
      GgufWriter()
          .AddString("tokenizer.ggml.model", "gpt2")
          .AddString("tokenizer.ggml.pre", pre_tokenizer)
          .AddStringArray("tokenizer.ggml.tokens",
                          Strings(*(*gguf)->GetStrings("tokenizer.ggml.tokens")))
          .AddInt32Array("tokenizer.ggml.token_type",
                         *(*gguf)->GetInts("tokenizer.ggml.token_type"))
          .AddStringArray("tokenizer.ggml.merges",
                          Strings(*(*gguf)->GetStrings("tokenizer.ggml.merges")))
          .Build();
  const auto changed = GgufFile::Parse(bytes, "changed");
  if (!changed.ok()) return changed.status();
  return CreateTokenizer(**changed);
}

void ExpectVectors(const Tokenizer& tokenizer, const absl::string_view (&want)[kNumVectors]) {
  for (size_t i = 0; i < kNumVectors; ++i) {
    EXPECT_EQ(absl::StrJoin(tokenizer.Encode(kTexts[i], true), " "), want[i])
        << "text " << i << ": " << Snippet(kTexts[i]);
    EXPECT_EQ(tokenizer.EncodeWithOffsets(kTexts[i], false).ids, tokenizer.Encode(kTexts[i], true))
        << "text " << i;
  }
}

TEST(BpeTokenizer, AgreesWithThePublishersTokenizerForSmolLm) {
  ASSERT_NE(SmolLm(), nullptr);
  ExpectVectors(*SmolLm(), kSmolLmIds);
}

TEST(BpeTokenizer, CutsWordsAsGpt2Does) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr tokenizer, SmallVocabularyWith("gpt-2"));
  ExpectVectors(*tokenizer, kGpt2Ids);
}

TEST(BpeTokenizer, CutsWordsAsLlama3Does) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr tokenizer, SmallVocabularyWith("llama-bpe"));
  ExpectVectors(*tokenizer, kLlama3Ids);
}

TEST(BpeTokenizer, CutsWordsAsQwen2Does) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr tokenizer, SmallVocabularyWith("qwen2"));
  ExpectVectors(*tokenizer, kQwen2SmallIds);
}

TEST(BpeTokenizer, CutsWordsAsTekkenDoes) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr tokenizer, SmallVocabularyWith("tekken"));
  ExpectVectors(*tokenizer, kTekkenIds);
}

TEST(BpeTokenizer, KnowsTheSpecialTokensOfSmolLm) {
  ASSERT_NE(SmolLm(), nullptr);
  const Tokenizer& t = *SmolLm();

  EXPECT_EQ(t.vocab_size(), 49152);
  EXPECT_EQ(t.ControlId("<|im_start|>"), 1);
  EXPECT_EQ(t.ControlId("<|im_end|>"), 2);
  EXPECT_EQ(t.ControlId("the"), std::nullopt);
  EXPECT_EQ(t.ControlId("<|none|>"), std::nullopt);
  EXPECT_EQ(t.ControlSpelling(2), "<|im_end|>");
  EXPECT_EQ(t.ControlSpelling(5000), "");
  EXPECT_EQ(t.ControlSpelling(-1), "");
  EXPECT_TRUE(t.IsControl(0));
  EXPECT_FALSE(t.IsControl(5000));
  EXPECT_FALSE(t.IsControl(49152));
  EXPECT_EQ(t.TokenBytes(2), "");
  EXPECT_EQ(t.TokenBytes(-7), "");
  EXPECT_EQ(t.TokenBytes(49152), "");
  EXPECT_EQ(t.bos(), 1);
  EXPECT_EQ(t.eos(), 2);
  EXPECT_EQ(t.pad(), 2);
  EXPECT_FALSE(t.adds_bos());
  EXPECT_TRUE(t.IsEndOfTurn(0));
  EXPECT_FALSE(t.IsEndOfTurn(1));
  EXPECT_TRUE(t.IsEndOfTurn(2));
  EXPECT_FALSE(t.IsEndOfTurn(-1));
  EXPECT_EQ(t.description(), "bpe/smollm");
}

TEST(BpeTokenizer, NeverMakesControlTokensFromText) {
  ASSERT_NE(SmolLm(), nullptr);
  for (TokenId id = 0; id < SmolLm()->vocab_size(); ++id) {
    const absl::string_view spelling = SmolLm()->ControlSpelling(id);
    if (spelling.empty()) continue;
    for (const std::string& text : {std::string(spelling), absl::StrCat("a ", spelling, "\n")}) {
      const std::vector<TokenId> ids = SmolLm()->Encode(text, true);
      EXPECT_TRUE(std::none_of(ids.begin(), ids.end(), [](TokenId i) {
        return SmolLm()->IsControl(i);
      })) << text;
      EXPECT_EQ(SmolLm()->Decode(ids, true), text);
    }
  }
}

TEST(BpeTokenizer, GivesBackEveryLineOfARealDocument) {
  ASSERT_NE(SmolLm(), nullptr);
  ASSERT_OK_AND_ASSIGN(const std::string document,
                       ReadFile("/usr/share/common-licenses/GPL-3", 1 << 20));
  int lines = 0;
  for (const absl::string_view line : absl::StrSplit(document, '\n')) {
    ASSERT_EQ(SmolLm()->Decode(SmolLm()->Encode(line, true), true), line);
    ++lines;
  }
  EXPECT_GT(lines, 500);
  EXPECT_EQ(SmolLm()->Decode(SmolLm()->Encode(document, true), true), document);
}

// Whether `encoding` covers `text`: each token's bytes are at its offset, and
// the bytes in between are ones that the vocabulary lacks.
void ExpectOffsetsFit(const Tokenizer& tokenizer, absl::string_view text,
                      const Encoding& encoding) {
  ASSERT_EQ(encoding.ids.size(), encoding.begins.size());
  size_t at = 0;
  for (size_t i = 0; i < encoding.ids.size(); ++i) {
    ASSERT_GE(encoding.begins[i], at);
    const absl::string_view bytes = tokenizer.TokenBytes(encoding.ids[i]);
    ASSERT_FALSE(bytes.empty());
    ASSERT_EQ(text.substr(encoding.begins[i], bytes.size()), bytes);
    at = encoding.begins[i] + 1;
  }
}

TEST(BpeTokenizer, SaysWhereEachTokenBegins) {
  ASSERT_NE(SmolLm(), nullptr);
  for (size_t i = 0; i + 1 < kNumVectors; ++i) {  // The last text has bytes that are left out.
    ExpectOffsetsFit(*SmolLm(), kTexts[i], SmolLm()->EncodeWithOffsets(kTexts[i], true));
  }
}

TEST(BpeTokenizer, SurvivesBytesThatAreNotUtf8) {
  ASSERT_NE(SmolLm(), nullptr);
  std::string known;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    if (!SmolLm()->Encode(text, true).empty()) known += text;
  }
  EXPECT_EQ(known.size(),
            235u);  // 21 bytes have no token in SmolLM2's vocabulary.
  Rng rng(testing::TestFingerprint(), "bytes");
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (uint64_t i = rng.Below(60); i > 0; --i) text.push_back(known[rng.Below(known.size())]);
    const Encoding encoding = SmolLm()->EncodeWithOffsets(text, true);
    ASSERT_EQ(SmolLm()->Decode(encoding.ids, true), text);
    ExpectOffsetsFit(*SmolLm(), text, encoding);
  }
}

TEST(BpeTokenizer, GivesBackEveryCodePoint) {
  ASSERT_NE(SmolLm(), nullptr);
  for (uint32_t plane = 0; plane < 4; ++plane) {  // Higher ones begin with a byte without a token.
    for (uint32_t block = 0; block < 0x10000; block += 64) {
      std::string text;
      for (uint32_t c = 0; c < 64; ++c) {
        const uint32_t code_point = plane * 0x10000 + block + c;
        if (code_point >= 32) AppendUtf8(code_point, &text);
      }
      ASSERT_EQ(SmolLm()->Decode(SmolLm()->Encode(text, true), true), text) << plane << block;
    }
  }
}

TEST(BpeTokenizer, TakesOneHugeWord) {
  ASSERT_NE(SmolLm(), nullptr);
  // Merging these in quadratic time, 7e10 steps each, would take longer than a test may.
  for (const absl::string_view unit : {"a", " ", "\n", "-", "\xE6\x97\xA5", "ab"}) {
    std::string text;
    while (text.size() < (1 << 18)) text.append(unit.data(), unit.size());
    EXPECT_EQ(SmolLm()->Decode(SmolLm()->Encode(text, true), true), text) << Snippet(unit);
  }
}

// A vocabulary small enough to follow by hand. "ĠĠ" is two spaces.
struct Toy {
  std::string model = "gpt2";
  std::string pre = "gpt-2";
  std::string architecture = "llama";
  std::vector<std::string> tokens = {"a", "b", "c", "ab", "bc", "abc", "<|im_end|>", "\xC4\xA0"};
  std::vector<int32_t> kinds = {1, 1, 1, 1, 1, 1, 3, 1};
  std::vector<std::string> merges = {"b c", "a b", "a bc"};
  uint32_t eos = 6;

  std::string Build() const {
    GgufWriter writer;
    writer.AddString("general.architecture", architecture)
        .AddString("tokenizer.ggml.model", model)
        .AddStringArray("tokenizer.ggml.tokens", tokens)
        .AddInt32Array("tokenizer.ggml.token_type", kinds)
        .AddStringArray("tokenizer.ggml.merges", merges)
        .AddUint32("tokenizer.ggml.eos_token_id", eos);
    if (!pre.empty()) writer.AddString("tokenizer.ggml.pre", pre);
    return writer.Build();
  }

  absl::StatusOr<TokenizerPtr> Create() const {
    const std::string bytes = Build();
    const auto gguf = GgufFile::Parse(bytes, "toy");
    if (!gguf.ok()) return gguf.status();
    return CreateTokenizer(**gguf);
  }
};

TEST(BpeTokenizer, MergesByRankThenFromTheLeft) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr t, Toy().Create());

  EXPECT_THAT(t->Encode("abc", true), ElementsAre(5));  // b c, then a bc.
  EXPECT_THAT(t->Encode("ab", true), ElementsAre(3));
  EXPECT_THAT(t->Encode("abab", true), ElementsAre(3, 3));
  EXPECT_THAT(t->Encode("abca", true), ElementsAre(5, 0));
  EXPECT_THAT(t->Encode("bcbc", true), ElementsAre(4, 4));
  EXPECT_THAT(t->Encode("a a", true), ElementsAre(0, 7, 0));
  EXPECT_THAT(t->Encode("xyz", true), IsEmpty());
}

TEST(BpeTokenizer, TakesWholeWordsBeforeMergesWhereLlama3Does) {
  Toy toy;
  toy.merges = {"b c"};  // "abc" cannot be reached by merging.

  ASSERT_OK_AND_ASSIGN(const TokenizerPtr gpt2, toy.Create());
  toy.pre = "llama-bpe";
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr llama3, toy.Create());

  EXPECT_THAT(gpt2->Encode("abc", true), ElementsAre(0, 4));
  EXPECT_THAT(llama3->Encode("abc", true), ElementsAre(5));
  EXPECT_THAT(llama3->Encode("aabc", true), ElementsAre(0, 0, 4));
}

TEST(BpeTokenizer, CutsSmaugsWordsAsLlama3DoesAndMergesThemAll) {
  Toy toy;
  toy.pre = "smaug-bpe";
  toy.merges = {"b c"};
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr smaug, toy.Create());

  EXPECT_THAT(smaug->Encode("abc", true), ElementsAre(0, 4));
  EXPECT_FALSE(smaug->adds_bos());
}

TEST(BpeTokenizer, RefusesMalformedMerges) {
  const std::vector<std::vector<std::string>> cases = {{"ab"}, {""},    {" "},   {" b"},
                                                       {"a "}, {"a x"}, {"b a"}, {"a b", "a b"}};
  for (const auto& merges : cases) {
    Toy toy;
    toy.merges = merges;
    EXPECT_THAT(toy.Create(), StatusIs(kInvalid, "merge ")) << merges[0];
  }
}

TEST(BpeTokenizer, RefusesWhatItDoesNotKnow) {
  Toy model;
  model.model = "rwkv";
  EXPECT_THAT(model.Create(), StatusIs(kUnimplemented, "\"rwkv\""));
  Toy pre;
  pre.pre = "deepseek-llm";
  EXPECT_THAT(pre.Create(), StatusIs(kUnimplemented, "\"deepseek-llm\""));
}

TEST(BpeTokenizer, GuessesNoPreTokenizerButWhereTheFileLeavesNoDoubt) {
  for (const char* pre : {"", "default"}) {
    Toy toy;
    toy.pre = pre;
    EXPECT_THAT(toy.Create(), StatusIs(kUnimplemented, "convert it again"));
    toy.architecture = "qwen2";
    ASSERT_OK_AND_ASSIGN(const TokenizerPtr qwen, toy.Create());
    EXPECT_EQ(qwen->description(), "bpe/qwen2");
    toy.architecture = "llama";
    toy.tokens.insert(toy.tokens.end(), {"<|begin_of_text|>", "<|start_header_id|>"});
    toy.kinds.insert(toy.kinds.end(), {3, 3});
    ASSERT_OK_AND_ASSIGN(const TokenizerPtr llama, toy.Create());
    EXPECT_EQ(llama->description(), "bpe/llama-bpe");
  }
}

TEST(BpeTokenizer, FingerprintsEverythingThatDecidesIds) {
  ASSERT_OK_AND_ASSIGN(const TokenizerPtr same, Toy().Create());
  std::vector<Toy> changed(7);
  changed[0].tokens[2] = "d";
  changed[0].merges = {"a b"};
  changed[1].kinds[0] = 4;
  changed[2].merges = {"a b", "b c", "a bc"};
  changed[3].pre = "qwen2";
  changed[4].eos = 5;
  changed[5].tokens.push_back("d");
  changed[5].kinds.push_back(1);
  changed[6].merges.pop_back();

  ASSERT_OK_AND_ASSIGN(const TokenizerPtr again, Toy().Create());
  EXPECT_EQ(again->fingerprint(), same->fingerprint());
  for (size_t i = 0; i < changed.size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const TokenizerPtr other, changed[i].Create());
    EXPECT_NE(other->fingerprint(), same->fingerprint()) << "change " << i;
  }
}

}  // namespace
}  // namespace quipu::inference
