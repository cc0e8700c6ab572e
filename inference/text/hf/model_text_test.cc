// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/hf/model_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "base/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simdjson.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::GgufWriter;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::ElementsAre;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;
constexpr absl::string_view kData = "inference/text/hf/testdata";

std::string Read(absl::string_view path) {
  const auto text = ReadFile(path, 1 << 24);
  EXPECT_TRUE(text.ok()) << text.status();
  return text.ok() ? *text : "";
}

std::vector<std::string> Lines(const std::string& path) {
  std::vector<std::string> lines = absl::StrSplit(Read(path), '\n');
  lines.pop_back();
  return lines;
}

// The texts of texts.txt.
std::vector<std::string> Texts() {
  std::vector<std::string> texts;
  for (const std::string& line : Lines(JoinPath(kData, "texts.txt"))) {
    std::string json = absl::StrCat("{\"text\": ", line, "}");
    const size_t size = json.size();
    json.resize(size + simdjson::SIMDJSON_PADDING);
    JsonParser parser;
    const auto object = parser.ParseObject(absl::string_view(json.data(), size));
    texts.emplace_back(*RequiredString(*object, "text"));
  }
  return texts;
}

// A directory with changed files of testdata.
class Changed {
 public:
  explicit Changed(absl::string_view name) : name_(name) {}
  Changed& File(absl::string_view file, absl::string_view text) {
    EXPECT_OK(WriteFileAtomic(JoinPath(dir_.path(), file), text));
    return *this;
  }
  Changed& Replace(absl::string_view file, absl::string_view from, absl::string_view to) {
    const std::string text = Read(JoinPath(JoinPath(kData, name_), file));
    const std::string changed = absl::StrReplaceAll(text, {{from, to}});
    EXPECT_NE(changed, text) << from;
    return File(file, changed);
  }
  const std::string& path() const { return dir_.path(); }

 private:
  TempDir dir_;
  std::string name_;
};

class LoadTokenizerTest : public ::testing::TestWithParam<const char*> {};

TEST_P(LoadTokenizerTest, MakesTheIdsThatThePublishersLibraryMakes) {
  const std::string directory = JoinPath(kData, GetParam());
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(directory));
  const std::vector<std::string> texts = Texts();
  const std::vector<std::string> ids = Lines(JoinPath(directory, "ids.txt"));
  ASSERT_EQ(texts.size(), ids.size());

  for (size_t i = 0; i < texts.size(); ++i) {
    const Encoding encoding = tokenizer->EncodeWithOffsets(texts[i], true);
    EXPECT_EQ(absl::StrJoin(encoding.ids, " "), ids[i]) << texts[i];
    EXPECT_EQ(tokenizer->Encode(texts[i], true), encoding.ids) << texts[i];
    uint32_t last = 0;
    for (const uint32_t begin : encoding.begins) {
      EXPECT_GE(begin, last) << texts[i];
      EXPECT_LE(begin, texts[i].size()) << texts[i];
      last = begin;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, LoadTokenizerTest,
                         ::testing::Values("gpt2", "smollm", "deepseek", "pattern", "qwen2",
                                           "normalizers", "llama2", "gemma", "metaspace-always",
                                           "metaspace-never", "tekken", "sentencepiece"));

TEST(LoadTokenizer, ReadsSpecialTokensOfTheSmallFiles) {
  ASSERT_OK_AND_ASSIGN(const auto qwen, LoadTokenizer(JoinPath(kData, "qwen2")));
  EXPECT_EQ(qwen->eos(), qwen->ControlId("<|im_end|>"));
  EXPECT_EQ(qwen->pad(), qwen->ControlId("<|endoftext|>"));
  EXPECT_EQ(qwen->bos(), std::nullopt);
  EXPECT_FALSE(qwen->adds_bos());
  EXPECT_EQ(qwen->description(), "bpe/qwen2");
  // The post-processor's first token is BOS.
  ASSERT_OK_AND_ASSIGN(const auto llama, LoadTokenizer(JoinPath(kData, "llama2")));
  EXPECT_EQ(llama->bos(), 1);
  EXPECT_TRUE(llama->adds_bos());
  ASSERT_OK_AND_ASSIGN(const auto tekken, LoadTokenizer(JoinPath(kData, "tekken")));
  EXPECT_EQ(tekken->ControlSpelling(*tekken->eos()), "</s>");
  EXPECT_EQ(tekken->ControlId("[INST]"), 3);
}

TEST(LoadTokenizer, TakesEveryEndOfGenerationConfigAndFillsUpToTheEmbedding) {
  Changed dir("gpt2");
  dir.File("tokenizer.json", Read(JoinPath(kData, "gpt2/tokenizer.json")))
      .File("generation_config.json", "{\"eos_token_id\": [2, 7]}")
      .File("config.json", "{\"vocab_size\": 431, \"model_type\": \"llama\"}");
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(dir.path()));

  EXPECT_TRUE(tokenizer->IsEndOfTurn(2));
  EXPECT_TRUE(tokenizer->IsEndOfTurn(7));
  EXPECT_EQ(tokenizer->eos(), 2);
  EXPECT_EQ(tokenizer->vocab_size(), 431);
}

// As Gemma 3's text models have a token for images behind the rows of their embedding.
TEST(LoadTokenizer, DropsControlTokensBehindTheEmbedding) {
  ASSERT_OK_AND_ASSIGN(const auto qwen, LoadTokenizer(JoinPath(kData, "qwen2")));
  const int size = qwen->vocab_size();
  Changed dir("qwen2");
  dir.Replace("tokenizer.json", "\"added_tokens\": [",
              absl::StrCat("\"added_tokens\": [{\"id\": ", size,
                           ", \"content\": \"<image>\", \"single_word\": false, \"lstrip\": true, "
                           "\"rstrip\": true, \"normalized\": false, \"special\": true},"));
  ASSERT_OK_AND_ASSIGN(const auto whole, LoadTokenizer(dir.path()));
  EXPECT_EQ(whole->vocab_size(), size + 1);
  dir.File("config.json", absl::StrCat("{\"vocab_size\": ", size, "}"));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(dir.path()));
  EXPECT_EQ(tokenizer->vocab_size(), size);
  EXPECT_EQ(tokenizer->ControlId("<image>"), std::nullopt);
  EXPECT_EQ(tokenizer->Encode("Who ties it?", true), whole->Encode("Who ties it?", true));
  // Words stay, and a model without rows for them is refused.
  dir.File("config.json", "{\"vocab_size\": 100}");
  ASSERT_OK_AND_ASSIGN(const auto words, LoadTokenizer(dir.path()));
  EXPECT_EQ(words->vocab_size(), size);
}

// White space as the library sees it: U+001C to U+001F are none, though Python's strip() takes them.
TEST(LoadTokenizer, ControlTokensTakeTheWhiteSpaceBesideThem) {
  ASSERT_OK_AND_ASSIGN(const auto qwen, LoadTokenizer(JoinPath(kData, "qwen2")));
  Changed dir("qwen2");
  dir.Replace("tokenizer.json", "\"added_tokens\": [",
              absl::StrCat("\"added_tokens\": [{\"id\": ", qwen->vocab_size(),
                           ", \"content\": \"<image>\", \"single_word\": false, \"lstrip\": true, "
                           "\"rstrip\": true, \"normalized\": false, \"special\": true},"));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(dir.path()));
  const TokenId image = *tokenizer->ControlId("<image>");
  const auto ids = [&](absl::string_view before, absl::string_view after) {
    const auto encoded = EncodeParts(
        *tokenizer, {{false, std::string(before)}, {true, "<image>"}, {false, std::string(after)}});
    EXPECT_OK(encoded);
    return encoded.ok() ? encoded->ids : std::vector<TokenId>();
  };
  const auto want = [&](absl::string_view before, absl::string_view after) {
    std::vector<TokenId> made = tokenizer->Encode(before, true);
    made.push_back(image);
    for (const TokenId id : tokenizer->Encode(after, true)) made.push_back(id);
    return made;
  };
  EXPECT_EQ(ids("a \xC2\xA0", "\xE3\x80\x80\n b "), want("a", "b "));
  EXPECT_EQ(ids(" \n", " "), want("", ""));
  EXPECT_EQ(ids("a \x1F", "\x1C b"), want("a \x1F", "\x1C b"));
}

TEST(LoadTokenizer, FindsAddedTextTokensButNoMarkupInTexts) {
  Changed dir("qwen2");
  dir.Replace("tokenizer.json", "\"content\": \"ABC\"", "\"content\": \"<tool_call>\"");
  ASSERT_OK_AND_ASSIGN(const auto changed, LoadTokenizer(dir.path()));
  ASSERT_OK_AND_ASSIGN(const auto qwen, LoadTokenizer(JoinPath(kData, "qwen2")));

  EXPECT_EQ(qwen->Encode("ABC", true).size(), 1u);
  EXPECT_EQ(qwen->Decode(qwen->Encode("xABC\n\n\ny", true), true), "xABC\n\n\ny");
  EXPECT_EQ(qwen->ControlId("ABC"), std::nullopt);
  EXPECT_GT(changed->Encode("<tool_call>", true).size(), 1u);
  EXPECT_NE(changed->ControlId("<tool_call>"), std::nullopt);
  EXPECT_NE(changed->fingerprint(), qwen->fingerprint());
}

// `added_tokens` of one more token at `id`.
std::string OneMore(int id, absl::string_view content, bool normalized) {
  return absl::StrCat("\"added_tokens\": [{\"id\": ", id, ", \"content\": \"", content,
                      "\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, ",
                      "\"normalized\": ", normalized ? "true" : "false", ", \"special\": false},");
}

// Llama 2's normalizer writes "▁" before each text and for each space, so that is what such a token
// is looked for in. Expected ids are those of the library "tokenizers" 0.23.3.
TEST(LoadTokenizer, FindsNormalizedTokensInWhatTheNormalizerMakes) {
  struct Case {
    const char* directory;
    const char* content;
    const char* text;
    std::vector<TokenId> want;
    std::vector<uint32_t> begins;
  };
  const Case cases[] = {
      {"llama2",
       "\\t\\t",
       "\t\ta\t\tb \t\tc",
       {600, 313, 12, 12, 314, 600, 315},
       {0, 2, 3, 4, 5, 6, 9}},
      {"llama2", "<b>", "<b>quipu x <b>y", {600, 457, 336, 600, 337}, {0, 3, 9, 10, 14}},
      {"gemma", "  ", "a   b", {313, 600, 342, 314}, {0, 1, 3, 4}},
      {"llama2", "x y", "x y  x yx y", {600, 342, 600, 336, 342, 337}, {0, 3, 4, 8, 9, 10}},
      {"llama2", "\\t\\t", "\xE2\x96\x81\t\tq", {342, 600, 329}, {0, 0, 5}},
  };
  for (const Case& c : cases) {
    Changed dir(c.directory);
    dir.Replace("tokenizer.json", "\"added_tokens\": [", OneMore(600, c.content, true));
    ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(dir.path()));
    const Encoding encoding = tokenizer->EncodeWithOffsets(c.text, true);
    EXPECT_EQ(encoding.ids, c.want) << c.text;
    EXPECT_EQ(encoding.begins, c.begins) << c.text;
    EXPECT_EQ(tokenizer->Encode(c.text, true), c.want) << c.text;
  }
}

TEST(LoadTokenizer, RefusesANormalizedTokenOfWhichTheNormalizerLeavesNothing) {
  Changed dir("qwen2");
  dir.Replace("tokenizer.json", "\"added_tokens\": [", OneMore(430, "\\n\\n", true));
  EXPECT_OK(LoadTokenizer(dir.path()));
  dir.File("tokenizer.json",
           absl::StrReplaceAll(Read(JoinPath(dir.path(), "tokenizer.json")),
                               {{"{\"type\": \"NFC\"}", "{\"type\": \"Strip\"}"}}));
  EXPECT_THAT(LoadTokenizer(dir.path()),
              StatusIs(kUnimplemented, "the added token \"\\n\\n\" is normalized"));
}

TEST(LoadTokenizer, SpellsTheMarksOfAddedTokensAsSpaces) {
  Changed dir("gemma");
  dir.Replace("tokenizer.json", "\"added_tokens\": [",
              OneMore(600, "\xE2\x96\x81|\xE2\x96\x81", false));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(dir.path()));
  EXPECT_EQ(tokenizer->TokenBytes(600), " | ");
  // It is looked for as it is written.
  const std::vector<TokenId> ids = tokenizer->Encode("a\xE2\x96\x81|\xE2\x96\x81z | z", true);
  EXPECT_EQ(std::count(ids.begin(), ids.end(), 600), 1);
  EXPECT_EQ(tokenizer->Decode(ids, true), "a | z | z");
}

// ICU gives up on a long run of a repeated group unless it may use more memory than it does by
// itself; what was left of the text would then be one word.
TEST(LoadTokenizer, CutsBehindALongRunOfARepeatedGroup) {
  Changed dir("pattern");
  dir.Replace("tokenizer.json", "\\\\s?\\\\p{L}+|", "(?:x|y)+|\\\\p{L}+|");
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(dir.path()));
  std::string text;
  for (int i = 0; i < 300000; ++i) text += "xy";
  const std::vector<TokenId> ids = tokenizer->Encode(text + " a b", true);
  std::vector<TokenId> want = tokenizer->Encode(text, true);
  for (const absl::string_view word : {" ", "a", " ", "b"}) {
    for (const TokenId id : tokenizer->Encode(word, true)) want.push_back(id);
  }
  EXPECT_EQ(ids, want);
}

TEST(LoadTokenizer, RefusesByNameWhatItDoesNotHave) {
  struct Case {
    const char* name;
    const char* from;
    const char* to;
    const char* want;
  };
  const Case cases[] = {
      {"gpt2", "\"type\": \"BPE\"", "\"type\": \"WordPiece\"", "model WordPiece"},
      {"gpt2", "\"dropout\": null", "\"dropout\": 0.1", "dropout"},
      {"gpt2", "\"add_prefix_space\": false", "\"add_prefix_space\": true", "add_prefix_space"},
      {"gpt2", "\"end_of_word_suffix\": null", "\"end_of_word_suffix\": \"</w>\"",
       "end_of_word_suffix"},
      {"qwen2", "\"type\": \"NFC\"", "\"type\": \"Nmt\"", "normalizer Nmt"},
      {"smollm", "\"type\": \"Digits\"", "\"type\": \"Whitespace\"", "pre_tokenizer Whitespace"},
      {"qwen2", "\"single_word\": false", "\"single_word\": true", "single_word"},
      {"pattern", "\\\\d{1,2}", "\\\\w{1,2}", "\\w"},
      {"pattern", "\\\\d{1,2}", "^a", "ends of lines"},
      {"pattern", "\"Isolated\"", "\"Removed\"", "behavior Removed"},
      {"llama2", "\"type\": \"TemplateProcessing\"", "\"type\": \"BertProcessing\"",
       "post_processor BertProcessing"},
  };
  for (const Case& c : cases) {
    Changed dir(c.name);
    dir.Replace("tokenizer.json", c.from, c.to);
    EXPECT_THAT(LoadTokenizer(dir.path()), StatusIs(kUnimplemented, c.want)) << c.want;
    EXPECT_THAT(LoadTokenizer(dir.path()), StatusIs(kUnimplemented, "tokenizer.json")) << c.want;
  }
}

// Their normalizers have components that are not supported either, which must not hide the reason.
TEST(LoadTokenizer, RefusesUnigramTokenizersAsSuch) {
  for (const absl::string_view type : {"\"type\": \"Unigram\", ", ""}) {
    Changed dir("gpt2");
    dir.File("tokenizer.json",
             absl::StrCat("{\"normalizer\": {\"type\": \"Precompiled\"}, \"model\": {", type,
                          "\"unk_id\": 0, \"vocab\": [[\"<unk>\", 0.0], [\"▁a\", -1.5]]}}"));
    EXPECT_THAT(LoadTokenizer(dir.path()),
                StatusIs(kUnimplemented, "tokenizer.json: model Unigram (model.type; BPE is)"));
  }
  Changed dir("gpt2");
  dir.File("tokenizer.model", "\x0A\x03\x0A\x01\x61\x12\x02\x18\x01");  // A piece; the type.
  EXPECT_THAT(LoadTokenizer(dir.path()),
              StatusIs(kUnimplemented, "tokenizer.model: trainer_spec.model_type 1 (Unigram"));
}

TEST(LoadTokenizer, SaysWhatIsMalformed) {
  struct Case {
    const char* from;
    const char* to;
    const char* want;
  };
  const Case cases[] = {
      {"\"vocab\": {", "\"vocab\": {\"zz\": -1, ", "\"zz\" has no id"},
      {"\"vocab\": {", "\"vocab\": {\"zz\": 5, ", "two tokens have the id 5"},
      {"\"merges\": [", "\"merges\": [\"a\", ", "merge 0 is not two tokens"},
      {"\"merges\": [", "\"merges\": [\"qq qq\", ", "not in the vocabulary"},
      {"\"model\"", "\"modem\"", "no \"model\""},
      {"\"id\": 2,", "\"id\": -2,", "added token"},
  };
  for (const Case& c : cases) {
    Changed dir("gpt2");
    dir.Replace("tokenizer.json", c.from, c.to);
    EXPECT_THAT(LoadTokenizer(dir.path()), StatusIs(kInvalid, c.want)) << c.want;
  }
  Changed named("gpt2");
  named.File("tokenizer.json", Read(JoinPath(kData, "gpt2/tokenizer.json")))
      .File("tokenizer_config.json", "{\"eos_token\": \"</x>\"}");
  EXPECT_THAT(LoadTokenizer(named.path()), StatusIs(kInvalid, "eos_token \"</x>\""));
}

TEST(LoadTokenizer, KnowsTiktokenFilesByTheirSizeAlone) {
  Changed dir("gpt2");
  dir.File("tokenizer.model", "YQ== 0\nYg== 1\n");
  EXPECT_THAT(LoadTokenizer(dir.path()), StatusIs(kUnimplemented, "of 2 tokens"));
  dir.File("tokenizer.model", "YQ== 0\nYg== 7\n");
  EXPECT_THAT(LoadTokenizer(dir.path()), StatusIs(kInvalid, "line 2"));
  dir.File("tokenizer.model", "neither this nor that");
  EXPECT_THAT(LoadTokenizer(dir.path()), StatusIs(kInvalid, "not a SentencePiece model"));
}

// A tiktoken file of this many tokens: the bytes, then three bytes each.
std::string Tiktoken(int tokens) {
  std::string lines;
  for (int rank = 0; rank < tokens; ++rank) {
    const std::string bytes =
        rank < 256 ? std::string(1, static_cast<char>(rank))
                   : std::string({static_cast<char>(rank >> 16), static_cast<char>(rank >> 8),
                                  static_cast<char>(rank)});
    absl::StrAppend(&lines, absl::Base64Escape(bytes), " ", rank, "\n");
  }
  return lines;
}

// As the publishers' own code numbers them.
TEST(LoadTokenizer, KnowsThePublishersTokensBehindATiktokenFile) {
  struct Published {
    int tokens;
    int all;
    std::vector<std::pair<std::string, TokenId>> ids;
    std::string bos;
    std::string eos;
  };
  const std::vector<Published> published = {
      {128000,
       128256,
       {{"<|begin_of_text|>", 128000},
        {"<|finetune_right_pad_id|>", 128004},
        {"<|start_header_id|>", 128006},
        {"<|eot_id|>", 128009},
        {"<|python_tag|>", 128010},
        {"<|reserved_special_token_2|>", 128012},
        {"<|reserved_special_token_245|>", 128255}},
       "<|begin_of_text|>",
       "<|end_of_text|>"},
      {200000,
       202048,
       {{"<|begin_of_text|>", 200000},
        {"<|header_start|>", 200005},
        {"<|eot|>", 200008},
        {"<|python_start|>", 200016},
        {"<|finetune_right_pad|>", 200018},
        {"<|image_start|>", 200080},
        {"<|image|>", 200090},
        {"<|patch|>", 200092}},
       "<|begin_of_text|>",
       "<|end_of_text|>"},
      {151643,
       151851,
       {{"<|endoftext|>", 151643},
        {"<|im_start|>", 151644},
        {"<|im_end|>", 151645},
        {"<|extra_0|>", 151646},
        {"<|extra_204|>", 151850}},
       "",
       "<|endoftext|>"},
  };
  for (const Published& file : published) {
    SCOPED_TRACE(file.tokens);
    Changed dir("gpt2");
    dir.File("a.tiktoken", Tiktoken(file.tokens));
    ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(dir.path()));
    EXPECT_EQ(tokenizer->vocab_size(), file.all);
    for (const auto& [text, id] : file.ids) EXPECT_EQ(tokenizer->ControlId(text), id) << text;
    EXPECT_EQ(tokenizer->bos(), file.bos.empty() ? std::nullopt : tokenizer->ControlId(file.bos));
    EXPECT_EQ(tokenizer->eos(), tokenizer->ControlId(file.eos));
  }
}

TEST(LoadModelText, TakesAllOfAGgufFile) {
  const TempDir dir;
  const std::string path = dir.Path("m.gguf");
  const auto write = [&path](const std::string& chat_template) {
    EXPECT_OK(WriteFileAtomic(
        path, GgufWriter()
                  .AddString("general.architecture", "llama")
                  .AddString("general.name", "Tiny")
                  .AddUint32("llama.context_length", 2048)
                  .AddString("tokenizer.ggml.model", "gpt2")
                  .AddString("tokenizer.ggml.pre", "gpt-2")
                  .AddStringArray("tokenizer.ggml.tokens", {"a", "b", "ab", "<|im_end|>"})
                  .AddInt32Array("tokenizer.ggml.token_type", {1, 1, 1, 3})
                  .AddStringArray("tokenizer.ggml.merges", {"a b"})
                  .AddUint32("tokenizer.ggml.eos_token_id", 3)
                  .AddString("tokenizer.chat_template", chat_template)
                  .Build()));
  };
  write("{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}");
  ASSERT_OK_AND_ASSIGN(const ModelText text, LoadModelText(path, ""));
  EXPECT_THAT(text.tokenizer->Encode("ab", true), ElementsAre(2));
  ASSERT_OK_AND_ASSIGN(const auto parts, text.chat_template.Render(
                                             {{Role::kUser, "a"}, {Role::kAssistant, "b"}}, false));
  EXPECT_EQ(PartsToString(parts), "a<|im_end|>b<|im_end|>");
  ASSERT_OK_AND_ASSIGN(const ModelFacts facts, ReadModelFacts(path));
  EXPECT_EQ(facts.name, "Tiny");
  EXPECT_EQ(facts.architecture, "llama");
  EXPECT_EQ(facts.context_tokens, 2048);

  write("{{ messages[0].content }}");
  EXPECT_THAT(LoadModelText(path, "").status(), StatusIs(kNotFound, "name a chat template"));
  ASSERT_OK(WriteFileAtomic(path, "no model"));
  EXPECT_THAT(LoadModelText(path, "").status(), StatusIs(kInvalid, "m.gguf"));
  EXPECT_THAT(ReadModelFacts(path).status(), StatusIs(kInvalid, "m.gguf"));
}

TEST(LoadTokenizer, SaysWhichFilesItWants) {
  TempDir dir;
  EXPECT_THAT(LoadTokenizer(dir.path()), StatusIs(kNotFound, "tokenizer.json, tekken.json"));
}

constexpr absl::string_view kChatMl =
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + "
    "'\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

TEST(LoadChatTemplate, TakesTheDefaultOfAListAndTheFileBeforeIt) {
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(JoinPath(kData, "gpt2")));
  Changed dir("gpt2");
  dir.File("tokenizer_config.json",
           absl::StrCat("{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"x\"}, "
                        "{\"name\": \"default\", \"template\": ",
                        Quoted(kChatMl), "}]}"));
  ASSERT_OK_AND_ASSIGN(const ChatTemplate chat, LoadChatTemplate(dir.path(), "", *tokenizer));
  EXPECT_EQ(chat.name(), "chatml");
  ASSERT_OK_AND_ASSIGN(const ChatTemplate named, LoadChatTemplate(dir.path(), "qwen3", *tokenizer));
  EXPECT_EQ(named.name(), "qwen3");

  const std::string other =
      absl::StrReplaceAll(kChatMl, {{"m['role'] + '\\n'", "m['role'] + ':'"}});
  dir.File("chat_template.jinja", other);
  ASSERT_OK_AND_ASSIGN(const ChatTemplate own, LoadChatTemplate(dir.path(), "", *tokenizer));
  EXPECT_EQ(own.name(), "jinja");
  ASSERT_OK_AND_ASSIGN(const ChatTemplate file,
                       LoadChatTemplate(JoinPath(kData, "gpt2"),
                                        JoinPath(dir.path(), "chat_template.jinja"), *tokenizer));
  EXPECT_EQ(file.fingerprint(), own.fingerprint());
}

TEST(LoadChatTemplate, SaysToNameOneWhereThereIsNone) {
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(JoinPath(kData, "gpt2")));
  EXPECT_THAT(LoadChatTemplate(JoinPath(kData, "gpt2"), "", *tokenizer),
              StatusIs(kNotFound, "instances.target_template"));
  EXPECT_THAT(LoadChatTemplate(JoinPath(kData, "gpt2"), "/no/such.jinja", *tokenizer),
              StatusIs(kNotFound, "/no/such.jinja"));
}

TEST(ModelSha256, IsThatOfTheListOfFiles) {
  Changed dir("gpt2");
  dir.File("tokenizer.json", "a").File("config.json", "b").File("notes.txt", "c");
  dir.File("model.safetensors", "d");
  const std::string text = absl::StrCat(Sha256Hex("b"), "  config.json\n");
  const std::string rest = absl::StrCat(Sha256Hex("a"), "  tokenizer.json\n");

  ASSERT_OK_AND_ASSIGN(const std::string some, ModelSha256(dir.path(), ModelFiles::kText));
  ASSERT_OK_AND_ASSIGN(const std::string all, ModelSha256(dir.path(), ModelFiles::kAll));
  EXPECT_EQ(some, Sha256Hex(text + rest));
  EXPECT_EQ(all, Sha256Hex(absl::StrCat(text, Sha256Hex("d"), "  model.safetensors\n", rest)));
  ASSERT_OK_AND_ASSIGN(const std::string file,
                       ModelSha256(JoinPath(dir.path(), "config.json"), ModelFiles::kAll));
  EXPECT_EQ(file, Sha256Hex("b"));
}

}  // namespace
}  // namespace quipu::inference
