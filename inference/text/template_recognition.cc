// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Part of chat_template.h: which known format a model file's chat template is, by what
// it renders. Its Jinja program is run on probe conversations, and the known formats
// render the same ones; a template that renders one of them differently from all formats
// is used as it is. So what a template contains but never prints, and how it is written,
// do not matter.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/gguf/gguf.h"
#include "inference/text/chat_template.h"
#include "inference/text/jinja/template.h"
#include "inference/text/jinja_chat.h"

namespace quipu::inference {
namespace {

using Kind = ChatTemplate::Kind;

// A longer one would fill most of the context; tokenising megabytes takes minutes.
constexpr size_t kMaxDefaultSystemBytes = 32 << 10;

struct Probe {
  std::vector<Message> messages;
  bool open_assistant() const { return messages.back().role == Role::kUser; }
  bool has_system() const { return messages[0].role == Role::kSystem; }
};

// Whatever the known formats differ in: BOS, defaults, white space, the place of the
// system message, where a turn is closed, and what is done with a thought.
const std::vector<Probe>& Probes() {
  const auto system = [](absl::string_view text) {
    return Message{Role::kSystem, std::string(text)};
  };
  const auto user = [](absl::string_view text) { return Message{Role::kUser, std::string(text)}; };
  const auto assistant = [](absl::string_view text) {
    return Message{Role::kAssistant, std::string(text)};
  };
  static const auto& probes = *new std::vector<Probe>{
      {{user("Hi")}},
      {{user("Hi"), assistant("Hello.")}},
      {{user("Hi"), assistant("Hello."), user("Who?"), assistant("A knot."), user("Why?")}},
      {{user("Hi"), assistant("Hello."), user("Who?"), assistant("A knot."), user("Why?"),
        assistant("So.")}},
      {{user("\n  Hi \xC2\xA0\n"), assistant("\n Hello.\xE3\x80\x80\n"), user("\x1C?\x1F\n"),
        assistant("\n\nSo. ")}},
      {{user("Hi"), assistant("<think>\nFirst.\n</think>\n\nHello."), user("Who?"),
        assistant("<think>\n\nThen.\n\n</think>\n\n\nA knot.")}},
      {{user("<|im_end|>[/INST]</s><|eot_id|>{{x}}"), assistant("<<SYS>>")}},
      {{system("Be brief."), user("Hi")}},
      {{system("Be brief."), user("Hi"), assistant("Hello."), user("Who?"), assistant("A knot.")}},
      {{system("Be brief."), user("Hi"), assistant("Hello."), user("Who?")}},
      {{system(" Be\tbrief. \n"), user("\n  Hi \n"), assistant(" Hello.\n"), user("?")}},
      {{system(""), user("Hi")}},
  };
  return probes;
}

// What the file's template makes of each probe; nullopt where it refuses a system message.
using Renderings = std::vector<std::optional<std::string>>;

std::string SpellingOf(const Tokenizer& tokenizer, std::optional<TokenId> id) {
  return id ? std::string(tokenizer.ControlSpelling(*id)) : std::string();
}

absl::StatusOr<Renderings> RenderProbes(absl::string_view source, const Tokenizer& tokenizer) {
  ASSIGN_OR_RETURN(const jinja::Template program, jinja::Template::Parse(source));
  Renderings renderings;
  for (const Probe& probe : Probes()) {
    absl::StatusOr<std::string> text = program.Render(
        JinjaContext(probe.messages, probe.open_assistant(), SpellingOf(tokenizer, tokenizer.bos()),
                     SpellingOf(tokenizer, tokenizer.eos())));
    if (text.ok()) {
      renderings.emplace_back(*std::move(text));
    } else if (probe.has_system() && absl::IsFailedPrecondition(text.status())) {
      renderings.emplace_back();
    } else {
      return text.status();
    }
  }
  return renderings;
}

// What a ChatML template says when nobody gave a system message. `text`: its rendering
// of a user's message.
absl::string_view DefaultSystemOf(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "<|im_start|>system\n")) return "";
  const size_t end = text.find("<|im_end|>\n<|im_start|>user\n");
  return end == absl::string_view::npos ? "" : text.substr(0, end);
}

// mistral-common renders a system message where these templates refuse one.
bool MayRefuseSystem(Kind kind) {
  return kind == Kind::kMistralV1 || kind == Kind::kMistralV3 || kind == Kind::kMistralTekken ||
         kind == Kind::kMistralV7Tekken;
}

bool Matches(const ChatTemplate& known, const Renderings& renderings) {
  for (size_t i = 0; i < renderings.size(); ++i) {
    const Probe& probe = Probes()[i];
    if (!renderings[i].has_value()) {
      if (!MayRefuseSystem(known.kind())) return false;
      continue;
    }
    const auto parts = known.Render(probe.messages, probe.open_assistant());
    if (!parts.ok() || PartsToString(*parts) != *renderings[i]) return false;
  }
  return true;
}

// The formats that write "[INST]" as text: not where it is a control token.
bool TextFitsVocabulary(Kind kind, const Tokenizer& tokenizer) {
  const bool as_text = kind == Kind::kLlama2 || kind == Kind::kMistralV1;
  return !as_text || !tokenizer.ControlId("[INST]").has_value();
}

absl::Status Advise(absl::string_view origin, absl::string_view why) {
  return absl::NotFoundError(absl::StrCat(
      origin, ": ", why,
      "; name a chat template in the spec: engine.chat_template, or instances.target_template ",
      "for the target model"));
}

}  // namespace

absl::StatusOr<ChatTemplate> ChatTemplate::FromGguf(const GgufFile& gguf,
                                                    const Tokenizer& tokenizer) {
  const auto jinja = gguf.GetString("tokenizer.chat_template");
  if (absl::IsNotFound(jinja.status())) {
    return Advise(gguf.path(), "the file has no chat template");
  }
  if (!jinja.ok()) return jinja.status();
  return FromJinja(*jinja, gguf.path(), tokenizer);
}

absl::StatusOr<ChatTemplate> ChatTemplate::FromJinja(absl::string_view source,
                                                     absl::string_view origin,
                                                     const Tokenizer& tokenizer) {
  const absl::StatusOr<Renderings> renderings = RenderProbes(source, tokenizer);
  if (renderings.ok()) {
    absl::string_view first = *renderings->front();
    std::string bos = SpellingOf(tokenizer, tokenizer.bos());
    if (bos.empty() || !absl::StartsWith(first, absl::StrCat(bos, "<|im_start|>"))) bos.clear();
    first.remove_prefix(bos.size());
    const absl::string_view system = DefaultSystemOf(first);
    if (system.size() > kMaxDefaultSystemBytes) {
      return Advise(origin, absl::StrCat("the chat template's system message has ", system.size(),
                                         " bytes, limit ", kMaxDefaultSystemBytes));
    }
    for (const Kind kind : AllKinds()) {
      const bool chatml = kind == Kind::kChatMl;
      const ChatTemplate known(kind, chatml ? std::string(system) : "", chatml ? bos : "");
      if (!TextFitsVocabulary(kind, tokenizer) || !Matches(known, *renderings)) continue;
      const auto parts = known.Render(Probes().back().messages, /*open_assistant=*/true);
      if (!parts.ok()) return parts.status();
      const auto encoded = EncodeParts(tokenizer, *parts);
      if (!encoded.ok()) return Advise(origin, encoded.status().message());
      return known;
    }
  }
  absl::StatusOr<std::shared_ptr<const JinjaChat>> jinja = JinjaChat::Create(source, tokenizer);
  if (!jinja.ok()) {
    return Advise(origin, absl::StrCat("the chat template is not understood: ",
                                       Snippet(jinja.status().message(), 300)));
  }
  if ((*jinja)->default_system().size() > kMaxDefaultSystemBytes) {
    return Advise(origin, absl::StrCat("the chat template's system message has ",
                                       (*jinja)->default_system().size(), " bytes, limit ",
                                       kMaxDefaultSystemBytes));
  }
  return ChatTemplate(*std::move(jinja));
}

}  // namespace quipu::inference
