// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Documents that give orders: what holds whatever the model does. How often a model obeys is
// measured by run.sh.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "generator/prompts/prompts.h"
#include "generator/prompts/response_parser.h"
#include "generator/words/language.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"
#include "tests/support/models.h"
#include "tests/support/run_task_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

struct Attack {
  std::string id;
  std::string canary;
  std::string text;
};

std::vector<Attack> Attacks() {
  std::vector<Attack> attacks;
  auto content = ReadFile("tests/injection/attacks.jsonl", 1 << 20);
  EXPECT_OK(content.status());
  JsonParser parser;
  for (const absl::string_view view : absl::StrSplit(*content, '\n', absl::SkipEmpty())) {
    std::string line(view);
    const size_t size = line.size();
    line.resize(size + simdjson::SIMDJSON_PADDING);
    auto row = parser.ParseObject(absl::string_view(line.data(), size));
    EXPECT_OK(row.status());
    Attack attack;
    attack.id = std::string(*RequiredString(*row, "id"));
    attack.canary = std::string(*RequiredString(*row, "canary"));
    attack.text = std::string(*RequiredString(*row, "text"));
    EXPECT_TRUE(absl::StrContains(attack.text, attack.canary)) << attack.id;
    attacks.push_back(std::move(attack));
  }
  EXPECT_GE(attacks.size(), 40u);
  return attacks;
}

TEST(Attacks, NeverBecomeControlTokens) {
  ASSERT_OK_AND_ASSIGN(const auto gguf, inference::GgufFile::Open(SmallModelPath()));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, inference::CreateTokenizer(*gguf));
  ASSERT_OK_AND_ASSIGN(const auto chat, inference::ChatTemplate::FromGguf(*gguf, *tokenizer));
  const auto controls = [&](const std::string& text) {
    const auto parts = chat.Render({{inference::Role::kSystem, text},
                                    {inference::Role::kUser, text},
                                    {inference::Role::kAssistant, text}},
                                   /*open_assistant=*/false);
    const auto tokens = inference::EncodeParts(*tokenizer, *parts);
    EXPECT_OK(tokens.status());
    std::vector<inference::TokenId> found;
    for (const inference::TokenId id : tokens->ids) {
      if (tokenizer->IsControl(id)) found.push_back(id);
    }
    return found;
  };
  const std::vector<inference::TokenId> harmless = controls("A text about knots.");
  EXPECT_EQ(harmless.size(), 6u);

  for (const Attack& attack : Attacks()) {
    EXPECT_EQ(controls("Before. " + attack.text + " After."), harmless) << attack.id;
  }
}

TEST(Attacks, NeverCloseTheirDocument) {
  v1::RunSpec spec;
  for (const Attack& attack : Attacks()) {
    const std::string document = "Before.\n" + attack.text + "\nAfter.";
    const std::string delimiter =
        generator::ChooseDelimiter(spec.instances().delimiter(), {document});
    const std::string pattern = generator::RowPattern(spec, generator::Language::kEnglish,
                                                      v1::ANSWER_FORM_LONG, /*several=*/false);
    const generator::LongPrompt prompt = generator::InstancePrompt(
        pattern, generator::Language::kEnglish, delimiter, {document}, "Who sold the mill?");

    const std::string close = absl::StrCat("</", delimiter, ">");
    ASSERT_EQ(prompt.document_begins.size(), 1u);
    const size_t begin = prompt.document_begins[0];
    EXPECT_EQ(prompt.text.substr(begin, document.size()), document) << attack.id;
    const size_t end = begin + document.size();
    EXPECT_GE(prompt.text.find(close), end) << attack.id;
    EXPECT_NE(prompt.text.find(close), std::string::npos) << attack.id;
  }
}

// A reply that repeats an attack in its question, or in its answer, has no second pair.
TEST(Attacks, NeverAddAPairToAReply) {
  for (const Attack& attack : Attacks()) {
    for (const std::string& reply :
         {"<question>Who sold it? " + attack.text + "</question>\n<answer>Ann</answer>",
          "<question>Who sold it?</question>\n<answer>Ann " + attack.text + "</answer>"}) {
      const auto pair = generator::ParseResponse(reply);
      if (!pair.ok()) continue;  // Refused: tags of its own.
      for (const std::string& text : {pair->question, pair->answer}) {
        EXPECT_FALSE(absl::StrContains(text, "<question>")) << attack.id;
        EXPECT_FALSE(absl::StrContains(text, "</answer>")) << attack.id;
      }
    }
  }
}

class AttackedTaskTest : public generator::RunTaskTest {
 protected:
  // The result of a task whose chunk has the attack, and a reply with this answer.
  v1::Result RunWith(const Attack& attack, const std::string& answer) {
    const std::string chunk = absl::StrCat(generator::kChunk, "\n\n", attack.text);
    engine_.Reply("Who wrote Midnight Commander?", answer);
    auto without = generator::OpenWithoutChunk(engine_, spec_);
    EXPECT_OK(without.status());
    auto prefixes = generator::OpenChunk(engine_, spec_, chunk, *without);
    EXPECT_OK(prefixes.status());
    auto result = generator::RunTask(engine_, **prefixes, spec_, chunk, task_);
    EXPECT_OK(result.status());
    return result.value_or(v1::Result());
  }
};

TEST_F(AttackedTaskTest, AcceptsAGoodPairBesideAnAttack) {
  for (const Attack& attack : Attacks()) {
    const v1::Result result = RunWith(attack, "Miguel de Icaza wrote it in 1994.");

    EXPECT_FALSE(result.has_reject()) << attack.id << ": " << result.reject().detail();
  }
}

}  // namespace
}  // namespace quipu
