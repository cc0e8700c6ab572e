// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/model_targets.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "inference/gguf/gguf.h"
#include "inference/huggingface/model_directory.h"
#include "inference/huggingface/safetensors.h"
#include "inference/huggingface/transformer_config.h"
#include "inference/text/byte_tokenizer.h"
#include "inference/text/chat_template.h"
#include "inference/text/hf/model_text.h"
#include "inference/text/tokenizer.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/tiny_model.h"

namespace quipu::fuzz {
namespace {

using inference::ChatTemplate;
using inference::Encoding;
using inference::GgufFile;
using inference::TensorInfo;
using inference::Tokenizer;
using testing::GgufWriter;

constexpr char kSample[] = "A quipu\xe2\x80\x99s cords, 12 of  them.\n\xf0\x9f\x91\xa9 <|im_end|>";

// A text, then one that the vocabulary has tokens for: its first ones, joined.
std::string SampleFor(const Tokenizer& tokenizer) {
  constexpr int kTokens = 64;
  constexpr size_t kMostBytes = 2048;
  std::string text = kSample;
  for (int id = 0; id < std::min(tokenizer.vocab_size(), kTokens); ++id) {
    absl::StrAppend(&text, tokenizer.TokenBytes(id));
  }
  return RepairUtf8(absl::string_view(text).substr(0, kMostBytes));
}

// Whatever the vocabulary is, encoding stays inside the text and the vocabulary.
void UseTokenizer(const Tokenizer& tokenizer) {
  const std::string sample = SampleFor(tokenizer);
  for (const bool start : {true, false}) {
    const Encoding encoding = tokenizer.EncodeWithOffsets(sample, /*fragment_start=*/start);
    QUIPU_CHECK(encoding.ids.size() == encoding.begins.size());
    uint32_t before = 0;
    for (size_t i = 0; i < encoding.ids.size(); ++i) {
      QUIPU_CHECK(encoding.ids[i] >= 0 && encoding.ids[i] < tokenizer.vocab_size());
      QUIPU_CHECK(encoding.begins[i] >= before && encoding.begins[i] <= sample.size());
      before = encoding.begins[i];
    }
    QUIPU_CHECK(tokenizer.Encode(sample, start) == encoding.ids) << "offsets change the ids";
    tokenizer.Decode(encoding.ids, start);
  }
  tokenizer.TokenBytes(tokenizer.vocab_size());
  tokenizer.pad();
  tokenizer.fingerprint();
}

void UseTemplate(const ChatTemplate& format) {
  const std::vector<inference::Message> messages = {{inference::Role::kSystem, "s"},
                                                    {inference::Role::kUser, "What?"},
                                                    {inference::Role::kAssistant, "That."}};
  format.Render(messages, /*open_assistant=*/false).IgnoreError();
  format.RenderPrefix("s", "Wh");
  format.RenderContinuation("at?", "Th");
}

// Of a directory with this one file.
absl::Status UseDirectory(const char* file, absl::string_view bytes) {
  static const char* last = nullptr;
  if (last != nullptr && last != file) {
    std::filesystem::remove(absl::StrCat(ScratchDir(), "/", last));
  }
  last = file;
  ScratchFile(file, bytes);
  const auto tokenizer = inference::LoadTokenizer(ScratchDir());
  if (tokenizer.ok()) UseTokenizer(**tokenizer);
  return tokenizer.status();
}

}  // namespace

absl::Status FuzzGguf(absl::string_view input) {
  const std::string bytes(input);  // A block of its own, so that reads past its end are seen.
  const absl::StatusOr<std::unique_ptr<GgufFile>> file = GgufFile::Parse(bytes, "fuzz.gguf");
  if (!file.ok()) return file.status();
  for (const auto& [name, tensor] : (*file)->tensors()) {
    QUIPU_CHECK(tensor.data >= reinterpret_cast<const uint8_t*>(bytes.data()) &&
                tensor.data + tensor.num_bytes <=
                    reinterpret_cast<const uint8_t*>(bytes.data()) + bytes.size())
        << "a tensor is outside of its file";
  }
  const auto tokenizer = inference::CreateTokenizer(**file);
  if (!tokenizer.ok()) return tokenizer.status();
  UseTokenizer(**tokenizer);
  const auto format = ChatTemplate::FromGguf(**file, **tokenizer);
  if (format.ok()) UseTemplate(*format);
  return (*file)->Has("tokenizer.chat_template") ? format.status() : absl::OkStatus();
}

Seeds GgufSeeds() {
  testing::TinyModelOptions tiny;
  tiny.layers = 1;
  tiny.embedding = 32;
  tiny.heads = 2;
  tiny.feed_forward = 32;
  tiny.vocabulary = 7;
  return {{GgufWriter()
               .AddString("general.architecture", "llama")
               .AddString("tokenizer.ggml.model", "gpt2")
               .AddString("tokenizer.ggml.pre", "gpt-2")
               .AddStringArray("tokenizer.ggml.tokens", {"a", "b", "ab", "\xc4\xa0", "<|im_end|>"})
               .AddInt32Array("tokenizer.ggml.token_type", {1, 1, 1, 1, 3})
               .AddStringArray("tokenizer.ggml.merges", {"a b"})
               .AddUint32("tokenizer.ggml.eos_token_id", 4)
               .AddString("tokenizer.chat_template",
                          "{% for m in messages %}{{ m['role'] + m['content'] + '<|im_end|>' }}{% "
                          "endfor %}")
               .Build(),
           GgufWriter()
               .AddString("tokenizer.ggml.model", "llama")
               .AddStringArray("tokenizer.ggml.tokens",
                               {"<unk>", "<s>", "</s>", "<0x0A>", "\xe2\x96\x81q", "a"})
               .AddFloatArray("tokenizer.ggml.scores", {0, 0, 0, 0, -1, -2})
               .AddInt32Array("tokenizer.ggml.token_type", {2, 3, 3, 6, 1, 1})
               .AddBool("tokenizer.ggml.add_bos_token", true)
               .SetAlignment(64)
               .AddFloatTensor("t", inference::TensorType::kF32, {2}, {1, 2})
               .Build()},
          // Weights without a vocabulary.
          {testing::TinyModel(tiny, 1)}};
}

absl::Status FuzzSafetensors(absl::string_view input) {
  const std::string bytes(input);
  const auto tensors = inference::ParseSafetensors(bytes, "fuzz.safetensors");
  if (!tensors.ok()) return tensors.status();
  for (const auto& [name, tensor] : *tensors) {
    QUIPU_CHECK(tensor.data >= reinterpret_cast<const uint8_t*>(bytes.data()) &&
                tensor.data + tensor.num_bytes <=
                    reinterpret_cast<const uint8_t*>(bytes.data()) + bytes.size())
        << "a tensor is outside of its file";
  }
  return absl::OkStatus();
}

Seeds SafetensorsSeeds() {
  const std::string header =
      "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],"
      "\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[8,14]}}";
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size());
  return {{absl::StrCat(bytes, header, "01234567012345")}};
}

absl::Status FuzzModelConfig(absl::string_view input) {
  return inference::ReadTransformerConfig(input, "config.json").status();
}

Seeds ModelConfigSeeds() {
  return {
      {"{\"architectures\":[\"LlamaForCausalLM\"],\"model_type\":\"llama\",\"hidden_size\":64,"
       "\"num_hidden_layers\":2,\"num_attention_heads\":4,\"num_key_value_heads\":2,"
       "\"intermediate_size\":96,\"vocab_size\":101,\"rms_norm_eps\":1e-5,\"rope_theta\":10000.0,"
       "\"max_position_embeddings\":4096,\"tie_word_embeddings\":true,\"rope_scaling\":{"
       "\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
       "\"original_max_position_embeddings\":8192}}",
       "{\"architectures\":[\"Qwen2ForCausalLM\"],\"max_position_embeddings\":4096,\"hidden_size\":"
       "64,\"num_hidden_layers\":1,"
       "\"num_attention_heads\":2,\"num_key_value_heads\":2,\"intermediate_size\":64,\"vocab_"
       "size\":9,\"rms_norm_eps\":1e-6,"
       "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4.0,"
       "\"original_max_position_embeddings\":32768}}"}};
}

absl::Status FuzzTokenizerJson(absl::string_view input) {
  return UseDirectory("tokenizer.json", input);
}

Seeds TokenizerJsonSeeds() {
  return {
      {"{\"version\":\"1.0\",\"added_tokens\":[{\"id\":3,\"content\":\"<e>\",\"special\":true,"
       "\"normalized\":false,\"lstrip\":false,\"rstrip\":false,\"single_word\":false}],"
       "\"normalizer\":{\"type\":\"NFC\"},\"pre_tokenizer\":{\"type\":\"ByteLevel\","
       "\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":true},"
       "\"post_processor\":null,\"decoder\":{\"type\":\"ByteLevel\"},\"model\":{\"type\":\"BPE\","
       "\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[\"a b\"]}}",
       "{\"added_tokens\":[],\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":"
       "\"Replace\",\"pattern\":{\"String\":\" "
       "\"},\"content\":\"_\"}]},\"pre_tokenizer\":{\"type\":"
       "\"Split\",\"pattern\":{\"Regex\":\"\\\\p{L}+|\\\\d\"},\"behavior\":\"Isolated\",\"invert\":"
       "false},\"decoder\":null,\"model\":{\"type\":\"BPE\",\"unk_token\":\"u\",\"byte_fallback\":"
       "true,\"vocab\":{\"u\":0,\"<0x41>\":1,\"a\":2},\"merges\":[]}}"}};
}

absl::Status FuzzSentencePiece(absl::string_view input) {
  return UseDirectory("tokenizer.model", input);
}

Seeds SentencePieceSeeds() {
  // ModelProto: pieces (1) of text (1), score (2) and type (3); trainer_spec (2) with model_type
  // 2 (BPE) or 1; normalizer_spec (3) without remove_extra_whitespaces (4).
  const std::string unknown("\x0a\x09\x0a\x05<unk>\x18\x02", 11);
  const std::string piece(
      "\x0a\x08\x0a\x01"
      "a\x15\x00\x00\x80\xbf",
      10);
  const std::string control("\x0a\x07\x0a\x03<s>\x18\x03", 9);
  const std::string end("\x0a\x08\x0a\x04</s>\x18\x03", 10);
  const std::string keeps_spaces("\x1a\x02\x20\x00", 4);
  return {{absl::StrCat(unknown, control, end, piece, std::string("\x12\x02\x18\x02", 4),
                        keeps_spaces)},
          {absl::StrCat(unknown, piece, std::string("\x12\x02\x18\x01", 4),
                        std::string("\x1a\x02\x18\x01", 4))}};
}

namespace {

// What a model's directory may contain beside weights.
constexpr const char* kDirectoryFiles[] = {"config.json",
                                           "tokenizer_config.json",
                                           "tokenizer.json",
                                           "tekken.json",
                                           "a.tiktoken",
                                           "special_tokens_map.json",
                                           "generation_config.json",
                                           "chat_template.json",
                                           "chat_template.jinja",
                                           "model.safetensors.index.json"};

std::string ModelDirectoryPath() {
  static const std::string path = [] {
    const std::string made = JoinPath(ScratchDir(), "model");
    std::filesystem::create_directory(made);
    ScratchFile("model/a.safetensors", SafetensorsSeeds().valid[0]);
    return made;
  }();
  return path;
}

}  // namespace

// Each file behind the next line of only a "%"; an empty one is not in the directory.
absl::Status FuzzModelDirectory(absl::string_view input) {
  const std::string directory = ModelDirectoryPath();
  std::vector<absl::string_view> files = absl::StrSplit(input, "\n%\n");
  files.resize(std::size(kDirectoryFiles));
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string name = absl::StrCat("model/", kDirectoryFiles[i]);
    if (files[i].empty()) {
      std::filesystem::remove(JoinPath(ScratchDir(), name));
    } else {
      ScratchFile(name, files[i]);
    }
  }
  const absl::StatusOr<inference::ModelText> text = inference::LoadModelText(directory, "");
  if (text.ok()) {
    UseTokenizer(*text->tokenizer);
    UseTemplate(text->chat_template);
  }
  inference::ReadModelFacts(directory).IgnoreError();
  QUIPU_CHECK(inference::ModelSha256(directory, inference::ModelFiles::kText).ok());
  inference::ModelDirectory::Open(directory).IgnoreError();
  return text.status();
}

Seeds ModelDirectorySeeds() {
  const std::string config = ModelConfigSeeds().valid[0];
  const std::vector<std::string> tokenizers = TokenizerJsonSeeds().valid;
  const std::string tokenizer_config =
      "{\"bos_token\":{\"content\":\"<s>\"},\"eos_token\":\"</s>\",\"pad_token\":null,"
      "\"add_bos_token\":true,\"added_tokens_decoder\":{\"4\":{\"content\":\"<s>\",\"special\":"
      "true},"
      "\"5\":{\"content\":\"</s>\",\"special\":true}},\"chat_template\":[{\"name\":\"default\","
      "\"template\":\"{% for m in messages %}{{ m['content'] + '</s>' }}{% endfor %}\"}]}";
  const std::string tekken =
      "{\"config\":{\"pattern\":\"\\\\p{L}+|.\",\"default_vocab_size\":7,"
      "\"default_num_special_tokens\":4},\"special_tokens\":[{\"rank\":0,\"token_str\":\"<unk>\"},"
      "{\"rank\":1,\"token_str\":\"<s>\"},{\"rank\":2,\"token_str\":\"</s>\"},{\"rank\":3,"
      "\"token_str\":\"<pad>\"}],\"vocab\":[{\"rank\":0,\"token_bytes\":\"YQ==\"},{\"rank\":1,"
      "\"token_bytes\":\"Yg==\"},{\"rank\":2,\"token_bytes\":\"YWI=\"}]}";
  const std::string index =
      "{\"metadata\":{},\"weight_map\":{\"a\":\"a.safetensors\",\"b\":\"a.safetensors\"}}";
  const std::string ids = "{\"eos_token_id\":[4,3]}";
  const std::string jinja = "{% for m in messages %}{{ m.content }}</s>{% endfor %}";
  const auto seed = [](const std::vector<std::string>& files) {
    return absl::StrJoin(files, "\n%\n");
  };
  return {{seed({config, tokenizer_config, tokenizers[0], "", "", "", ids, "", "", index}),
           seed({config, "", "", tekken, "", "{\"unk_token\":\"<unk>\"}", ids,
                 absl::StrCat("{\"chat_template\":\"", jinja, "\"}"), "", index}),
           seed({"", tokenizer_config, tokenizers[1], "", "", "", "", "", jinja})},
          {seed({"{\"text_config\":{\"vocab_size\":9}}", "", "", "", "YQ== 0\nYg== 1\n"})}};
}

absl::Status FuzzChatTemplate(absl::string_view input) {
  static const std::shared_ptr<const Tokenizer> tokenizer = inference::CreateByteTokenizer({});
  const absl::StatusOr<ChatTemplate> format = ChatTemplate::FromJinja(input, "fuzz", *tokenizer);
  if (format.ok()) UseTemplate(*format);
  return format.status();
}

Seeds ChatTemplateSeeds() {
  return {
      {"{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + "
       "message['content'] + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ "
       "'<|im_start|>assistant\\n' }}{% endif %}",
       "{{ bos_token }}{%- set ns = namespace(x=0) -%}{% if messages[0]['role'] == 'system' %}{% "
       "set s = messages[0].content | trim %}{% set loop_messages = messages[1:] %}{% else %}{% "
       "set "
       "s = '' %}{% set loop_messages = messages %}{% endif %}{% for m in loop_messages %}{% if "
       "loop.index0 % 2 == 0 %}[INST] {{ s + '\n\n' if s and loop.first }}{{ m.content }} "
       "[/INST]{% "
       "elif m.role not in ['assistant', 'tool'] %}{{ raise_exception('no') }}{% else %}{{ ' ' ~ "
       "m['content'] }}{{ eos_token }}{% endif %}{% endfor %}",
       "{% macro f(a, b=1) %}{{ a * b }}{% endmacro %}{% set n = range(3) | list | length %}{% for "
       "m in messages %}{{ m.role | upper ~ f(n) ~ 'a,b'.split(',')[-1] ~ {'k': 'v'}['k'] ~ "
       "m.content }}<|im_end|>{% endfor %}{# c #}"}};
}

}  // namespace quipu::fuzz
