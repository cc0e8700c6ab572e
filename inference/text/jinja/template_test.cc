// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/jinja/template.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/text/jinja/family_vectors.h"
#include "inference/text/jinja/snippet_vectors.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference::jinja {
namespace {

using ::testing::HasSubstr;

struct Turn {
  const char* role;
  std::string content;
};

// As make_vectors.py's.
std::vector<std::vector<Turn>> Conversations() {
  const char* const u = "user";
  const char* const a = "assistant";
  const char* const s = "system";
  return {
      {{u, "Hi"}},
      {{s, "Be brief."}, {u, "Hi"}},
      {{u, "Hi"}, {a, "Hello."}},
      {{s, "Be brief."}, {u, "Hi"}, {a, "Hello."}, {u, "Who?"}, {a, "A knot."}},
      {{u, "Hi"}, {a, "Hello."}, {u, "Who?"}, {a, "A knot."}, {u, "Why?"}, {a, "So."}},
      {{s, " Be\tbrief. \n"},
       {u, "\n  Hi \xC2\xA0\n"},
       {a, "\n Hello.\xE3\x80\x80\n"},
       {u, "\x1C?\x1F\n"},
       {a, "\n\nSo. "}},
      {{u, "Hi"},
       {a, "<think>\nFirst.\n</think>\n\nHello."},
       {u, "Who?"},
       {a, "<think>\n\nThen.\n\n</think>\n\n\nA knot."}},
      {{s, ""}, {u, ""}},
  };
}

Value::Entries ContextOf(const std::vector<Turn>& turns) {
  Value::Items messages;
  for (const Turn& turn : turns) {
    messages.push_back(Value::Dict({{"role", Value(turn.role)}, {"content", Value(turn.content)}}));
  }
  return {{"messages", Value::List(std::move(messages))}};
}

std::string Rendered(absl::string_view source, const Value::Entries& context) {
  const auto program = Template::Parse(source);
  if (!program.ok()) return std::string(program.status().message());
  const auto text = program->Render(context);
  return text.ok() ? *text : std::string(text.status().message());
}

TEST(JinjaTemplateTest, RendersSnippetsAsPython) {
  for (const SnippetVector& vector : kSnippetVectors) {
    EXPECT_EQ(Rendered(vector.source, ContextOf(Conversations()[3])), vector.text) << vector.source;
  }
}

TEST(JinjaTemplateTest, RendersChatTemplatesAsPython) {
  for (const FamilyVector& vector : kFamilyVectors) {
    const absl::string_view name = vector.name;
    std::string source;
    for (const FamilySource& family : kFamilySources) {
      if (name == family.name) source = family.source;
    }
    const std::vector<Turn> turns = Conversations()[vector.conversation];
    Value::Entries context = ContextOf(turns);
    const bool llama3 = absl::StartsWith(name, "llama3");
    context.emplace_back("tools", Value::MakeNone());
    context.emplace_back("bos_token",
                         Value(llama3 || name == "chatml-bos" ? "<|begin_of_text|>" : "<s>"));
    context.emplace_back("eos_token", Value(llama3 ? "<|eot_id|>" : "</s>"));
    context.emplace_back("add_generation_prompt",
                         Value(absl::string_view(turns.back().role) == "user"));
    context.emplace_back("enable_thinking", Value(false));
    EXPECT_EQ(Rendered(source, context), vector.text) << name << " " << vector.conversation;
  }
}

TEST(JinjaTemplateTest, RefusesByNameWhatItDoesNotDo) {
  for (const RefusedSnippet& refused : kRefused) {
    const auto program = Template::Parse(refused.source);
    const absl::Status status =
        program.ok() ? program->Render(ContextOf(Conversations()[3])).status() : program.status();
    EXPECT_FALSE(status.ok()) << refused.source;
    EXPECT_THAT(std::string(status.message()), HasSubstr(refused.why)) << refused.source;
  }
}

// A template comes with a model, and a model from strangers.
TEST(JinjaTemplateTest, BoundsNumbers) {
  for (const char* source :
       {R"({{ "-9223372036854775808"|int // -1 }})", R"({{ "abc"[1::"9223372036854775807"|int] }})",
        R"({{ "4294967296"|int }})"}) {
    EXPECT_THAT(Rendered(source, {}), HasSubstr("large number")) << source;
  }
  EXPECT_EQ(Rendered(R"({{ "-2147483648"|int // 2 }})", {}), "-1073741824");
  const char* const far =
      "{{ range('-2147483648'|int * 2147483648, 2147483648 * 2147483648)|length }}";
  EXPECT_THAT(Rendered(far, {}), HasSubstr("a long range"));
}

TEST(JinjaTemplateTest, BoundsValuesThatGrow) {
  const std::string twice = "{% for i in range(24) %}{% set ns.x = ns.x + ns.x %}{% endfor %}";
  for (const std::string& source :
       {absl::StrCat("{% set ns = namespace(x='ab') %}", twice, "{{ ns.x|length }}"),
        absl::StrCat("{% set ns = namespace(x=['ab']) %}", twice, "{{ ns.x|length }}"),
        // A list of long texts, and what one text makes of it.
        absl::StrCat("{% set t = 'a'|replace('a', messages[0].content) %}",
                     "{% set ns = namespace(x=[t]) %}{% for i in range(15) %}",
                     "{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x|join|length }}"),
        absl::StrCat("{{ messages[0].content|replace('a', messages[0].content)|length }}")}) {
    const std::string text =
        Rendered(source, ContextOf({{"user", std::string(size_t{64} << 10, 'a')}}));
    EXPECT_TRUE(absl::StrContains(text, "grows too large") ||
                absl::StrContains(text, "does not end"))
        << text;
  }
}

// As trees these have 2^20 values, and variables without end.
TEST(JinjaTemplateTest, BoundsTheWorkThatSmallTemplatesMake) {
  const std::string twice =
      "{% for i in range(20) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}"
      "{% endfor %}";
  for (const char* compare : {"{{ ns.x == ns.y }}", "{{ ns.x in [ns.y] }}", ""}) {
    EXPECT_THAT(
        Rendered(absl::StrCat("{% set ns = namespace(x=[1], y=[1]) %}", twice, compare), {}),
        HasSubstr("grows too large"));
  }
  std::string variables, entries = "{% set ns = namespace() %}";
  for (int i = 0; i < 20000; ++i) {
    absl::StrAppend(&variables, "{% set a", i, " = 1 %}");
    absl::StrAppend(&entries, "{% set ns.a", i, " = 1 %}");
  }
  EXPECT_THAT(Rendered(variables, {}), HasSubstr("does not end"));
  EXPECT_THAT(Rendered(entries, {}), HasSubstr("does not end"));
}

TEST(JinjaTemplateTest, MakesNoValueForEachCharacterOfALongText) {
  const std::string content = absl::StrCat("\xC3\xA9", std::string(size_t{8} << 20, 'x'), "y");
  const Value::Entries context = ContextOf({{"user", content}});
  EXPECT_EQ(
      Rendered("{{ messages[0].content[0] }}{{ messages[0].content[-1] }}"
               "{{ messages[0].content|first }}{{ messages[0].content[1:3] }}"
               "{{ messages[0].content|last }}{{ messages[0].content[:-1].strip('x\xC3\xA9') }}",
               context),
      "\xC3\xA9y\xC3\xA9xxy");
  for (const char* source :
       {"{{ messages[0].content|list|length }}", "{{ messages[0].content.split('x')|length }}",
        "{% for c in messages[0].content %}{% endfor %}"}) {
    EXPECT_THAT(Rendered(source, context), HasSubstr("grows too large")) << source;
  }
}

TEST(JinjaTemplateTest, RendersLongTexts) {
  const std::string content(size_t{3} << 20, 'x');
  const char* const source =
      "{% for message in messages %}{% set content = message['content'] | trim %}"
      "{{ '<' + message['role'] + '>' + content | replace('\t', ' ') }}{% endfor %}"
      "{{ messages[0].content | length }}";
  EXPECT_EQ(Rendered(source, ContextOf({{"user", content}, {"assistant", content}})),
            absl::StrCat("<user>", content, "<assistant>", content, content.size()));
}

TEST(JinjaTemplateTest, BoundsTheSource) {
  EXPECT_THAT(Template::Parse(std::string((1 << 20) + 1, 'x')),
              testing::StatusIs(absl::StatusCode::kResourceExhausted, "limit 1048576"));
}

}  // namespace
}  // namespace quipu::inference::jinja
